"""The client module's sound, without a device: resampler, frames of the microphone, player."""

import pytest

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def scene(system, other_origin, browser):
    """Plays a scene of pages/clientSound.js in a page of another origin; gives what was measured."""
    other_origin.serve("/scenes.html", "<!doctype html><title>Scenes</title>")
    page = browser.new_page()
    page.goto(other_origin.url + "/scenes.html")

    def play(name, *arguments):
        return page.evaluate(
            """async ([name, client, ...rest]) => (await import("/clientSound.js"))[name](client, ...rest)""",
            [name, system.url + "/client", *arguments])

    yield play
    page.close()


@pytest.mark.parametrize(("rate", "to"), [
    (44_100, 24_000), (48_000, 24_000), (96_000, 24_000), (16_000, 24_000), (24_000, 44_100), (24_000, 48_000),
    (47_999, 24_000)])
def test_what_can_be_heard_passes_and_aliases_stay_below_60_decibels(scene, rate, to):
    seen = scene("sweep", rate, to)
    assert -0.5 < seen["flattest"] <= seen["steepest"] < 0.5
    assert seen["alias"] < -60
    # Far better than what is asked for; a change that costs this much is one to look at.
    assert -0.05 < seen["flattest"] and seen["steepest"] < 0.05
    assert seen["alias"] < -75


@pytest.mark.parametrize(("rate", "to"), [(44_100, 24_000), (48_000, 24_000), (24_000, 44_100), (24_000, 24_000)])
def test_the_borders_of_pieces_cannot_be_heard(scene, rate, to):
    seen = scene("pieces", rate, to)
    assert seen["same"]
    assert abs(seen["length"] - (2 * rate - seen["delay"]) * to / rate) <= 1


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (48_000, 2), (24_000, 1), (16_000, 1)])
def test_the_microphone_gives_frames_of_20_ms(scene, rate, channels):
    seen = scene("frames", rate, channels)
    assert seen["count"] == 49
    assert seen["lengths"] == [480]
    assert abs(seen["signal"]) < 0.05 and seen["rest"] < -75
    assert abs(seen["rms"] - 0.3535) < 0.01 and abs(seen["peak"] - 0.5) < 0.01


def test_a_signal_that_is_too_loud_is_limited(scene):
    assert scene("overdriven") == {"first": 32_767, "second": -32_767, "count": 2}


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
@pytest.mark.parametrize(("pace", "jitter_ms", "p50", "p99"), [
    # The server sends four to six times faster than real time. Milliseconds between the first audio and its sound.
    (4, 10, 40, 100), (4, 50, 50, 130), (4, 300, 250, 400),
    # As slow as it plays, which is the worst case.
    (1, 10, 90, 320), (1, 50, 130, 350), (1, 300, 450, 680)])
def test_a_voice_that_comes_irregularly_plays_without_gaps_and_clicks(
        scene, record_property, rate, pace, jitter_ms, p50, p99):
    seen = scene("jitter", rate, pace, jitter_ms, 20)
    for name in ("underruns", "p50", "p99", "gapMs"):
        record_property(name, seen[name])
    assert seen["underruns"] == 0
    assert seen["p50"] <= p50 and seen["p99"] <= p99
    assert seen["items"] == 20
    # Everything was heard once: what is missing are zero crossings, what is more is the filter's ringing.
    assert abs(seen["sound"] - seen["expected"]) < 0.005 * seen["expected"]
    assert [ms for ms in seen["drained"] if ms == 2_000] == [2_000] * 20
    assert seen["roughness"] < 0.01


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
def test_an_interruption_cuts_the_voice_within_32_frames_and_without_a_click(scene, rate):
    seen = scene("cleared", rate)
    assert 0 < seen["fadeFrames"] <= 32
    assert seen["largestStep"] < 1.5 * seen["normalStep"]
    assert [event["itemId"] for event in seen["cleared"]] == ["item_0"]
    assert 780 < seen["cleared"][0]["offsetMs"] <= 900
    assert seen["started"] == ["item_0", "item_next"]
    assert seen["silentMs"] > 90
    assert seen["underruns"] == 0
    assert seen["roughness"] < 0.01


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
def test_a_network_that_stops_is_told_and_does_not_click(scene, rate):
    seen = scene("stalled", rate)
    assert len(seen["underruns"]) == 1
    [underrun] = seen["underruns"]
    assert underrun["offsetMs"] == 1_000 and 150 < underrun["gapMs"] < 900
    assert seen["roughness"] < 0.01
    assert abs(seen["sound"] - 2_000) < 20
    assert seen["drained"] == [1_000, 2_000]


def test_what_the_server_repeats_after_a_lost_connection_is_heard_once(scene):
    seen = scene("repeated")
    assert abs(seen["sound"] - 900) < 10
    assert seen["drained"] == [900]
    assert seen["underruns"] == 0
    assert seen["roughness"] < 0.01


def test_a_word_shorter_than_the_start_buffer_is_heard(scene):
    seen = scene("short")
    assert abs(seen["sound"] - 60) < 4
    assert seen["started"][0]["waitedMs"] <= 330
    assert [event["offsetMs"] for event in seen["drained"]] == [60]


def test_the_player_says_every_200_ms_how_far_it_is(scene):
    seen = scene("reports")
    first = [event["offsetMs"] for event in seen["playing"] if event["itemId"] == "item_1"]
    second = [event["offsetMs"] for event in seen["playing"] if event["itemId"] == "item_2"]
    assert first[-1] == 1_000
    for offsets in (first[:-1], second):
        assert all(195 <= later - earlier <= 205 for earlier, later in zip(offsets, offsets[1:]))
    assert seen["drained"][0]["itemId"] == "item_2" and seen["drained"][0]["offsetMs"] == 1_000
    assert len(first) + len(second) >= 9
    assert seen["underruns"] == 0
    assert 0.3 < seen["loudest"] < 0.4 and seen["last"]["peak"] == 0


def test_the_queue_is_bounded(scene):
    assert scene("flooded") == {"overflows": 1}


def test_a_microphone_that_delivers_nothing_is_noticed(scene):
    seen = scene("silence")
    assert [(change["ms"], change["isSilent"]) for change in seen["dead"]] == [(3_000, True), (5_020, False)]
    assert seen["dead"][0]["isDigital"] is True
    assert [(change["ms"], change["isDigital"]) for change in seen["faint"]] == [(8_000, False)]
    assert seen["suppressed"] == []
    assert [change["ms"] for change in seen["lost"]] == [21_000]
    assert seen["normal"] == []


def test_speech_is_told_from_a_quiet_room(scene):
    assert scene("speech") == [
        {"ms": 2_060, "isSpeech": True}, {"ms": 4_300, "isSpeech": False}]
