"""A recorded call, replayed: the sound, the play head and the words keep together."""

import math
import struct
import wave

import pytest
from playwright.sync_api import expect
from support import calls
from support.database import copy_session
from test_replay import Replay

pytestmark = pytest.mark.alone

RATE = 24_000
# Seconds in which the trainee and the customer are heard, and the frequencies of their tones.
TRAINEE, CUSTOMER = (8, 11), (14, 17)

# Keeps the element that plays, and measures its two channels.
LISTEN = """() => {
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        if (!globalThis.heard) {
            const context = new AudioContext();
            const splitter = context.createChannelSplitter(2);
            const source = context.createMediaElementSource(this);
            source.connect(splitter);
            source.connect(context.destination);
            const channels = [0, 1].map((channel) => {
                const analyser = new AnalyserNode(context, { fftSize: 1024 });
                splitter.connect(analyser, channel);
                return analyser;
            });
            globalThis.heard = { element: this, loudness: () => channels.map((analyser) => {
                const samples = new Float32Array(analyser.fftSize);
                analyser.getFloatTimeDomainData(samples);
                return Math.max(...samples.map(Math.abs));
            }) };
        }
        return play.call(this);
    };
}"""

# At every picture until the play head is there: its time, the sound's, and how loud left and right are.
FOLLOW = """([end, until, margin]) => new Promise((done) => {
    const axis = document.querySelector("[role=slider]");
    const seen = [];
    requestAnimationFrame(function next() {
        const x = new DOMMatrix(getComputedStyle(axis.querySelector(".play-head")).transform).m41;
        const head = (x - margin) / (axis.clientWidth - 2 * margin) * end;
        if (globalThis.heard) seen.push([head, globalThis.heard.element.currentTime, ...globalThis.heard.loudness()]);
        if (head < until) requestAnimationFrame(next);
        else done(seen);
    });
})"""


@pytest.fixture(scope="module")
def call(system, demo_call):
    source = demo_call(system, script="clumsy")
    folder = system.folder / "data/sessions/RECORD-001"
    folder.mkdir(parents=True, mode=0o750)
    write_tones(folder / "call.wav", seconds=161)
    changes = calls.eventful(source["score"]) | {"recordingNoticeShown": True}
    return copy_session(system, source["sessionId"], "RECORD-001", changes)


def test_the_sound_and_the_play_head_keep_together(call, system, open_page):
    page = open_page("about:blank", width=1400, height=1000)
    page.add_init_script(f"({LISTEN})()")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/recording") else None)
    page.goto(f"{system.url}/sessions/{call['sessionId']}?t=7")
    replay = Replay(page, call)
    expect(replay.panel.get_by_label("Sound")).not_to_be_checked()
    replay.panel.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => new URL(location).searchParams.get('t') > 7")
    page.keyboard.press("Space")
    assert not asked, "nobody asked for the sound"
    replay.press("Mood", 7)
    replay.panel.get_by_label("Sound").check()
    replay.panel.get_by_role("button", name="Play", exact=True).click()
    seen = page.evaluate(FOLLOW, [replay.end, 12, 10])
    # The head is drawn a picture after it was set.
    apart = sorted(abs(head - sound) for head, sound, _, _ in seen)
    assert apart[int(len(apart) * 0.95)] < 0.05, apart[-10:]
    assert loud(seen, 0) == pytest.approx(TRAINEE, abs=0.2)
    assert max(right for *_, right in seen) < 0.01

    replay.panel.get_by_label("Speed").select_option("2")
    replay.press("Mood", 13.5)
    seen = page.evaluate(FOLLOW, [replay.end, 18, 10])
    assert loud([frame for frame in seen if frame[0] > 13], 1) == pytest.approx(CUSTOMER, abs=0.3)
    page.keyboard.press("Space")
    assert page.evaluate("() => globalThis.heard.element.paused")
    replay.panel.get_by_label("Sound").uncheck()
    assert not page.evaluate("() => globalThis.heard.element.hasAttribute('src')")
    count = len(asked)
    replay.panel.get_by_role("button", name="Play", exact=True).click()
    replay.press("Mood", 30)
    page.wait_for_function("() => new URL(location).searchParams.get('t') > 30.5")
    assert len(asked) == count, "the replay goes on in silence"


def test_a_recording_that_is_gone_leaves_a_silent_replay(call, system, open_page):
    page = open_page("about:blank", width=1400, height=1000)
    page.watch.allow(r"\b404\b")
    page.route("**/recording", lambda route: route.fulfill(status=404, json={"code": "not_recorded"}))
    page.goto(f"{system.url}/sessions/{call['sessionId']}")
    replay = Replay(page, call)
    # Not `check`, which fails when the page takes the tick back.
    replay.panel.get_by_label("Sound").click()
    expect(page.locator("#announcements")).to_have_text("The recording cannot be played. The replay goes on in silence.")
    expect(replay.panel.get_by_label("Sound")).to_be_hidden()
    replay.panel.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => new URL(location).searchParams.get('t') > 0.5")
    expect(replay.panel.get_by_role("button", name="Pause")).to_be_visible()


def loud(seen, channel):
    """From when to when a channel is heard, by the play head."""
    times = [head for head, _, *loudness in seen if loudness[channel] > 0.1]
    return (min(times), max(times)) if times else None


def write_tones(path, seconds):
    def sample(index, span, frequency):
        inside = span[0] * RATE <= index < span[1] * RATE
        return round(12_000 * math.sin(2 * math.pi * frequency * index / RATE)) if inside else 0

    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        last = CUSTOMER[1] * RATE
        file.writeframes(b"".join(
            struct.pack("<hh", sample(index, TRAINEE, 400), sample(index, CUSTOMER, 600)) for index in range(last)))
        file.writeframes(bytes(4 * (seconds * RATE - last)))
