"""What a run found, per rule: as text, JSON and JUnit."""

import json
from dataclasses import asdict, dataclass
from xml.etree import ElementTree

MOST_FINDINGS = 20  # that are kept of one rule in one situation
LONGEST = 500  # characters of a finding


@dataclass(frozen=True)
class Finding:
    rule: str
    situation: str
    holds: bool
    what: str = ""


class Report:
    def __init__(self, rules):
        self.rules = rules
        self.findings = []
        self.troubles = []  # (situation, why): it could not be played to its end
        self.played = []
        self.skipped = {}  # rule: why it does not apply here

    def note(self, rule, situation, holds, what=""):
        """Says whether a rule held; `what` tells what happened if it did not."""
        same = sum(1 for each in self.findings if (each.rule, each.situation) == (rule, situation))
        if same < MOST_FINDINGS or not holds and same < 2 * MOST_FINDINGS:
            self.findings.append(Finding(rule, situation, bool(holds), "" if holds else str(what)[:LONGEST]))

    def trouble(self, situation, why):
        self.troubles.append((situation, str(why)[:LONGEST]))

    def broken(self, rule):
        return [finding for finding in self.findings if finding.rule == rule and not finding.holds]

    def result(self, rule):
        """`kept`, `broken`, `not applicable` or `not seen`."""
        seen = [finding for finding in self.findings if finding.rule == rule.id]
        if any(not finding.holds for finding in seen):
            return "broken"
        if seen:
            return "kept"
        return "not applicable" if rule.id in self.skipped else "not seen"

    @property
    def faults(self):
        """Ids of the rules of level `must` that were broken."""
        return [rule.id for rule in self.rules if rule.level == "must" and self.result(rule) == "broken"]

    @property
    def exit_code(self):
        return 1 if self.faults or self.troubles or not self.findings else 0  # who has seen nothing knows nothing

    def text(self):
        lines = []
        for rule in self.rules:
            result = self.result(rule)
            mark = {"kept": "ok  ", "broken": "FAIL" if rule.level == "must" else "warn"}.get(result, "–   ")
            reason = f" ({self.skipped.get(rule.id, result)})" if mark == "–   " else ""
            lines.append(f"{mark} {rule.id}: {rule.text}{reason}")
            told = {}
            for finding in self.broken(rule.id):
                told.setdefault((finding.situation, finding.what))
            lines += [f"       {situation}: {what}" for situation, what in list(told)[:5]]
        lines += [f"FAIL {situation} could not be played: {why}" for situation, why in self.troubles]
        counts = {result: sum(1 for rule in self.rules if self.result(rule) == result)
                  for result in ("kept", "broken", "not applicable", "not seen")}
        lines.append(f"{len(self.played)} situations; rules: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
        return "\n".join(lines)

    def json(self):
        return json.dumps({
            "passed": self.exit_code == 0, "situations": self.played,
            "rules": [{**asdict(rule), "result": self.result(rule),
                       "findings": [{"situation": each.situation, "what": each.what} for each in self.broken(rule.id)]}
                      for rule in self.rules],
            "troubles": [{"situation": situation, "why": why} for situation, why in self.troubles],
        }, indent=2, ensure_ascii=False)

    def junit(self):
        suite = ElementTree.Element("testsuite", name="bat.v1")
        failures = 0
        for rule in self.rules:
            case = ElementTree.SubElement(suite, "testcase", classname=f"bat.v1.{rule.who}", name=rule.id)
            result = self.result(rule)
            told = "\n".join(f"{each.situation}: {each.what}" for each in self.broken(rule.id))
            if result == "broken" and rule.level == "must":
                failures += 1
                ElementTree.SubElement(case, "failure", message=rule.text).text = _printable(told)
            elif result == "broken":
                ElementTree.SubElement(case, "system-out").text = _printable(told)
            elif result != "kept":
                ElementTree.SubElement(case, "skipped", message=self.skipped.get(rule.id, result))
        for situation, why in self.troubles:
            failures += 1
            case = ElementTree.SubElement(suite, "testcase", classname="bat.v1.situations", name=situation)
            ElementTree.SubElement(case, "failure", message="could not be played").text = _printable(why)
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(failures))
        return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _printable(text):
    """XML has no place for most control characters."""
    return "".join(char if char in "\n\t" or char >= " " else "\N{REPLACEMENT CHARACTER}" for char in text)
