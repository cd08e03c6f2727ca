"""The practice page without a mouse, on a phone, in the dark, without motion, and in every language."""

import re

import pytest
from playwright.sync_api import expect
from support.looks import fits
from support.practice import SCENARIO, Practice

LOOKS = [
    {"width": 1280, "height": 800, "scheme": "light", "motion": "no-preference"},
    {"width": 1280, "height": 800, "scheme": "dark", "motion": "no-preference"},
    {"width": 360, "height": 740, "scheme": "light", "motion": "no-preference"},
    {"width": 360, "height": 740, "scheme": "dark", "motion": "reduce"},
]


@pytest.fixture(scope="module")
def scenario(system):
    return next(item for item in system.api.get("/api/scenarios")["items"] if item["id"] == SCENARIO)


def test_every_screen_can_be_read_by_everybody(system, scenario, open_page, accessible):
    page = open_page(f"{system.url}/practice")
    practice = Practice(page)

    def look(screen):
        for each in LOOKS:
            page.set_viewport_size({"width": each["width"], "height": each["height"]})
            page.emulate_media(color_scheme=each["scheme"], reduced_motion=each["motion"])
            accessible(page)
            assert fits(page), f"the screen {screen} is wider than {each['width']} pixels"
            if each["motion"] == "reduce":
                assert moving(page) == [], f"something moves on the screen {screen}"

    practice.heading("Welcome to practice")
    look("who")
    practice.enter("LOOKS")
    expect(practice.button("I understand")).to_be_visible()
    look("notice")
    practice.accept_notice()
    expect(practice.button("Everything works")).to_be_enabled()
    look("device")
    practice.type_instead()
    expect(page.get_by_role("article", name=scenario["title"])).to_be_visible()
    look("scenarios")
    expect(practice.button("My calls")).to_be_visible()
    practice.choose(scenario["title"])
    look("briefing")
    # On a phone the things at the counter are folded away.
    page.set_viewport_size({"width": 1280, "height": 800})
    practice.start()
    practice.say_typed("Good afternoon, what do you like about your cigarettes?")
    expect(practice.answers()).not_to_have_count(0)
    practice.button("Ask for a document").click()
    look("call")
    # When the phone is turned, the latest line stays in sight.
    for words in ["How many do you smoke on a normal day?", "What do you like about them, and what bothers you?"]:
        practice.say_typed(words)
    practice.is_answered()
    for width, height in [(1280, 800), (360, 640)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(log) => log.scrollHeight - log.scrollTop - log.clientHeight < 40",
                               arg=practice.captions.element_handle(), timeout=5000)
    practice.button("End the call").click()
    look("end of the call")
    practice.button("End and see the result").click()
    practice.result()
    for category in page.locator(".category-bars summary").all():
        category.click()
    look("result")
    expect(practice.earlier_calls()).not_to_have_count(0)
    look("calls")


def moving(page):
    """The animations that would go on for ever."""
    return page.evaluate("""() => document.getAnimations()
        .filter((animation) => animation.playState === "running" && animation.effect.getTiming().iterations === Infinity)
        .map((animation) => animation.effect.target.className)""")


