"""The example page of Docs/Examples/web, served by another origin than the server's."""

import json
import re

import pytest
from playwright.sync_api import expect
from support.eventually import eventually
from support.installation import PACKAGE, Installation, KeyedInstallation

EXAMPLE = PACKAGE / "Docs" / "Examples" / "web"


@pytest.fixture(scope="module")
def example(other_origin):
    """The address of the example page."""
    other_origin.serve("/main.js", (EXAMPLE / "main.js").read_text(), "text/javascript")
    return other_origin.serve("/example.html", (EXAMPLE / "index.html").read_text())


@pytest.fixture(scope="module")
def open_system(start_system, other_origin):
    return start_system(Installation, CORS_ORIGIN=other_origin.url, AUDIO_RATE="0")


@pytest.fixture(scope="module")
def locked_system(start_system, other_origin):
    return start_system(KeyedInstallation, CORS_ORIGIN=other_origin.url)


def start(page, trainee):
    page.get_by_label("Trainee").fill(trainee)
    page.get_by_role("button", name="Start the call").click()
    expect(page.get_by_text(re.compile("The customer is (ready|listening|speaking)"))).to_be_visible()


def finish(page):
    page.get_by_role("button", name="End the call").click()
    expect(page.get_by_role("status").filter(has_text="points")).to_be_visible(timeout=30_000)


def record(system, trainee):
    [item] = system.api.get("/api/sessions", traineeId=trainee)["items"]
    return system.api.session(item["sessionId"])


def test_a_page_of_another_origin_holds_a_call_by_voice(example, open_system, open_page, microphone):
    page = open_page(f"{example}?server={open_system.url}", microphone=microphone)
    expect(page.get_by_text(re.compile(r"\bAI\b"))).to_be_visible()
    start(page, "WEB_VOICE")
    lines = page.get_by_role("list", name="What was said").get_by_role("listitem")
    microphone.say(page, "Good afternoon! What do you smoke?")
    expect(lines.filter(has_text=re.compile("^You: "))).not_to_have_count(0)
    expect(lines.filter(has_not_text=re.compile("^You: "))).not_to_have_count(0)
    page.get_by_role("button", name="Hand over the leaflet").click()
    eventually(lambda: any(event["type"] == "VR_INTERACTION" for event in record(open_system, "WEB_VOICE")["events"]),
               "the event is stored")
    finish(page)
    kept = record(open_system, "WEB_VOICE")
    assert kept["client"] == "example-web"
    assert {line["speaker"] for line in kept["transcript"]} == {"TRAINEE", "AVATAR"}


def test_a_ticket_is_enough_and_no_secret_is_in_an_address_or_a_log(example, locked_system, open_page):
    ticket = locked_system.ticket("WEB_TICKET")["ticket"]
    page = open_page("about:blank", allow_microphone=False)
    addresses, printed, sockets = [], [], []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("console", lambda message: printed.append(message.text))
    page.goto(f"{example}?server={locked_system.url}#ticket={ticket}")
    assert ticket not in page.url
    page.get_by_label("With a microphone").uncheck()
    answer = []
    page.on("response", lambda response: answer.append(response) if response.url.endswith("/api/sessions") else None)
    start(page, "WEB_TICKET")
    page.get_by_label("Type instead").fill("Good afternoon! What do you smoke?")
    page.get_by_role("button", name="Say").click()
    lines = page.get_by_role("list", name="What was said").get_by_role("listitem")
    expect(lines.filter(has_text="You: Good afternoon!")).to_have_count(1)
    expect(lines.filter(has_not_text=re.compile("^You: "))).not_to_have_count(0)
    finish(page)
    token = next(made.json()["wsToken"] for made in answer if made.request.method == "POST")
    for secret in (ticket, token):
        assert not [text for text in addresses[1:] + sockets + printed if secret in text]
    assert sockets and "audio=binary" in sockets[0] and "token=" not in sockets[0]


def test_a_lost_connection_is_resumed_and_nothing_is_lost_or_doubled(example, open_system, open_page, line):
    through = line(open_system)
    page = open_page(f"{example}?server={through.url}", allow_microphone=False)
    page.watch.allow("WebSocket|ERR_")
    page.get_by_label("With a microphone").uncheck()
    start(page, "WEB_LOST")
    say = page.get_by_label("Type instead")
    lines = page.get_by_role("list", name="What was said").get_by_role("listitem")
    mine = lines.filter(has_text=re.compile("^You: "))
    theirs = lines.filter(has_not_text=re.compile("^You: "))
    texts = ["Good afternoon!", "And what bothers you about it?"]
    for number, text in enumerate(texts):
        say.fill(text)
        page.get_by_role("button", name="Say").click()
        expect(mine).to_have_count(number + 1)
        expect(theirs).not_to_have_count(number)
        through.cut()
        expect(page.get_by_role("alert")).to_contain_text("The connection is lost")
        page.get_by_role("button", name="Hand over the leaflet").click()
        through.mend()
        expect(page.get_by_role("alert")).to_be_empty()
    finish(page)
    kept = record(open_system, "WEB_LOST")
    assert [entry["text"] for entry in kept["transcript"] if entry["speaker"] == "TRAINEE"] == texts
    handed = [event for event in kept["events"] if event["type"] == "VR_INTERACTION"]
    assert len(handed) == 2, json.dumps(kept["events"])


def test_an_origin_that_the_operator_has_not_named_is_told_so(example, system, open_page):
    page = open_page(f"{example}?server={system.url}", allow_microphone=False)
    page.watch.allow("CORS|Failed to load|failed: |refused: 403")
    expect(page.get_by_role("alert")).to_contain_text("does not serve this page's origin")
