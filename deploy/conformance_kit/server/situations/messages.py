"""What cannot be read."""

import json

from .list import SITUATIONS
from .talking import alive


async def answered(stage, line, rule, data, codes, **options):
    """Something useless is answered once, with one of these codes, and closes nothing."""
    before = len(line.of("error"))
    await line.raw(data, **options)
    await line.until(lambda: len(line.of("error")) > before, 5)
    new = [m.get("code") for m in line.of("error")[before:]]
    what = f"{str(data)[:60]!r} is answered with {new}, one of {codes} expected"
    stage.note(rule, len(new) == 1 and new[0] in codes, what)


@SITUATIONS.add("Not JSON, an unknown type, too deep", "server.useless.once", "server.error.shape")
async def useless(stage):
    _, line = await stage.talk()
    rule = "server.useless.once"
    await answered(stage, line, rule, "{not json", ("invalid_message",))
    await answered(stage, line, rule, '{"type": "no_such_type"}', ("unknown_message",))
    await answered(stage, line, rule, '{"type": "event", "data": ' + "[" * 400 + "]" * 400 + "}", ("json_too_deep", "invalid_message"))
    count = len(line.of("error"))
    await line.raw("{not json")
    await line.raw('{"type": "no_such_type"}')
    await alive(stage, line, rule)
    stage.note(rule, len(line.of("error")) == count, "the same is answered again")


@SITUATIONS.add("A wrong value is named", "server.useless.once")
async def wrong_value(stage):
    _, line = await stage.talk()
    rule = "server.useless.once"
    await answered(stage, line, rule, '{"type": "played", "itemId": 7, "offsetMs": "x"}', ("invalid_message",))
    await alive(stage, line, rule)


@SITUATIONS.add("JSON in binary frames, with a byte order mark", "server.json.binary-frame")
async def binary_json(stage):
    for query in ("", "audio=binary"):
        _, line = await stage.talk(query)
        for index, mark in enumerate((b"", b"\xef\xbb\xbf")):
            await line.raw(mark + json.dumps({"type": "ping", "t": index}).encode())
            stage.note("server.json.binary-frame", await line.message("pong", 5, t=index), line.tail())
        await line.raw("\ufeff" + json.dumps({"type": "ping", "t": "text"}))
        stage.note("server.json.binary-frame", await line.message("pong", 5, t="text"), f"mark in a text frame: {line.tail()}")
        stage.note("server.json.binary-frame", not line.of("error"), f"{line.of('error')}")


@SITUATIONS.add("Typed lines of no and of too many characters", "server.text.limit", seconds=60)
async def typed_limits(stage):
    _, line = await stage.talk()
    for text in ("", "a" * 4_001):
        before = len(line.of("error"))
        await line.send({"type": "text", "text": text})
        def is_taken():
            return any(m.get("text") == text for m in line.of("transcript"))

        await line.until(lambda: len(line.of("error")) > before or is_taken(), 5)
        # Both are the same kind of error, which may be told once.
        stage.note("server.text.limit", bool(line.of("error")), f"{len(text)} characters: {line.tail()}")
        stage.note("server.text.limit", not is_taken(), f"{len(text)} characters are taken")
    await alive(stage, line, "server.text.limit")
    await line.send({"type": "text", "text": "a" * 4_000})
    taken = await line.until(lambda: any(m.get("text") == "a" * 4_000 for m in line.of("transcript")), 15)
    stage.note("server.text.limit", taken, "4,000 characters are not taken")
