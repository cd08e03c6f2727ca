"""Checks the dashboards in deploy/grafana and the alerts in deploy/alerts: their syntax and, for the alerts, that each has
a test and passes it (promtool). With the text of a running system's /metrics as argument also that every name and label
that they ask for is there. Prints one line per fault and exits with 1 if there is any.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

DASHBOARDS = sorted(Path("deploy/grafana").glob("*.json"))
ALERTS = Path("deploy/alerts/bat.yml")
TESTS = Path("deploy/alerts/bat_test.yml")
# Given by Prometheus to whatever it scrapes, and the bound of a bucket.
OTHER_LABELS = {"job", "instance", "namespace", "pod", "le"}
# Of the values of these labels only some can be seen in a page, because they come with a failure.
OPEN_LABELS = {"status"}
faults = []


def check(holds, fault):
    if not holds:
        faults.append(fault)


def strings(value, key):
    """All texts under a key, however deep."""
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in ([each] if name == key else strings(each, key))]
    return [text for each in value for text in strings(each, key)] if isinstance(value, list) else []


def queries():
    """Where each query stands, and its text."""
    found = []
    for path in DASHBOARDS:
        board = json.loads(path.read_text())
        numbers = strings(board["panels"], "id")
        check(len(numbers) == len(set(numbers)), f"{path}: two panels have the same id")
        found += [(path.name, text) for text in strings(board["panels"], "expr")]
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    return found + [(rule["alert"], rule["expr"]) for rule in rules], rules


def promtool(*arguments):
    answer = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)
    check(answer.returncode == 0, f"promtool {arguments[0]} {arguments[1]}: {answer.stdout}{answer.stderr}")


def check_syntax(found, rules):
    with tempfile.TemporaryDirectory() as folder:
        # promtool reads rules, so the dashboards' queries become some.
        path = Path(folder) / "rules.yml"
        made = [{"record": f"bat:query_{number}", "expr": text} for number, (_, text) in enumerate(found)]
        path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": made}]}))
        promtool("check", "rules", path)
    promtool("test", "rules", TESTS)
    tests = [each for test in yaml.safe_load(TESTS.read_text())["tests"] for each in test["alert_rule_test"]]
    for rule in rules:
        name = rule["alert"]
        fires = {bool(each["exp_alerts"]) for each in tests if each["alertname"] == name}
        check(fires == {True, False}, f"{name}: no test in which it {'stays silent' if True in fires else 'fires'}")
        texts = rule["annotations"]
        check({"summary", "action"} <= set(texts), f"{name}: lacks a summary or what to do")
        check(rule["labels"].get("severity") in {"critical", "warning"}, f"{name}: has no severity")


def series(page):
    """The labels of each series in a page of metrics, by its name."""
    found = {}
    for line in page.splitlines():
        match = re.match(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$", line)
        if match:
            labels = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
            found.setdefault(match[1], []).append(labels)
    return found


def check_names(found, page):
    known = series(page)
    check(known, "the page has no metrics")
    for where, text in found:
        names = re.findall(r"\b((?:bat|process)_\w+)\b(?:\s*\{([^}]*)\})?(?!\s*=(?!=))", re.sub(r"by \([^)]*\)", "", text))
        names = [(name, matchers) for name, matchers in names if name != "process_instance"]
        check(names, f"{where}: no metric in {text}")
        labels = set()
        for name, matchers in names:
            check(name in known, f"{where}: nobody shows {name}")
            own = {label for each in known.get(name, []) for label in each}
            labels |= own
            for label, operator, value in re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', matchers):
                check(label in own | OTHER_LABELS, f"{where}: {name} has no label {label}")
                values = {each.get(label) for each in known.get(name, [])}
                if operator == "=" and label not in OPEN_LABELS:
                    check(value in values, f"{where}: {name} has no {label}={value}")
        for grouping in re.findall(r"(?:by|on|without) \(([^)]*)\)", text):
            for label in filter(None, (each.strip() for each in grouping.split(","))):
                check(label in labels | OTHER_LABELS, f"{where}: no metric of {text} has the label {label}")


def main():
    found, rules = queries()
    if len(sys.argv) > 1:
        check_names(found, Path(sys.argv[1]).read_text())
    else:
        check_syntax(found, rules)
    for fault in faults:
        print(fault)
    print(f"monitoring: {len(found)} queries, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
