"""What a run says, and how it ends."""

import json
from xml.etree import ElementTree

from conformance_kit.report import LONGEST, MOST_FINDINGS, Report
from conformance_kit.rules import Rule

MUST = Rule("client.a", "client", "must", 1, "A.")
SHOULD = Rule("client.b", "client", "should", 2, "B.")
UNSEEN = Rule("client.c", "client", "must", 3, "C.")


def report():
    return Report([MUST, SHOULD, UNSEEN])


def test_a_run_without_faults_ends_well():
    run = report()
    run.note("client.a", "s", True)
    assert run.exit_code == 0 and [run.result(rule) for rule in run.rules] == ["kept", "not seen", "not seen"]


def test_a_run_that_saw_nothing_does_not_end_well():
    assert report().exit_code == 1


def test_a_broken_rule_that_must_be_kept_ends_with_1_and_one_that_should_does_not():
    run = report()
    run.note("client.b", "s", False, "it did not")
    assert run.exit_code == 0 and "warn client.b" in run.text()
    run.note("client.a", "s", False, "it did not either")
    assert run.exit_code == 1 and "FAIL client.a" in run.text() and "s: it did not either" in run.text()


def test_a_situation_that_could_not_be_played_ends_with_1():
    run = report()
    run.trouble("s", "it hung")
    assert run.exit_code == 1 and "FAIL s could not be played: it hung" in run.text()


def test_json_and_junit_say_the_same():
    run = report()
    run.note("client.a", "s", False, "a \x00 control & <tag>")
    run.skipped["client.c"] = "the client has none"
    found = json.loads(run.json())
    assert [rule["result"] for rule in found["rules"]] == ["broken", "not seen", "not applicable"]
    suite = ElementTree.fromstring(run.junit().encode())
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert "control & <tag>" in suite.find("testcase/failure").text
    assert suite.findall("testcase/skipped")[1].get("message") == "the client has none"


def test_findings_are_bounded_and_the_first_fault_is_kept():
    run = report()
    for _ in range(1_000):
        run.note("client.a", "s", True)
    for _ in range(1_000):
        run.note("client.a", "s", False, "x" * 10_000)
    assert len(run.findings) == 2 * MOST_FINDINGS and len(run.broken("client.a")[0].what) == LONGEST