def test_a_whole_call_can_be_held_with_the_keyboard_alone(system, scenario, open_page):
    page = open_page(f"{system.url}/practice")
    practice = Practice(page)
    practice.heading("Welcome to practice")
    reach(page, page.get_by_label("Your name or staff number"))
    page.keyboard.type("KEYBOARD")
    page.keyboard.press("Enter")
    practice.heading("You will be talking to an AI")
    press(page, practice.button("I understand"))
    practice.heading("Check your sound")
    press(page, practice.button("Type instead of speaking"))
    practice.heading("Whom would you like to talk to?")
    press(page, page.get_by_role("article", name=scenario["title"]).get_by_role("button", name="Choose"))
    press(page, practice.button("Talk to Karel"))
    practice.is_the_customer("is waiting for your line", "is speaking")

    reach(page, practice.typed)
    page.keyboard.type("Good afternoon, what do you like about your cigarettes?")
    page.keyboard.press("Enter")
    expect(practice.answers()).not_to_have_count(0)
    expect(practice.typed).to_be_focused()
    press(page, practice.button("Ask for a document"))
    press(page, practice.button("End the call"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    press(page, practice.button("End the call"))
    press(page, practice.button("End and see the result"))
    practice.result()
    press(page, practice.button("Submit to my trainer"))
    dialog = page.get_by_role("dialog", name="Submit this practice?")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(practice.button("Submit to my trainer")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, dialog.get_by_role("button", name="Submit"))
    expect(page.get_by_text("Your trainer can see this practice now.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_under_the_pointer_in_a_call(system, scenario, open_page, width):
    page = open_page("about:blank", width=width)
    sockets = []

    def pass_on(socket):
        server = socket.connect_to_server()
        sockets.append(socket)
        socket.on_message(server.send)
        server.on_message(socket.send)

    page.route_web_socket(re.compile("/ws"), pass_on)
    page.goto(f"{system.url}/practice")
    practice = Practice(page)
    practice.go_to_briefing(scenario["title"], name=f"STILL_{width}")
    page.get_by_label("Hints").check()
    practice.start()
    expect(page.get_by_text(scenario["goal"])).to_be_visible(visible=width > 736)
    if width < 736:
        page.get_by_text("At the counter").click()
    practice.is_the_customer("is waiting for your line")
    watched = [practice.typed, practice.button("End the call"), practice.button("Hand over the leaflet"),
               practice.button("Enter"), page.get_by_label("Enter the date of birth")]

    def places():
        """Where they are on the page, however far it is scrolled."""
        return [each.evaluate("(node) => { const box = node.getBoundingClientRect();"
                              "return [box.x + scrollX, box.y + scrollY, box.width, box.height].map(Math.round); }")
                for each in watched]

    before = places()
    done = page.get_by_role("status").filter(has_text="Asked for a document.")
    practice.button("Ask for a document").click()
    # On a phone the captions are far away: what was done is said where one looks, and what the customer showed.
    expect(done).to_contain_text("12 May 1981")
    expect(done).to_be_in_viewport()
    assert places() == before, "the card moves something"
    page.get_by_label("Enter the date of birth").fill("1981-05-12")
    practice.button("Enter").click()
    expect(page.get_by_role("status").filter(has_text="Date of birth entered.")).to_be_in_viewport()
    assert places() == before, "the date moves something"
    sockets[-1].send('{"type": "hint", "text": "Ask him when he smokes, and wait for the answer before you go on."}')
    hint = page.get_by_role("status").filter(has_text="Ask him when he smokes")
    expect(hint).to_be_visible()
    assert places() == before, "a hint moves something"
    practice.say_typed("Good afternoon, what do you like about your cigarettes?")
    practice.is_answered()
    assert places() == before, "what is said moves something"
    expect(hint).to_be_hidden()
    assert places() == before, "a hint that goes moves something"


def test_push_to_talk_works_with_the_space_bar(system, scenario, open_page, microphone):
    page = open_page(f"{system.url}/practice", microphone=microphone)
    practice = Practice(page)
    practice.go_to_briefing(scenario["title"], name="PUSH", types=False)
    page.get_by_label("Push to talk").check()
    practice.start()
    expect(practice.button("Hold to talk")).to_be_visible()
    microphone.say(page, "Please tell me the whole story.")

    page.get_by_role("heading", level=1).focus()
    page.keyboard.down(" ")
    expect(practice.button("Talking – let go when done")).to_be_visible()
    microphone.say(page, "How many cigarettes do you smoke on a normal day?")
    page.keyboard.up(" ")
    # One of its words is enough, because the recogniser mishears some.
    expect(practice.line("TRAINEE", re.compile("many|cigarettes|smoke|normal|day", re.I))).to_have_count(1)
    # What was said before the bar was pressed has reached nobody.
    expect(practice.line("TRAINEE", re.compile("story", re.I))).to_have_count(0)


@pytest.mark.parametrize("language", ["en-GB", "cs-CZ", "de-DE", "el-GR"])
def test_the_page_speaks_the_language_of_the_browser(system, open_page, accessible, language):
    page = open_page(f"{system.url}/practice", locale=language)
    expect(page.locator("html")).to_have_attribute("lang", language[:2])
    page.get_by_role("textbox").fill("LANGUAGE")
    page.get_by_role("textbox").press("Enter")
    text = page.get_by_role("main").locator(f"[lang={language[:2]}]").first
    expect(text).to_contain_text(system.api.get("/api/notice", language=language[:2])["text"].split("\n")[0])
    accessible(page)


def reach(page, locator, most=80):
    """Presses Tab until the element has the focus, and looks whether that can be seen."""
    expect(locator).to_be_visible()
    for _ in range(most):
        if locator.evaluate("(node) => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(locator).to_be_focused()
    assert locator.evaluate("""(node) => {
        const { outlineStyle, boxShadow } = getComputedStyle(node);
        return node.matches(":focus-visible") && (outlineStyle !== "none" || boxShadow !== "none");
    }"""), f"nobody sees that {locator} has the focus"


def press(page, locator):
    expect(locator).to_be_enabled()
    reach(page, locator)
    page.keyboard.press("Enter")
