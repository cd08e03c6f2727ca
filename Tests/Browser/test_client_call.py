"""The client module's call: session, microphone and loudspeaker together, with a scripted server."""

import pytest


@pytest.fixture
def scene(system, other_origin, open_page):
    """Plays a scene of pages/clientCall.js; gives what happened."""
    page = open_page(other_origin.serve("/call.html", "<!doctype html><title>Call</title><button>Begin</button>"))
    page.get_by_role("button").click()  # a gesture, as sound needs it

    def play(name):
        return page.evaluate(
            """async ([name, client]) => (await import("/clientCall.js"))[name](client)""",
            [name, system.url + "/client"])

    return play


def nothing_left(seen):
    return seen["contexts"] == 0 and seen["tracks"] == 0


def test_a_call_goes_from_the_first_sound_to_the_score(scene):
    seen = scene("whole")
    assert seen["result"]["sessionId"] == "BAT-001"
    assert seen["frame"] == [961, 1]
    assert seen["speaking"] == "speaking"
    assert seen["played"][-1] == {"type": "played", "itemId": "item_1", "offsetMs": 600}
    assert seen["lines"] == [[["two"], True], [["one", "two"], True], [["one", "two!"], False]]
    assert seen["during"] is True and seen["after"] is False
    assert seen["score"]["revision"] == 2 and seen["outcome"] == "rejected"
    assert seen["asked"] == ["create", "events"] and seen["uploaded"]
    assert seen["states"][0] == "connecting" and seen["states"][-1] == "ended"
    assert (seen["ended"], seen["finished"]) == (1, 1)
    assert nothing_left(seen)


def test_push_to_talk_is_heard_only_while_the_key_is_held(scene):
    seen = scene("pushToTalk")
    assert seen["before"] == ["mute"]
    assert seen["mutes"] == [True, False, True, False]
    assert seen["quiet"] == 0 and seen["thinking"] == "thinking"
    assert nothing_left(seen)


def test_a_page_in_the_background_and_a_stopped_sound_are_told_as_mute(scene):
    seen = scene("background")
    assert seen["inBackground"] == ["hidden"]
    assert seen["stillMuted"] == ["user"]
    assert seen["suspended"] == ["suspended"]
    assert seen["isRunning"] and seen["reasons"] == []
    assert seen["mutes"] == [True, False, True, False]
    assert nothing_left(seen)


def test_without_a_microphone_no_session_is_created(scene):
    seen = scene("refused")
    assert (seen["code"], seen["state"], seen["sockets"], seen["asked"]) == ("denied", "ended", 0, [])
    assert seen["told"] == ["connecting", "ended"]
    assert nothing_left(seen)


def test_a_call_that_the_server_refuses_gives_everything_back(scene):
    seen = scene("turnedAway")
    assert (seen["code"], seen["state"]) == ("origin_not_allowed", "ended")
    assert (seen["ended"], seen["finished"]) == (0, 0)
    assert nothing_left(seen)


def test_a_page_that_is_left_while_the_call_starts_opens_nothing(scene):
    seen = scene("leftWhileStarting")
    assert (seen["code"], seen["state"], seen["sockets"], seen["asked"]) == ("left", "ended", 0, [])
    assert nothing_left(seen)


def test_the_microphone_of_a_device_check_is_taken_over_and_the_last_words_are_heard(scene):
    seen = scene("takenOver")
    assert seen["isSame"]
    assert seen["whileLastWords"] == {"contexts": 1, "tracks": 0}
    assert nothing_left(seen)


def test_what_the_connection_did_not_bring_comes_from_rest(scene):
    seen = scene("historyGone")
    assert seen["lines"] == ["kept"]
    assert seen["score"] == {"revision": 2, "verdict": "passed"}
    assert seen["outcome"] == "converted"
    assert seen["ended"] == ["session_ended"]
    assert nothing_left(seen)


def test_an_interruption_stops_the_voice_and_says_how_far_it_was_heard(scene):
    seen = scene("interrupted")
    assert seen["state"] == "listening"
    assert seen["played"]["itemId"] == "item_1" and 100 < seen["played"]["offsetMs"] < 2_000
