"""An admin erases a session and a trainee on the page."""

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from support.api import Refused
from support.practice import SCENARIO


def erase(page, name):
    """Types the id, erases, and gives the receipt that the page shows."""
    panel = page.get_by_role("region", name="Erase")
    panel.get_by_text("Erase…").click()
    button, field = panel.get_by_role("button", name="Erase for good"), panel.get_by_label(f"Type {name} to confirm")
    expect(button).to_be_disabled()
    field.fill(name + "0")
    expect(button).to_be_disabled()
    field.fill(name)
    button.click()
    expect(panel.get_by_role("heading", name="Erased")).to_be_focused()
    return json.loads(panel.get_by_label("Receipt").input_value())


def test_a_session_and_a_trainee_are_erased_once_their_ids_are_typed(system, open_page, accessible):
    trainee = "Jana Gone/7"
    ids = [system.api.post("/api/sessions", {"scenarioId": SCENARIO, "traineeId": trainee})["sessionId"] for _ in range(2)]
    page = open_page(f"{system.url}/sessions/{ids[0]}")
    page.watch.allow(r"\b404\b")
    receipt = erase(page, ids[0])
    accessible(page)
    assert receipt["receipt"]["sessionId"] == ids[0]
    assert system.api.post("/api/receipts/verify", receipt) == {"valid": True}
    with pytest.raises(Refused):
        system.api.session(ids[0])

    page = open_page(f"{system.url}/trainees/{quote(trainee, safe='')}")
    page.watch.allow(r"\b404\b")
    receipt = erase(page, trainee)
    assert receipt["receipt"]["counts"]["sessions"] == 1
    with pytest.raises(Refused):
        system.api.session(ids[1])
