"""The end, the score, and what is left afterwards."""

import asyncio

from websockets.exceptions import InvalidStatus, WebSocketException

from ..stage import with_query
from .events import event
from .list import SITUATIONS

SCORE_SECONDS = 60


async def after_the_end(stage, created):
    try:
        line = await stage.line_to(created["wsUrl"])
        await line.until(lambda: line.is_closed or line.of("ready"), 5)
        stage.note("server.end.closed", False, f"accepted: {line.tail()}")
    except InvalidStatus as error:
        stage.note("server.end.closed", error.response.status_code == 409, f"HTTP {error.response.status_code}")
    except WebSocketException as error:
        stage.note("server.end.closed", False, error)
    line = await stage.line_to(with_query(created["wsUrl"], "reject=close"))
    code = await line.end(10)
    errors = [m.get("code") for m in line.of("error")]
    stage.note("server.end.closed", code == 4410 and "session_ended" in errors, line.tail())


def order(stage, line):
    types = [m["type"] for m in line.messages if m.get("type") in ("session_ended", "session_outcome", "score")]
    stage.note("server.end.once", types.count("session_ended") == 1, f"{types}")
    revisions = [m.get("revision") for m in line.of("score")]
    stage.note("server.end.once", len(revisions) == len(set(revisions)), f"revisions of the scores: {revisions}")
    stage.note("server.end.order", types[:1] == ["session_ended"] and types[-1:] == ["score"], f"{types}")


@SITUATIONS.add("A whole call, ended twice", "server.end.once", "server.end.order", "server.end.record", "server.end.closed",
                "server.events.batch", seconds=150)
async def whole_call(stage):
    created, line = await stage.talk()
    await stage.said(line, "Hello, I am Eva. Are you over eighteen?")
    await line.send({"type": "end_session"})
    await line.send({"type": "end_session"})
    await line.message("session_ended", 40)
    late = await stage.deployment.ask("POST", f"/api/sessions/{created['sessionId']}/events", {"events": [
        {"eventId": "late", "type": "TABLET_CHOICE", "data": {"question": "Q9", "answer": "C"}}]})
    statuses = [each.get("status") or each.get("code") for each in (late.json or {}).get("results", [])]
    ending = [each for each in (late.json or {}).get("results", []) if each.get("code") == "session_ending"]
    stage.note("server.events.batch", statuses == ["stored"] or bool(ending), f"after the end: {late}")
    code = await line.end(SCORE_SECONDS)
    stage.note("server.end.order", code == 1000, f"closed with {code}: {line.tail()}")
    order(stage, line)
    sent = {}
    for message in line.of("transcript"):
        sent[message.get("utteranceId")] = (message.get("speaker"), message.get("text"))
    for _ in range(40):
        record = (await stage.deployment.ask("GET", f"/api/sessions/{created['sessionId']}")).json or {}
        if record.get("outcome") and record.get("transcript"):
            break
        await asyncio.sleep(0.25)
    kept = {each.get("utteranceId"): (each.get("speaker"), each.get("text")) for each in record.get("transcript", [])}
    stage.note("server.end.record", sent and all(kept.get(id_) == said for id_, said in sent.items()),
               f"sent {sent}, kept {kept}")
    outcome = [m.get("outcome") for m in line.of("session_ended", "session_outcome")]
    stage.note("server.end.record", record.get("outcome") in outcome[-1:], f"{record.get('outcome')}, sent: {outcome}")
    await after_the_end(stage, created)


@SITUATIONS.add("A call without a word of the trainee", "server.end.no-speech", "server.end.once", seconds=120)
async def no_word(stage):
    _, line = await stage.talk()
    await line.send(event("only-this"))
    await line.send({"type": "end_session"})
    score = await line.message("score", SCORE_SECONDS)
    stage.note("server.end.no-speech", score is not None and score.get("error") == "no_speech" and "data" not in score,
               f"{str(score)[:200]}: {line.tail(2)}")
    await line.end(15)
    order(stage, line)
