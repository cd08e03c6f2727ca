"""The client module's session, against a scripted transport with a clock of its own."""

import re

import pytest


@pytest.fixture(scope="module")
def scene(system, other_origin, browser):
    """Plays a scene of pages/clientSession.js in a page of another origin; gives what happened."""
    other_origin.serve("/scenes.html", "<!doctype html><title>Scenes</title>")
    page = browser.new_page()
    page.goto(other_origin.url + "/scenes.html")

    def play(name, *arguments):
        return page.evaluate(
            """async ([name, client, ...rest]) => (await import("/clientSession.js"))[name](client, ...rest)""",
            [name, system.url + "/client", *arguments])

    yield play
    page.close()


def test_the_token_travels_as_a_subprotocol_and_never_in_the_address(scene):
    seen = scene("connecting")
    assert seen["protocols"] == ["bat.v1", "bearer.s3cr3t-t0ken"]
    assert "s3cr3t" not in seen["url"]
    assert "audio=binary" in seen["url"] and "reject=close" in seen["url"]
    assert seen["states"] == ["connecting", "ready"]
    assert seen["sessionId"] == "BAT-001"
    assert seen["types"] == []


def test_a_lost_connection_is_resumed_and_nothing_comes_twice(scene):
    seen = scene("resuming")
    assert seen["lost"] == "reconnecting"
    assert seen["sentWhileLost"] is False
    assert seen["sent"] == [{"type": "resume", "lastSeq": 3, "played": {"itemId": "item_1", "offsetMs": 840}}]
    assert seen["seqs"] == [1, 2, 3, 4, 5, 6]
    assert (seen["lastSeq"], seen["state"], seen["sockets"]) == (6, "listening", 2)


def test_a_history_that_is_gone_is_told_and_the_numbers_go_on(scene):
    assert scene("historyGone") == {"failed": 1, "seqs": [1, 58], "lastSeq": 58}


def test_a_missing_message_is_asked_for(scene):
    seen = scene("lineMissing")
    assert seen["closedWith"] == 4000
    assert seen["resume"] == {"type": "resume", "lastSeq": 1}
    assert seen["seqs"] == [1, 2, 3]


def test_a_page_that_was_loaded_again_asks_for_the_whole_history(scene):
    assert scene("reloaded") == [{"type": "resume", "lastSeq": 0}]


def test_attempts_double_from_250_ms_to_5_s_until_the_window_closes(scene):
    seen = scene("backoff", 1, 60_000)
    assert seen["delays"][:7] == [250, 500, 1000, 2000, 4000, 5000, 5000]
    assert set(seen["delays"][5:]) == {5000}
    assert seen["ended"] == [{"type": "ended", "reason": "resume_window"}]
    assert 54_000 < sum(seen["delays"]) <= 60_000
    assert seen["waiting"] == 0


def test_the_delay_has_full_jitter(scene):
    assert scene("backoff", 0.5, 10_000)["delays"][:4] == [125, 250, 500, 1000]


def test_the_delays_begin_anew_after_a_connection_that_worked(scene):
    assert scene("backoffStartsAnew") == [250, 500, 1000, 250, 500]


def test_a_server_that_says_when_to_come_back_is_obeyed(scene):
    assert scene("retryAfter") == {"before": 1, "after": 2, "delays": [500, 2000]}


def test_a_network_that_is_back_is_tried_at_once(scene):
    assert scene("networkBack") == {"before": 1, "after": 2}


def test_events_wait_for_a_connection_and_keep_their_ids(scene):
    seen = scene("events")
    assert [event["eventId"] for event in seen["sentFirst"][:1]] == [seen["early"]]
    assert seen["firstAfterReady"] == "resume"
    assert [event["eventId"] for event in seen["resent"]] == [seen["live"], seen["offline"]]
    assert seen["resent"][0]["time"] == 12.5
    assert [event["eventId"] for event in seen["again"]] == [seen["offline"]]
    assert [event["eventId"] for event in seen["stored"]] == [seen["early"], seen["live"]]
    assert [(event["eventId"], event["code"]) for event in seen["refused"]] == [(seen["offline"], "invalid_date")]
    assert seen["left"] == []


def test_waiting_events_are_bounded_and_those_that_come_too_late_are_kept_for_rest(scene):
    seen = scene("manyEvents")
    assert seen["ids"][3] is None
    assert [event["code"] for event in seen["refused"]] == ["too_many_waiting"]
    assert seen["sent"] == ["event"] * 3
    assert [event["eventId"] for event in seen["left"]] == seen["ids"][:3]
    assert all(event["type"] == "VR_INTERACTION" and event["data"]["n"] for event in seen["left"])


