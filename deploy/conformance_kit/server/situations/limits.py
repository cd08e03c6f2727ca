"""Too much, too fast, too large, and broken frames."""

import asyncio

from .list import SITUATIONS
from .talking import alive, audio, silence

MEBIBYTE = 1_048_576


async def closes(stage, line, rule, code, error_codes, seconds=10):
    got = await line.end(seconds)
    errors = [m for m in line.of("error") if m.get("fatal")]
    stage.note(rule, got == code, f"{code} expected: {line.tail()}")
    stage.note(rule, errors and errors[-1].get("code") in error_codes, f"an error of {error_codes} expected: {line.tail()}")
    return errors[-1] if errors else {}


@SITUATIONS.add("Useless messages without end", "server.useless.limit", seconds=40)
async def useless_flood(stage):
    _, line = await stage.talk()
    for _ in range(3):
        for _ in range(120):
            await line.raw('{"type": "no_such_type"}')
        if await line.end(1.2):
            break
    error = await closes(stage, line, "server.useless.limit", 4429, ("too_fast",))
    stage.note("server.useless.limit", isinstance(error.get("retryAfterMs"), int), f"no retryAfterMs: {error}")


@SITUATIONS.add("Audio ten times faster than real time", "server.audio.limit", seconds=60)
async def audio_flood(stage):
    _, line = await stage.talk()
    half_a_second = audio(silence(500))
    for _ in range(300):
        await line.send(half_a_second)
        await asyncio.sleep(0.05)
        if line.is_closed:
            break
    error = await closes(stage, line, "server.audio.limit", 4429, ("too_fast",))
    stage.note("server.audio.limit", isinstance(error.get("retryAfterMs"), int), f"no retryAfterMs: {error}")


@SITUATIONS.add("A message of 1 MiB, and a larger one", "server.limit.size", seconds=40)
async def large_message(stage):
    _, line = await stage.talk()
    begin, end = '{"type": "ping", "t": 7, "pad": "', '"}'
    await line.raw(begin + "x" * (MEBIBYTE - len(begin) - len(end)) + end)
    stage.note("server.limit.size", await line.message("pong", 10, t=7), f"1 MiB: {line.tail()}")
    _, line = await stage.talk()
    await line.raw(begin + "x" * (MEBIBYTE + 100) + end)
    await closes(stage, line, "server.limit.size", 1009, ("protocol_violation",))


@SITUATIONS.add("A thousand events at once, as after a gap", "server.limit.rate", seconds=60)
async def event_flood(stage):
    _, line = await stage.talk()
    ids = [f"flood-{n}" for n in range(1_000)]
    for id_ in ids:
        await line.send({"type": "event", "eventId": id_, "data": {"type": "ERROR", "data": {}}})

    def acknowledged():
        return {id_ for m in line.of("ack") for id_ in m.get("eventIds", [])}
    await line.until(lambda: len(acknowledged()) == len(ids), 30)
    what = f"{len(acknowledged())} of {len(ids)} are acknowledged: {line.tail()}"
    stage.note("server.limit.rate", acknowledged() == set(ids), what)


@SITUATIONS.add("Text that is not UTF-8", "server.protocol.utf8", "server.close.explained")
async def not_utf8(stage):
    _, line = await stage.talk()
    await line.raw(b'{"type": "ping", "t": "\xff\xfe"}', text=True)
    await closes(stage, line, "server.protocol.utf8", 1007, ("protocol_violation",))
