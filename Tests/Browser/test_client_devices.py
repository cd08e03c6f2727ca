"""The client module's microphone and player with the worklets of a real browser, loaded from another origin."""

import pytest

pytestmark = pytest.mark.alone

POLICY = "script-src 'self' {server} blob:; worker-src {server} blob:; connect-src 'self'; default-src 'self'"


@pytest.fixture
def scene(system, other_origin, open_page):
    """Plays a scene of pages/clientDevices.js; gives what happened."""
    policy = POLICY.format(server=system.url)
    page = open_page(other_origin.serve(
        "/devices.html",
        f"""<!doctype html><title>Devices</title><meta http-equiv="Content-Security-Policy" content="{policy}">
        <button>Begin</button>"""))
    page.get_by_role("button").click()  # a gesture, as sound needs it

    def play(name, *arguments):
        return page.evaluate(
            """async ([name, client, ...rest]) => (await import("/clientDevices.js"))[name](client, ...rest)""",
            [name, system.url + "/client", *arguments])

    return play


@pytest.mark.parametrize(("rate", "jitter_ms"), [(None, 10), (44_100, 50), (48_000, 300), (24_000, 50)])
def test_the_voice_leaves_the_page_without_gap_and_click(scene, rate, jitter_ms):
    seen = scene("voice", rate, jitter_ms)
    types = [event["type"] for event in seen["events"]]
    assert seen["isRunning"]
    assert types[0] == "started" and types[-1] == "drained" and "underrun" not in types
    assert 8 <= types.count("playing") <= 11
    assert seen["position"] == {"itemId": "item_1", "offsetMs": 2_000}
    assert abs(seen["sound"] - 2_000) < 20
    assert seen["roughness"] < 0.01


@pytest.mark.parametrize("rate", [None, 48_000])
def test_the_microphone_is_heard_at_24_khz(scene, rate):
    seen = scene("listening", rate)
    assert seen["isRunning"] and seen["isOpen"]
    assert seen["lengths"] == [480]
    # On a loaded machine the two devices of this test lose a little; a wrong rate would be a tenth away.
    assert 970 <= seen["hertz"] <= 1_030
    assert 0.4 < seen["loudest"] < 0.6
    assert seen["late"] == 0
    assert {event["type"] for event in seen["events"]} <= {"speech"}
    [asked] = seen["asked"]
    assert asked == {"audio": {
        "channelCount": {"ideal": 1}, "echoCancellation": True, "noiseSuppression": True, "autoGainControl": False}}


def test_a_headset_that_is_unplugged_is_told_and_taken_again(scene):
    assert scene("unplugged") == ["lost", "changed"]


def test_a_refused_microphone_says_why_and_leaves_nothing_open(scene):
    assert scene("refused") == {
        "Permission denied": ["MicrophoneError", "denied", False, None],
        "Permission dismissed": ["MicrophoneError", "dismissed", False, None],
        "none": ["MicrophoneError", "not_found", False, None],
        "in use": ["MicrophoneError", "in_use", False, None],
        "what": ["MicrophoneError", "failed", False, None]}


def test_the_test_tone_is_soft_but_there(scene):
    assert 0.1 < scene("tones")["loudest"] < 0.3
