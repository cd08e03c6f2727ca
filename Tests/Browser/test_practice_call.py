"""A practice call from the notice to the result, as a trainee holds it."""

import re

import pytest
from playwright.sync_api import expect
from support import speech
from support.practice import CUSTOMER, SCENARIO, Practice

STORY = "Please tell me the whole story from the beginning."


@pytest.fixture(scope="module")
def scenario(system):
    return next(item for item in system.api.get("/api/scenarios")["items"] if item["id"] == SCENARIO)


@pytest.mark.alone
def test_a_call_by_voice_is_understood_can_be_interrupted_and_is_scored(system, scenario, open_page, microphone):
    page = open_page(f"{system.url}/practice", microphone=microphone)
    practice = Practice(page)
    practice.enter("VOICE")
    practice.accept_notice()
    practice.heading("Check your sound")
    microphone.say(page, "One, two, three.")
    expect(page.get_by_text("We can hear you.")).to_be_visible()
    practice.check_device()
    practice.choose(scenario["title"])
    practice.start()

    microphone.say(page, "Hello, my name is Anna. Do you have a minute?")
    expect(practice.line("TRAINEE", re.compile("minute|anna|hello", re.I)).first).to_be_visible()
    practice.is_answered()

    microphone.say(page, STORY)
    expect(practice.line("TRAINEE", re.compile("story|beginning", re.I)).first).to_be_visible()
    practice.is_the_customer("is speaking")
    microphone.say(page, "Thank you. How many cigarettes do you smoke on a normal day?")
    expect(practice.line("TRAINEE", re.compile("how many|normal day", re.I)).first).to_be_visible()
    # The customer's words are cut to what was heard.
    expect(practice.line("AVATAR", re.compile("—$"))).not_to_have_count(0)
    practice.is_answered()

    session_id, shown = practice.session_id, practice.shown_lines()
    practice.end()
    practice.result()

    session = system.api.session(session_id)
    assert_same_lines(shown, session)
    assert any(line.get("interrupted") for line in session["transcript"] if line["speaker"] == "AVATAR")
    assert session["noticeShown"]["language"] == "en"
    score = session["score"]
    result = page.get_by_role("main")
    expect(result.get_by_role("region", name="Your result")).to_contain_text(f"{score['overall']} of 100")
    expect(result.get_by_role("heading", name="What went well")).to_be_visible()
    work_on = result.get_by_role("region", name="To work on").get_by_role("listitem")
    assert 1 <= work_on.count() <= 3
    expect(work_on.get_by_role("button", name="Practise this moment again")).to_have_count(work_on.count())

    assert session["visibility"] == "private"
    expect(result.get_by_role("heading", name="Only you can see this")).to_be_visible()
    practice.submit()
    assert system.api.session(session_id)["visibility"] == "submitted"


def test_the_device_itself_can_be_the_microphone(system, scenario, open_page, spoken_browser, tmp_path):
    # It says the same again and again, from the device check on.
    said = speech.write_file(tmp_path / "said.wav", "Please tell me the whole story.", gap=6)
    page = open_page(f"{system.url}/practice", browser=spoken_browser(said, again=True))
    practice = Practice(page)
    practice.enter("DEVICE")
    practice.accept_notice()
    expect(page.get_by_text("We can hear you.")).to_be_visible()
    practice.check_device()
    practice.choose(scenario["title"])
    practice.start()
    expect(practice.line("TRAINEE", re.compile("story|beginning", re.I)).first).to_be_visible()
    expect(practice.answers()).not_to_have_count(0)


