"""The rules, the protocol's page, asyncapi.json and the situations belong together."""

from dataclasses import replace

from conformance_kit import documents
from conformance_kit.__main__ import situations
from conformance_kit.rules import Rule, all_rules


def found(**changed):
    return documents.faults(situations(), **changed)


def test_everything_is_current():
    assert found() == []


def test_a_rule_without_a_situation_is_a_fault():
    rules = (*all_rules(), Rule("server.new", "server", "must", 1, "New."))
    assert "server.new has no situation" in found(rules=rules)


def test_a_situation_of_an_unknown_rule_is_a_fault():
    rules = [rule for rule in all_rules() if rule.id != "client.pong"]
    assert "a situation looks at client.pong, which rules.yaml has not" in found(rules=rules)


def test_a_rule_that_was_reworded_is_a_fault_until_it_is_written():
    rules = [replace(rule, text="Reworded.") if rule.id == "client.pong" else rule for rule in all_rules()]
    assert len(found(rules=rules)) == 2
    page = documents.page(documents.PAGE.read_text(), rules)
    description = documents.description(documents.DESCRIPTION.read_text(), rules)
    assert found(rules=rules, page_text=page, description_text=description) == []


def test_a_page_without_its_table_is_a_fault():
    assert any("Protocol.md" in fault for fault in found(page_text=documents.PAGE.read_text().replace(documents.END, "")))


def test_a_rule_that_stands_twice_or_names_no_section_is_a_fault():
    rules = (*all_rules(), all_rules()[0], Rule("client.odd", "server", "must", 99, "Odd."))
    faults = found(rules=rules)
    assert f"rules.yaml: {all_rules()[0].id} stands twice" in faults
    assert any("client.odd names section 99" in fault for fault in faults)
    assert "rules.yaml: client.odd is of server, must" in faults
