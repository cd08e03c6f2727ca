"""A trainee disagrees with a score, a trainer corrects it and answers, and everybody sees whose numbers count."""

import http.server
import json
import re
import subprocess
import threading

import pytest
from playwright.sync_api import expect
from support.api import API
from support.eventually import eventually
from support.installation import KeyedInstallation
from support.looks import LOOKS, fits
from support.practice import SCENARIO, Practice
from test_dashboard_sign_in import sign_in

LINES = ("Good afternoon, what do you smoke at the moment?", "What do you like about your cigarettes?",
         "What would make you try something else?")
DISPUTE = "I asked three open questions.\nThat is needs discovery."
ANSWER = "You did. I have raised it."


@pytest.fixture(scope="module")
def batman():
    """Takes exports."""
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()


def test_from_the_dispute_to_the_answer(start_system, batman, open_page, accessible):
    address, received = batman
    installation = start_system(KeyedInstallation, BATMAN_API_URL=address, BATMAN_API_AUTH="Bearer of-batman", AUDIO_RECORDING="on")
    practice = disputed(installation, open_page)
    session_id = practice.session_id
    machine = installation.api.session(session_id)["score"]

    trainer = open_page(f"{installation.url}/review")
    trainer.watch.allow(r"\b401\b")
    sign_in(trainer, installation.key("trainer"))
    item = trainer.get_by_role("listitem").filter(has_text=session_id)
    expect(item.get_by_text("Dispute", exact=True)).to_be_visible()
    accessible(trainer)
    item.get_by_role("link", name=session_id).click()
    panel = trainer.get_by_role("region", name="Review by a person")
    expect(panel.get_by_text("I asked three open questions.")).to_be_visible()
    first, second = machine["details"][0], machine["details"][1]
    for detail, points, note in ((first, first["score"] + 15, "The questions were open."), (second, 5, "")):
        row = panel.get_by_role("group", name=re.compile(f"^{re.escape(detail['title'])}"))
        row.get_by_label("Your points").fill(str(points))
        row.get_by_label("Note").fill(note)
    row.get_by_label("Reason").select_option("wrong_reason")
    panel.get_by_label("Answer to the trainee").fill(ANSWER)
    accessible(trainer)
    panel.get_by_role("button", name="Save the review").click()
    expect(panel.get_by_text("the-trainer").first).to_be_visible()
    expect(panel.get_by_text(ANSWER)).to_be_visible()

    viewer = installation.api_as("viewer")
    score = viewer.session(session_id)["score"]
    assert score["reviewedBy"] == "the-trainer"
    assert score["machine"]["overall"] == machine["overall"]
    assert [detail["score"] for detail in score["details"][:2]] == [first["score"] + 15, 5]
    assert [detail["machineScore"] for detail in score["details"][:2]] == [first["score"], second["score"]]
    weights = [detail["weight"] for detail in score["details"]]
    assert score["overall"] == int(
        sum(d["score"] * w for d, w in zip(score["details"], weights)) / sum(weights) + 0.5)
    assert score["overall"] != machine["overall"]
    assert score["revision"] == machine["revision"] + 1

    text = report(viewer, session_id)
    for words in ("Reviewed by the-trainer", f"The machine's: {machine['overall']} of 100",
                  f"the-trainer gave {first['score'] + 15}, the machine {first['score']} (too low): “The questions were open.”",
                  f"the-trainer gave 5, the machine {second['score']} (wrong reason)", ANSWER):
        assert words in text, words
    statistics = viewer.get("/api/dashboard/stats")
    assert (statistics["averageScore"], statistics["averageMachineScore"]) == (score["overall"], machine["overall"])
    assert statistics["reviewers"] == [{"name": "the-trainer", "sessions": 1}]
    installation.api.post(f"/api/sessions/{session_id}/export")
    sent = eventually(lambda: received and received[-1], "the export arrives")
    assert sent["score"]["overall"] == score["overall"]
    assert sent["score"]["reviewedBy"] == "the-trainer"
    assert sent["score"]["machine"]["overall"] == machine["overall"]
    assert sent["review"]["disputes"][0]["answer"]["text"] == ANSWER

    steps = {"the-client dispute_opened", "the-trainer session_read", "the-trainer review_changed",
             "the-trainer dispute_answered", "the-viewer session_read", "the-viewer report_read",
             "the-admin session_read", "the-admin session_exported"}
    entries = eventually(lambda: (found := audit(installation.api, session_id)) >= steps and found, "the audit is whole")
    assert entries == steps
    assert "open questions" not in json.dumps(installation.api.get("/api/audit", sessionId=session_id))

    # The page of the trainee looks again every 20 seconds.
    expect(practice.page.get_by_text(ANSWER)).to_be_visible(timeout=30_000)
    expect(practice.page.locator("#overall")).to_have_text(str(score["overall"]))
    expect(practice.page.locator("#reviewed")).to_contain_text(f"The machine gave {machine['overall']} points.")
    accessible(practice.page)


