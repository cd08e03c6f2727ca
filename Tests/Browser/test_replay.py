"""A stored call, replayed on one clock."""

import math
import re

import pytest
from playwright.sync_api import expect
from support import calls
from support.database import copy_session
from support.looks import fits

MARGIN = 10  # of the axis, in pixels

# Milliseconds until the replay is painted, and until all moments are.
SHOWN = """() => {
    const begun = performance.now();
    const shown = [];
    new MutationObserver((_, observer) => {
        if (document.querySelectorAll(".moment").length < (shown.length ? 2000 : 1)) return;
        shown.push(0);
        if (shown.length === 2) observer.disconnect();
        const place = shown.length - 1;
        requestAnimationFrame(() => requestAnimationFrame(() => {
            (globalThis.shownAfter ??= [])[place] = performance.now() - begun;
        }));
    }).observe(document, { childList: true, subtree: true });
}"""

# The times between pictures, in order, while the transcript is scrolled.
FRAMES = """(seconds) => new Promise((done) => {
    const box = document.querySelector(".transcript-box");
    const times = [];
    let last = performance.now();
    const begun = last;
    requestAnimationFrame(function next(now) {
        times.push(now - last);
        last = now;
        box.scrollTop += 12;
        if (now - begun < seconds * 1000) requestAnimationFrame(next);
        else done(times.slice(2).sort((a, b) => a - b));
    });
})"""


@pytest.fixture(scope="module")
def source(system, demo_call):
    return demo_call(system, script="clumsy")


@pytest.fixture(scope="module")
def call(system, source):
    return copy_session(system, source["sessionId"], "REPLAY-001", calls.eventful(source["score"]))


@pytest.fixture(scope="module")
def long_call(system, source):
    return copy_session(system, source["sessionId"], "REPLAY-030", calls.long())


class Replay:
    def __init__(self, page, call):
        self.page, self.call = page, call
        self.panel = page.get_by_role("region", name="Replay", exact=True)
        self.slider = self.panel.get_by_role("slider", name="Position in the call")
        self.clock = self.panel.locator(".replay-clock")
        expect(self.slider).to_be_visible()

    @property
    def time(self):
        """Where the play head is, in seconds."""
        x, width = self.slider.evaluate(
            """(axis) => [new DOMMatrix(getComputedStyle(axis.querySelector(".play-head")).transform).m41, axis.clientWidth]""")
        return (x - MARGIN) / (width - 2 * MARGIN) * self.end

    @property
    def end(self):
        return self.call["durationMs"] / 1000

    def press(self, lane, time):
        """Clicks on the axis; gives the words that the pointer shows there."""
        name = self.panel.locator(".lane-name", has_text=re.compile(rf"^{lane}$")).bounding_box()
        axis = self.slider.bounding_box()
        x = axis["x"] + MARGIN + time / self.end * (axis["width"] - 2 * MARGIN)
        y = name["y"] + name["height"] / 2
        self.page.mouse.move(x, y)
        tip = self.panel.locator(".tip")
        said = tip.inner_text() if tip.is_visible() else ""
        self.page.mouse.click(x, y)
        return said

    def is_at(self, time):
        assert self.time == pytest.approx(time, abs=0.06)
        expect(self.page).to_have_url(re.compile(rf"\?t={re.escape(shown(time))}$"))

    def line(self, utterance):
        return self.panel.locator(f"#line-{utterance}")

    def reads(self, utterance):
        """The line is the current one, and can be read."""
        expect(self.line(utterance)).to_have_attribute("aria-current", "true")
        expect(self.line(utterance)).to_be_in_viewport()

    def moments(self):
        return self.panel.get_by_role("list").locator(".moment")


def shown(time):
    """A time as the address has it."""
    return f"{math.ceil(time * 10 - 1e-6) / 10:g}"


@pytest.fixture
def replay(system, call, open_page):
    return Replay(open_page(f"{system.url}/sessions/{call['sessionId']}", width=1400, height=1000), call)


def test_everything_is_on_the_axis_at_its_time(replay, call):
    interrupted = next(line for line in call["transcript"] if line.get("interrupted"))
    first, second = call["absences"]
    marks = [
        *[("Rules", finding["time"], status_word(finding)) for finding in call["score"]["findings"]],
        *[(lane, event["time"], words) for event in call["events"] for lane, words in [lane_of(event)]],
        ("Interruptions", interrupted["endTime"], "Cut off"), ("Interruptions", 89.5, "Spoken into"),
        ("Session", first["from"], "Connection lost"), ("Session", first["to"], "Connection back"),
        ("Session", second["from"], "Connection"), ("Score", 19.7, "What do you like"),
    ]
    assert {finding["status"] for finding in call["score"]["findings"]} == {
        "violated", "suspected", "dismissed", "disputed", "satisfied"}
    for lane, time, words in marks:
        said = replay.press(lane, time)
        assert words in said or time == 7.0, f"{lane} at {time} shows {said}"
        replay.is_at(time)

    # The list has the same moments, each with its time, and the marks that lie on one another.
    expect(replay.moments()).to_have_count(len(call["events"]) + 5 + 2 + 4 + 1 + 1 + 1)
    for finding in call["score"]["findings"]:
        item = replay.moments().filter(has_text=f"This is {finding['status']}.")
        expect(item).to_contain_text(f"{int(finding['time']) // 60}:{int(finding['time']) % 60:02}")


