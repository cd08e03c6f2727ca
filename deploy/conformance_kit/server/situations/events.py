"""What happens in VR."""

from .list import SITUATIONS
from .talking import alive


def event(id_, type_="TABLET_CHOICE", data=None, **more):
    return {"type": "event", **({"eventId": id_} if id_ is not None else {}),
            "data": {"type": type_, "data": data if data is not None else {"question": "Q1", "answer": "B"}}, **more}


def acknowledged(line, id_):
    return sum(m.get("eventIds", []).count(id_) for m in line.of("ack"))


async def refused(stage, line, rule, message, code, id_):
    await line.send(message)
    nack = await line.until(lambda: next((m for m in line.of("nack") if id_ in m.get("eventIds", [])), None), 5)
    stage.note(rule, nack is not None and nack.get("code") == code, f"nack {code} expected: {nack or line.tail()}")
    if nack:
        has = isinstance(nack.get("retry"), bool) and bool(nack.get("message"))
        stage.note("server.event.nack", has and nack["retry"] is (code == "not_durable"), f"{nack}")


@SITUATIONS.add("An event, and the same again", "server.event.ack")
async def event_twice(stage):
    created, line = await stage.talk()
    for count in (1, 2):
        await line.send(event("once", time=1.5))
        await line.until(lambda: acknowledged(line, "once") >= count, 5)
        stage.note("server.event.ack", acknowledged(line, "once") == count, f"sent {count} times: {line.tail()}")
    await line.send(event("é" * 64))
    await line.until(lambda: acknowledged(line, "é" * 64), 5)
    stage.note("server.event.ack", acknowledged(line, "é" * 64), "an eventId of 64 characters is not taken")
    for _ in range(50):
        record = (await stage.deployment.ask("GET", f"/api/sessions/{created['sessionId']}")).json or {}
        ids = [each.get("eventId") for each in record.get("events", [])]
        if "once" in ids or "events" not in record:
            break
    count = ids.count("once")
    stage.note("server.event.ack", count == 1 or "events" not in record, f"the record has it {count} times")


@SITUATIONS.add("Events that are refused", "server.event.nack", "server.event.reused", "server.event.date",
                "server.event.size", "server.event.without-id", seconds=40)
async def refused_events(stage):
    _, line = await stage.talk()
    await refused(stage, line, "server.event.nack", event("bad-type", "DANCE"), "invalid_event", "bad-type")
    await line.send(event("used"))
    await line.until(lambda: acknowledged(line, "used"), 5)
    other = event("used", data={"question": "Q2", "answer": "A"})
    await refused(stage, line, "server.event.reused", other, "event_id_reused", "used")
    unreadable = event("date", "DOB_CHECK", {"entered": "yesterday-ish", "correct": True})
    await refused(stage, line, "server.event.date", unreadable, "invalid_date", "date")
    large = event("large", "ERROR", {"text": "x" * 66_000})
    await refused(stage, line, "server.event.size", large, "event_too_large", "large")
    before = len(line.of("error"))
    await line.send(event(None, "DANCE"))
    await line.until(lambda: len(line.of("error")) > before, 5)
    codes = [m.get("code") for m in line.of("error")[before:]]
    stage.note("server.event.without-id", codes == ["invalid_event"], f"{codes}")
    await alive(stage, line, "server.event.nack")


@SITUATIONS.add("Events in a batch", "server.events.batch", "server.events.limit", seconds=40)
async def batch(stage):
    created, line = await stage.talk()
    path = f"/api/sessions/{created['sessionId']}/events"
    await line.send(event("over-socket"))
    await line.until(lambda: acknowledged(line, "over-socket"), 5)
    good = {"type": "TABLET_CHOICE", "data": {"question": "Q1", "answer": "B"}}
    answer = await stage.deployment.ask("POST", path, {"events": [
        {"eventId": "over-socket", **good}, {"eventId": "new", **good}, {"eventId": "bad", "type": "DANCE", "data": {}},
        {"eventId": "new", **good}]})
    results = (answer.json or {}).get("results", []) if answer.status == 200 else []
    got = [(each.get("eventId"), each.get("status")) for each in results]
    wanted = [("over-socket", "duplicate"), ("new", "stored"), ("bad", "invalid"), ("new", "duplicate")]
    stage.note("server.events.batch", got == wanted, f"{answer.status}: {got or answer}, {wanted} expected")
    invalid = next((each for each in results if each.get("status") == "invalid"), {"code": ""})
    stage.note("server.events.batch", invalid.get("code") == "invalid_event", f"{invalid}")
    many = await stage.deployment.ask("POST", path, {"events": [{"eventId": f"m{n}", **good} for n in range(1_001)]})
    stage.note("server.events.limit", many.status in (400, 413, 422), f"1,001 events: {many.status}")
    stage.note("server.events.limit", many.headers.get("content-type", "").startswith("application/problem+json"), f"{many}")
