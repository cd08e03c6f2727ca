"""Calls as they are stored, for the replay: one with everything that can happen, and a long one."""


def eventful(score):
    """Changes that make a stored session one with interruptions, VR events, findings of every status and absences."""
    transcript = [
        _said("u1", "AVATAR", 2.1, 6.4, "Hi, I only want my usual pack."),
        _said("u2", "TRAINEE", 7.0, 12.5, "Sure. Try this one, it is completely harmless."),
        _said("u3", "AVATAR", 13.2, 19.7, "Harmless? I have been smoking for twenty years and", interrupted=True),
        _said("u4", "TRAINEE", 19.7, 27.3, "What do you like about your cigarettes?"),
        _said("u5", "AVATAR", 28.0, 41.5, "The taste, and the break with my colleagues."),
        _said("u6", "TRAINEE", 83.0, 90.2, "May I see your date of birth, please?"),
        _said("u7", "AVATAR", 89.5, 95.0, "Here you are."),
        _said("u8", "TRAINEE", 140.0, 151.0, "Thank you. Would you like to hold the device?"),
        _said("u9", "AVATAR", 152.0, 160.0, "All right, I will try it."),
    ]
    events = [
        _event(0.0, "SYSTEM", "Session_Start"),
        _event(24.6, "SUPERVISOR", {"attitude": 1, "direction": "falling", "guidance": "You do not believe it."}),
        _event(60.4, "TABLET_CHOICE", {"question": "Q1", "answer": "Option_B"}, "tablet-1"),
        _event(97.3, "DOB_CHECK", {"entered": "1981-03-09", "correct": True}, "dob-1"),
        _event(120.0, "SUPERVISOR", {"attitude": 6, "direction": "rising", "guidance": "Warm up."}),
        _event(153.9, "VR_INTERACTION", {"interactedObject": "GLO_Device", "action": "HANDOVER"}, "vr-1"),
        _event(159.0, "SYSTEM", "Session_End"),
    ]
    findings = [
        _finding("u2.harmless", "violated", "blocker", "u2", "completely harmless", 7.0),
        _finding("u2.pitch", "suspected", "minor", "u2", "Try this one", 7.0),
        _finding("u4.free", "dismissed", "major", "u4", "cigarettes", 19.7),
        _finding("u8.hold", "disputed", "blocker", "u8", "hold the device", 140.0),
        {**_finding("e:dob-1.age_check", "satisfied", "info", None, None, 97.3), "evidence": {"eventId": "dob-1"}},
    ]
    return {
        "transcript": transcript, "events": events, "findings": findings, "score.findings": findings,
        "absences": [{"from": 44.2, "to": 52.7}, {"from": 100.1, "to": 101.0}],
        "attitudeCurve": [_mood(24.6, 1, "falling"), _mood(120.0, 6, "rising")], "moodHistory": [1, 6],
        "finalAttitude": 6, "durationMs": 161_000, "supervisorLogs": [], "outcomeClaims": [],
        "score.details": [
            {**score["details"][0], "evidence": [{"utteranceId": "u4", "text": "What do you like"}]}],
        "score.salesSteps": [{"id": "age_check", "status": "done", "evidence": [{"eventId": "dob-1"}]}],
        "score.coaching": {"workOn": [{
            "category": score["details"][0]["id"], "utteranceId": "u2", "quote": "completely harmless", "time": 7.0,
            "advice": "Name no product before a question.", "tryInstead": "What do you like about your usual pack?"}]},
    }


def long(minutes=30, events=2_000):
    """Changes that make a stored session as long and as busy as one gets."""
    end = minutes * 60.0
    lines = [
        _said(f"u{number + 1}", "TRAINEE" if number % 2 else "AVATAR", number * 6.0, number * 6.0 + 5.2,
              f"Line {number + 1}. " + "I have been smoking for a long time, and I am not sure about that. " * (number % 4 + 1))
        for number in range(int(end / 6))]
    return {
        "transcript": lines, "durationMs": int(end * 1000),
        "events": [
            _event(round(end * number / events, 3), "VR_INTERACTION",
                   {"interactedObject": f"Pack_{number % 40}", "action": "PICKUP"}, f"vr-{number}")
            for number in range(events)],
        "attitudeCurve": [_mood(at * 20.0, at % 11, "rising") for at in range(int(end / 20))],
        "findings": [], "score.findings": [
            _finding(f"u{number}.free", "suspected", "minor", f"u{number}", "I have been", (number - 1) * 6.0)
            for number in range(2, 200, 5)],
    }


def _said(utterance, speaker, start, end, text, **more):
    return {"utteranceId": utterance, "speaker": speaker, "startTime": start, "endTime": end, "text": text, **more}


def _event(time, kind, data, event=None):
    return {"time": time, "type": kind, "data": data, **({"eventId": event} if event else {})}


def _mood(time, value, direction):
    return {"time": time, "value": value, "direction": direction}


def _finding(finding, status, severity, utterance, text, time):
    return {
        "findingId": finding, "id": finding.split(".")[1], "rule": "forbidden_word", "status": status,
        "severity": severity, "decidedBy": "code", "message": f"This is {status}.", "time": time,
        "evidence": {"utteranceId": utterance, "text": text} if utterance else {}}