def test_a_click_anywhere_moves_the_transcript_too(replay):
    replay.press("Mood", 35.0)
    assert replay.time == pytest.approx(35, abs=0.2)
    replay.reads("u5")
    expect(replay.panel.locator(".replay-mood")).to_have_text("Mood 1 of 10")
    expect(replay.slider).to_have_attribute("aria-valuetext", re.compile(r"^0:3[45] of 2:41, .* speaks, mood 1 of 10$"))

    replay.line("u8").get_by_text("Would you like to hold").click()
    replay.is_at(140)
    replay.reads("u8")
    expect(replay.line("u8")).to_contain_text("Disputed: forbidden word: hold")
    expect(replay.line("u3")).to_contain_text("Interrupted")
    expect(replay.line("u2")).to_contain_text("Say instead: What do you like about your usual pack?")

    replay.moments().filter(has_text="GLO_Device: HANDOVER").get_by_role("link").click()
    replay.is_at(153.9)


@pytest.mark.alone
def test_it_is_played_with_keys_and_at_twice_the_speed(replay, call):
    page = replay.page
    page.keyboard.press("k")
    replay.is_at(7)
    page.keyboard.press("k")
    replay.is_at(19.7)
    page.keyboard.press("j")
    replay.is_at(7)
    page.keyboard.press("ArrowRight")
    replay.is_at(12)
    page.keyboard.press("ArrowLeft")
    replay.is_at(7)
    expect(page.locator("#announcements")).to_have_text(re.compile("^0:07, "))

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(replay.panel.get_by_role("button", name="Pause")).to_be_visible()
    # The words follow by themselves, and so does the address.
    replay.reads("u3")
    expect(page).to_have_url(re.compile(r"\?t=1[3-9]$"))
    page.keyboard.press("Space")
    expect(replay.panel.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stopped = replay.time
    replay.panel.get_by_label("Speed").select_option("2")
    replay.panel.get_by_role("button", name="Play", exact=True).click()
    before, began = replay.time, page.evaluate("() => performance.now()")
    page.wait_for_function("(then) => performance.now() - then > 1000", arg=began)
    after, ended = replay.time, page.evaluate("() => performance.now()")
    assert (after - before) / (ended - began) * 1000 == pytest.approx(2, rel=0.25)
    assert before >= stopped

    replay.slider.focus()
    page.keyboard.press("End")
    assert replay.time == pytest.approx(replay.end, abs=0.06)
    page.keyboard.press("Home")
    replay.is_at(0)


def test_letters_are_left_to_the_page_if_the_reader_wants(replay):
    replay.panel.get_by_text("Keys", exact=True).click()
    replay.panel.get_by_label("Keys work anywhere").uncheck()
    replay.page.get_by_role("heading", level=1).focus()
    replay.page.keyboard.press("k")
    assert replay.time == pytest.approx(0, abs=0.06)
    replay.slider.focus()
    replay.page.keyboard.press("k")
    replay.is_at(7)


def test_an_address_leads_to_its_moment(system, call, open_page):
    page = open_page(f"{system.url}/sessions/{call['sessionId']}?t=83")
    replay = Replay(page, call)
    expect(replay.clock).to_have_text("1:23")
    replay.reads("u6")
    page.goto(f"{system.url}/sessions/{call['sessionId']}?t=nonsense")
    expect(replay.clock).to_have_text("0:00")


def test_a_quote_leads_to_its_moment(replay):
    page = replay.page
    finding = page.locator(".compliance").locator("[data-finding='u8.hold']")
    finding.get_by_role("link").click()
    replay.reads("u8")
    expect(replay.line("u8")).to_be_focused()
    assert replay.time == pytest.approx(140, abs=0.06)
    page.locator(".panel .quotes").get_by_role("link").first.click()
    replay.reads("u4")
    kept = page.locator(".compliance").locator("[data-finding='e:dob-1.age_check']")
    kept.get_by_role("link").click()
    assert replay.time == pytest.approx(97.3, abs=0.06)
    expect(replay.moments().filter(has_text="Date of birth entered")).to_be_in_viewport()


def test_kinds_of_moments_can_be_hidden(replay, call):
    replay.panel.get_by_role("button", name=re.compile("^Scene")).click()
    replay.panel.get_by_role("button", name=re.compile("^Session")).click()
    expect(replay.moments().filter(has_text="GLO_Device")).to_have_count(0)
    assert replay.press("Scene", 153.9) == ""
    replay.page.keyboard.press("Escape")
    replay.page.get_by_role("heading", level=1).focus()
    replay.page.keyboard.press("k")
    expect(replay.page.locator("#announcements")).to_have_text("No moment after this one.")


def test_the_list_of_moments_is_one_stop_of_the_tab_key(replay):
    first = replay.moments().first.get_by_role("link")
    first.focus()
    replay.page.keyboard.press("ArrowDown")
    replay.page.keyboard.press("ArrowDown")
    expect(replay.moments().nth(2).get_by_role("link")).to_be_focused()
    replay.page.keyboard.press("Enter")
    replay.is_at(7)
    expect(replay.panel.locator(".moments a[tabindex='0']")).to_have_count(1)


@pytest.mark.parametrize("look", [
    pytest.param({"width": 360, "height": 740, "dark": True}, id="dark-phone"),
    pytest.param({"width": 1400, "height": 900}, id="wide")])
def test_the_replay_can_be_read_by_everybody(system, call, open_page, accessible, look):
    page = open_page(f"{system.url}/sessions/{call['sessionId']}?t=20", **look)
    Replay(page, call).reads("u4")
    accessible(page)
    assert fits(page)


@pytest.mark.alone
def test_half_an_hour_with_two_thousand_events_opens_at_once_and_runs_smoothly(system, long_call, open_page):
    page = open_page(system.url, width=1400, height=900)
    expect(page.get_by_role("heading", level=1, name="Sessions")).to_be_visible()
    # What the page itself needs of a processor, so that it does not matter what else the machine does.
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy():
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration") * 1000

    before = busy()
    page.evaluate(SHOWN)
    page.evaluate("(address) => { const link = document.createElement('a'); link.href = address; document.body.append(link); link.click(); }",
                  f"/sessions/{long_call['sessionId']}")
    page.wait_for_function("() => globalThis.shownAfter?.[0]")
    opening = busy() - before
    opened = page.wait_for_function("() => globalThis.shownAfter[1] && globalThis.shownAfter").json_value()
    completing = busy() - before
    replay = Replay(page, long_call)
    assert replay.moments().count() == len(long_call["events"]) + len(long_call["score"]["findings"]) + extra(long_call)

    def per_frame():
        begun = busy()
        times = page.evaluate(FRAMES, 2)
        return {"busy": round((busy() - begun) / len(times), 1),
                **{f"p{share}": round(times[int(len(times) * share / 100)], 1) for share in (50, 95)}}

    replay.panel.get_by_role("button", name="Play", exact=True).click()
    played = per_frame()
    for _ in range(4):
        replay.panel.get_by_role("button", name="Show less time").click()
    page.evaluate("""() => { const axis = document.querySelector(".axis-scroll");
        (function next() { axis.scrollLeft += 20; requestAnimationFrame(next); })(); }""")
    zoomed = per_frame()
    figures = {"opened": [round(time) for time in opened], "opening": round(opening), "completing": round(completing),
               "played": played, "zoomed": zoomed}
    print(figures)
    # The first moments can be read then; the others follow in pieces.
    assert opening < 1_000 and completing < 1_500, figures
    # A picture every 16.7 ms.
    assert played["busy"] < 16 and zoomed["busy"] < 16, figures


def extra(session):
    """The moments that the copied session has from its own call."""
    steps = [step for step in session["score"]["salesSteps"] if step["status"] in ("done", "partial") and step["evidence"]]
    quotes = [item for category in session["score"]["details"] for item in category["evidence"]]
    advice = [item for item in session["score"].get("coaching", {}).get("workOn", []) if item.get("utteranceId")]
    failed = [log for log in session["supervisorLogs"] if log.get("error")]
    return len(steps) + len(quotes) + len(advice) + len(failed) + len(session["outcomeClaims"])


def status_word(finding):
    return "Kept" if finding["status"] == "satisfied" else finding["status"].capitalize()


def lane_of(event):
    """The lane of an event, and words that are shown there."""
    return {
        "SYSTEM": ("Session", "Session"), "SUPERVISOR": ("Supervisor", "Mood"), "TABLET_CHOICE": ("Scene", "Q1: Option_B"),
        "DOB_CHECK": ("Scene", "Date of birth"), "VR_INTERACTION": ("Scene", "GLO_Device: HANDOVER"),
    }[event["type"]]
