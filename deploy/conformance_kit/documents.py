"""Writes the rules into Docs/Protocol.md and asyncapi.json, and checks that both are current and every rule is played."""

import json
from pathlib import Path

from .rules import all_rules

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "Docs/Protocol.md"
DESCRIPTION = ROOT / "Services/gateway/API/asyncapi.json"
BEGIN = "<!-- The rules: generated from deploy/conformance_kit/rules.yaml by `deploy/conformance documents` -->"
END = "<!-- The end of the rules -->"


def table(rules):
    lines = [BEGIN, "", "| rule | section | what it says |", "|---|---|---|"]
    for rule in rules:
        weight = "" if rule.level == "must" else "*should:* "
        lines.append(f"| `{rule.id}` | {rule.section or ''} | {weight}{rule.text.replace('|', chr(92) + '|')} |")
    return "\n".join([*lines, "", END])


def page(text, rules):
    """The page with the table of today; None when the marks are not there."""
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        return None
    return text[:begin] + table(rules) + text[end + len(END):]


def description(text, rules):
    """asyncapi.json with the rules as its last member."""
    document = json.loads(text)
    document["x-rules"] = [
        {"id": rule.id, "who": rule.who, "level": rule.level, "section": rule.section, "text": rule.text}
        for rule in rules]
    return json.dumps(document, indent=2, ensure_ascii=False) + ("\n" if text.endswith("\n") else "")


def faults(situations, rules=None, page_text=None, description_text=None):
    """One line per fault."""
    rules = rules or all_rules()
    page_text = page_text if page_text is not None else PAGE.read_text()
    description_text = description_text if description_text is not None else DESCRIPTION.read_text()
    found = []
    ids = [rule.id for rule in rules]
    for each in sorted({each for each in ids if ids.count(each) > 1}):
        found.append(f"rules.yaml: {each} stands twice")
    for rule in rules:
        if not rule.id.startswith(f"{rule.who}.") or rule.level not in ("must", "should"):
            found.append(f"rules.yaml: {rule.id} is of {rule.who}, {rule.level}")
        if rule.section and f"\n## {rule.section}. " not in page_text:
            found.append(f"rules.yaml: {rule.id} names section {rule.section}, which Docs/Protocol.md has not")
    for who, list_ in situations.items():
        own = {rule.id for rule in rules if rule.who == who}
        found += [f"{rule} has no situation" for rule in sorted(own - list_.rules)]
        found += [f"a situation looks at {rule}, which rules.yaml has not" for rule in sorted(list_.rules - own)]
        names = [situation.name for situation in list_.all]
        found += [f"two situations are called {name}" for name in sorted({n for n in names if names.count(n) > 1})]
    if page(page_text, rules) != page_text:
        found.append("Docs/Protocol.md: its table of rules is not current; run deploy/conformance documents")
    if description(description_text, rules) != description_text:
        found.append("asyncapi.json: x-rules is not current; run deploy/conformance documents")
    return found


def write():
    rules = all_rules()
    text = page(PAGE.read_text(), rules)
    if text is None:
        raise SystemExit("Docs/Protocol.md has no marks for the table of rules")
    PAGE.write_text(text)
    DESCRIPTION.write_text(description(DESCRIPTION.read_text(), rules))