@pytest.fixture(scope="module")
def session(system, demo_call):
    return demo_call(system, script="clumsy")


def test_who_comes_too_late_is_told_and_loses_nothing_unasked(system, session, open_page):
    name = session["sessionId"]
    page = open_page(f"{system.url}/sessions/{name}")
    page.watch.allow(r"\b409\b")
    panel = page.get_by_role("region", name="Review by a person")
    opened(panel)
    points = panel.get_by_label("Your points").first
    points.fill("1")
    review = system.api.session(name).get("review", {})
    system.api.post(f"/api/sessions/{name}/review", {"revision": review.get("revision", 0), "categories": []})
    panel.get_by_role("button", name="Save the review").click()
    expect(panel.get_by_role("alert")).to_contain_text("Somebody else has changed the review")
    expect(points).to_have_value("1")
    panel.get_by_role("button", name="Show what it says now").click()
    expect(panel.get_by_text("Reviewed by")).to_be_visible()


def test_a_review_can_be_written_with_the_keyboard_alone(system, session, open_page):
    page = open_page(f"{system.url}/sessions/{session['sessionId']}")
    panel = page.get_by_role("region", name="Review by a person")
    opened(panel)
    panel.get_by_label("Your points").first.focus()
    machine = int(panel.locator(".machine-number strong").first.inner_text())
    page.keyboard.type(str(machine))
    page.keyboard.press("Tab")
    expect(panel.get_by_label("Reason").first).to_be_focused()
    expect(panel.get_by_label("Reason").first).to_have_value("accurate")
    page.keyboard.press("Enter")
    # Who agrees need not copy the number.
    panel.get_by_label("Note").nth(1).fill("Quite right.")
    panel.get_by_label("Note").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Review by a person")).to_be_focused()
    expect(page.get_by_text("local gave").first).to_be_visible()
    one, two = system.api.session(session["sessionId"])["review"]["categories"]
    assert (one["score"], one["reason"]) == (machine, "accurate")
    assert (two["score"], two["reason"], two["note"]) == (two["machine"], "accurate", "Quite right.")


@pytest.mark.parametrize("look", LOOKS)
def test_the_review_can_be_used_by_everybody(system, session, open_page, accessible, look):
    page = open_page(f"{system.url}/review", **look)
    expect(page.get_by_role("heading", level=1, name="Review")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    accessible(page)
    assert fits(page)
    page.goto(f"{system.url}/sessions/{session['sessionId']}")
    opened(page.get_by_role("region", name="Review by a person"))
    accessible(page)
    assert fits(page)


def opened(panel):
    """The form, whether it was open or not."""
    expect(panel.locator("#review-details")).to_have_count(1)
    if panel.locator("#review-details").get_attribute("open") is None:
        panel.locator("#review-details > summary").click()
    expect(panel.get_by_role("button", name="Save the review")).to_be_visible()


def disputed(installation, open_page):
    """A call with a ticket, submitted, whose trainee disagrees with its score."""
    ticket = installation.ticket("EVA", [SCENARIO])
    practice = Practice(open_page(ticket["url"]))
    practice.page.get_by_label("Record my calls").check()
    practice.accept_notice()
    practice.type_instead()
    practice.page.get_by_role("button", name="Choose").click()
    practice.start()
    for words in LINES:
        practice.say_typed(words)
        practice.is_answered()
    practice.end()
    practice.result()
    page = practice.page
    can_be_heard(practice)
    expect(page.get_by_text("I disagree with this score")).to_have_count(0)
    practice.submit()
    page.get_by_text("I disagree with this score").click()
    practice.button("Send to my trainer").click()
    expect(page.get_by_role("alert").filter(has_text="Please write what is wrong.")).to_be_visible()
    page.get_by_label("What is wrong with it?").fill(DISPUTE)
    practice.button("Send to my trainer").click()
    expect(page.get_by_text("Your trainer has not answered yet.")).to_be_visible()
    return practice


def can_be_heard(practice):
    """The trainee agreed to a recording, and nobody else may hear that of a private practice."""
    practice.button("Listen").click()
    sound = practice.page.locator("audio#recording")
    expect(sound).to_be_focused()
    practice.page.wait_for_function("() => document.getElementById('recording').currentTime > 0.2")
    assert sound.evaluate("(sound) => sound.duration") > 3
    sound.evaluate("(sound) => sound.pause()")


def report(api, session_id):
    pdf = api.get(f"/api/sessions/{session_id}/report")
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, stdout=subprocess.PIPE, check=True).stdout
    return re.sub(r"\s+", " ", text.decode())


def audit(api: API, session_id):
    return {f"{entry['actor']} {entry['action']}" for entry in api.get("/api/audit", sessionId=session_id)["items"]}