def test_every_close_code_has_its_consequence(scene):
    seen = scene("closeCodes", [
        1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 4401, 4403, 4404, 4408, 4409, 4410, 4429, 4503])
    again = {code for code, result in seen.items() if result == "reconnecting"}
    assert again == {"1001", "1005", "1006", "1011", "4408", "4429", "4503"}
    assert {code: result for code, result in seen.items() if code not in again} == {
        "1000": "session_ended", "1002": "protocol", "1003": "protocol", "1007": "protocol", "1009": "protocol",
        "4401": "refused", "4403": "refused", "4404": "refused", "4409": "replaced", "4410": "session_ended"}


def test_a_refused_connection_says_why_without_the_token(scene):
    seen = scene("refused")
    assert (seen["code"], seen["closeCode"]) == ("origin_not_allowed", 4403)
    assert seen["message"] == "Pages of this origin may not connect."
    assert "s3cr3t" not in seen["text"]


def test_a_server_that_cannot_be_reached_is_given_up(scene):
    assert scene("unreachable") == {"code": "unreachable", "states": ["connecting", "ended"]}


def test_an_address_that_the_browser_refuses_does_not_show_the_token(scene):
    seen = scene("invalidAddress")
    assert (seen["name"], seen["code"]) == ("SessionError", "refused")
    assert not re.search(r"a b", seen["message"])


def test_a_connection_that_does_not_answer_is_replaced(scene):
    seen = scene("deadLine")
    assert seen["pings"] == 1
    assert seen["alive"] == "ready"
    assert seen["closedWith"] == 4000
    assert seen["sockets"] >= 2
    assert seen["state"] == "reconnecting"


def test_an_attempt_that_hangs_is_given_up(scene):
    assert scene("hangingAttempt") == {"before": 1, "after": 2, "closedWith": 4000}


def test_the_states_follow_the_conversation(scene):
    seen = scene("states")
    assert seen["states"] == [
        "connecting", "ready", "listening", "thinking", "speaking", "listening", "thinking", "speaking", "listening",
        "thinking", "listening", "reconnecting", "listening", "ended"]
    assert seen["ended"] == [
        {"type": "ended", "reason": "session_ended", "outcome": "converted", "endTrigger": "end_session"}]


def test_audio_has_its_item_its_place_and_whole_samples(scene):
    seen = scene("audio")
    assert seen["heard"] == [
        {"itemId": "item_9", "offsetMs": 100, "length": 48, "first": 0, "last": 0},
        {"itemId": "item_9", "offsetMs": 102, "length": 2, "first": 0x1234, "last": -32_767}]
    assert seen["hints"] == 1
    assert seen["sent"] is True and seen["bytes"] == [1, 1, 0, 254, 255]
    assert seen["congested"] is False and [event["isCongested"] for event in seen["congestion"]] == [True]


def test_a_mute_is_told_again_after_a_lost_connection(scene):
    seen = scene("mute")
    assert seen["sent"] is False and seen["sentLater"] is True
    assert seen["first"] == [{"type": "mute", "on": True}]
    assert seen["second"] == ["resume", "mute", "mute", "binary"]
    assert seen["on"][1:3] == [True, False]


def test_an_end_without_a_connection_is_sent_later_and_the_score_is_waited_for(scene):
    seen = scene("endOffline")
    assert seen["isTextSent"] is False
    assert seen["sent"] == ["resume", "end_session"]
    assert seen["waiting"] == "ended"
    assert seen["second"] == ["resume"]
    assert (seen["scores"], seen["ended"], seen["timers"]) == (1, 1, 0)
    assert seen["closed"] == [{"type": "closed", "code": 1000, "reason": "session_ended"}]
    assert seen["states"][-1] == "ended" and "reconnecting" not in seen["states"][-1:]


def test_leaving_closes_once_and_stops_everything(scene):
    seen = scene("leaving")
    assert seen["closedWith"] == 1000
    assert seen["ended"] == [{"type": "ended", "reason": "left"}]
    assert len(seen["closed"]) == 1
    assert seen["timers"] == 0
    assert seen["after"] == [False, False]


def test_strange_messages_change_nothing(scene):
    assert scene("strangeMessages") == {"state": "ready", "messages": 1, "states": 2}