def test_a_connection_that_is_cut_twice_loses_and_doubles_nothing(system, scenario, open_page, line):
    cable = line(system)
    page = open_page(f"{cable.url}/practice")
    page.watch.allow(r"WebSocket connection to|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
    practice = Practice(page)
    practice.go_to_briefing(scenario["title"], name="CUT")
    practice.start()
    practice.say_typed("Good afternoon, do you have a minute?")
    practice.is_answered()
    practice.say_typed(STORY)
    practice.is_the_customer("is speaking")

    cable.cut()
    expect(practice.banner).to_be_visible()
    # What is done meanwhile waits for the connection.
    practice.button("Hand over the leaflet").click()
    cable.mend()
    expect(practice.banner).to_be_hidden()
    practice.say_typed("Thank you. May I see your date of birth?")
    practice.button("Ask for a document").click()

    cable.cut()
    expect(practice.banner).to_be_visible()
    practice.button("Hand over the glo device").click()
    cable.mend()
    expect(practice.banner).to_be_hidden()
    practice.say_typed("Would you like to hold it in your hand?")
    practice.is_answered()

    session_id, shown = practice.session_id, practice.shown_lines()
    practice.end()
    practice.result()
    session = system.api.session(session_id)
    assert_same_lines(shown, session)
    said = [entry["text"] for entry in session["transcript"] if entry["speaker"] == "TRAINEE"]
    assert len(said) == len(set(said)) == 4, said
    done = [
        (event["data"]["interactedObject"], event["data"]["action"])
        for event in session["events"] if event["type"] == "VR_INTERACTION"]
    assert [absence["from"] < absence["to"] for absence in session["absences"]] == [True, True]
    assert sorted(done) == [("GLO_Device", "HANDOVER"), ("ID_Card", "SHOW"), ("Leaflet", "HANDOVER")]


def test_a_reload_or_a_closed_tab_goes_on_with_the_same_call(system, scenario, open_page):
    page = open_page(f"{system.url}/practice")
    practice = Practice(page)
    practice.go_to_briefing(scenario["title"], name="RELOAD")
    practice.start()
    practice.say_typed("Good afternoon, do you have a minute?")
    expect(practice.answers()).not_to_have_count(0)
    session_id = practice.session_id

    page.reload()
    practice.heading("Your call is still open")
    practice.button("Go on talking").click()
    practice.heading(f"Call with {CUSTOMER}")
    expect(practice.line("TRAINEE", "Good afternoon, do you have a minute?")).to_have_count(1)
    practice.say_typed("What do you like about your cigarettes?")
    assert practice.session_id == session_id

    # In a second tab the call is not offered as long as the first one holds it; then it is.
    second = page.context.new_page()
    second.goto(f"{system.url}/practice")
    practice = Practice(second)
    practice.heading("Welcome to practice")
    page.close()
    second.reload()
    practice.heading("Your call is still open")
    practice.button("Go on talking").click()
    practice.heading(f"Call with {CUSTOMER}")
    expect(practice.line("TRAINEE", "What do you like about your cigarettes?")).to_have_count(1)
    assert practice.session_id == session_id
    practice.say_typed("How many do you smoke on a normal day?")
    practice.end()
    practice.result()
    # What it took to go on is forgotten with the call.
    assert second.evaluate('[localStorage.getItem("bat.practice.open-call"), sessionStorage.getItem("bat.practice.call")]') \
        == [None, None]

    entry = practice.earlier_calls().filter(has=second.locator(f"#show-{session_id}"))
    expect(entry).to_contain_text("Private")
    entry.get_by_role("button", name="Show the result").click()
    practice.result()
    assert practice.session_id == session_id


def test_a_call_of_a_closed_tab_can_be_disowned_and_is_not_offered_for_ever(system, open_page):
    page = open_page(f"{system.url}/practice")
    # Nobody has such a call: what matters is what the browser keeps.
    kept = """(age) => localStorage.setItem("bat.practice.open-call", JSON.stringify({
        sessionId: "BAT-999999", wsUrl: "ws://127.0.0.1:1/ws", wsToken: "secret", name: "SOMEBODY",
        persona: { name: "Karel" }, windowMs: 60_000, seenAt: Date.now() - age }))"""
    page.watch.allow(r"\b404\b")
    practice = Practice(page)
    page.evaluate(kept, 120_000)
    page.reload()
    practice.heading("Welcome to practice")
    assert page.evaluate('localStorage.getItem("bat.practice.open-call")') is None

    page.route("**/api/sessions/BAT-999999", lambda route: route.fulfill(json={"status": "active"}))
    page.evaluate(kept, 5_000)
    page.reload()
    practice.heading("Your call is still open")
    practice.button("This is not my call").click()
    practice.heading("Welcome to practice")
    expect(page.get_by_label("Your name or staff number")).to_have_value("")
    assert page.evaluate('localStorage.getItem("bat.practice.open-call")') is None
    page.reload()
    practice.heading("Welcome to practice")


def test_a_trainee_without_a_microphone_is_told_why_and_can_type(system, scenario, open_page):
    page = open_page(f"{system.url}/practice", allow_microphone=False)
    practice = Practice(page)
    practice.enter("TYPING")
    practice.accept_notice()
    practice.button("Use my microphone").click()
    expect(page.get_by_role("alert").filter(has_text="The browser does not let us use the microphone")).to_be_visible()
    practice.type_instead()
    practice.choose(scenario["title"])
    # Back to the check and again here.
    practice.button("Check my sound").click()
    practice.type_instead()
    practice.heading(scenario["title"])
    practice.start()
    practice.say_typed("Good afternoon!")
    expect(practice.answers()).not_to_have_count(0)


def assert_same_lines(shown, session):
    """What the page showed is what the server has kept: every line once, in the same order, with the same words."""
    kept = [(line["utteranceId"], line["speaker"], line["text"]) for line in session["transcript"]]
    without_mark = [(utterance, speaker, words.removesuffix(" —")) for utterance, speaker, words in shown]
    # The customer may have said goodbye after the page was looked at.
    assert without_mark == kept[:len(without_mark)]
    assert len(kept) - len(without_mark) <= 1
