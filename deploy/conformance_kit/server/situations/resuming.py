"""Lost lines."""

import asyncio

from .list import SITUATIONS
from .talking import alive


def numbered(line):
    """The raw messages of the record, by seq, from the moment `resume` was answered or from the beginning."""
    return {each.message["seq"]: each.raw for each in line.received
            if isinstance(each.message, dict) and isinstance(each.message.get("seq"), int)
            and each.message.get("type") not in ("ready", "resume_failed")}


@SITUATIONS.add("A lost line, and everything again", "server.resume.bytes", "server.resume.resumed", "server.ready.seq",
                "server.seq.gapless", seconds=90)
async def lost_line(stage):
    created, line = await stage.talk()
    await stage.said(line, "Hello, I am Eva. Have you got a minute?")
    await stage.said(line, "What do you smoke at the moment?")
    await line.send({"type": "mute", "on": True})
    await asyncio.sleep(1)
    first = numbered(line)
    await line.cut()
    for last in (0, len(first) // 2, max(first, default=0)):
        again = await stage.line(created)
        ready = await again.ready()
        stage.note("server.ready.seq", ready.get("seq", 0) >= max(first, default=0), f"{ready.get('seq')} after {max(first, default=0)} were sent")
        await again.send({"type": "resume", "lastSeq": last})
        resumed = await again.message("resumed", 10)
        if resumed is None:
            stage.note("server.resume.resumed", False, again.tail())
            await again.cut()
            continue
        at = next(i for i, each in enumerate(again.received) if each.type == "resumed")
        replayed = [(m.message["seq"], m.raw) for m in again.received[:at] if isinstance(m.message, dict)
                    and isinstance(m.message.get("seq"), int) and m.type not in ("ready", "resume_failed")]
        fits = resumed.get("from") == last + 1 and resumed.get("to") == last + len(replayed) == last + resumed.get("replayed", -1)
        stage.note("server.resume.resumed", fits, f"lastSeq {last}, {len(replayed)} came: {resumed}")
        stage.note("server.ready.seq", resumed.get("to", 0) >= ready.get("seq", 0), f"ready.seq {ready.get('seq')}: {resumed}")
        stage.note("server.resume.bytes", [seq for seq, _ in replayed] == list(range(last + 1, last + 1 + len(replayed))),
                   f"order: {[seq for seq, _ in replayed]}")
        stage.note("server.resume.bytes", len(replayed) >= max(first, default=0) - last, f"{len(replayed)} of {max(first, default=0) - last} came again")
        for seq, raw in replayed:
            if seq in first:
                stage.note("server.resume.bytes", raw == first[seq], f"seq {seq}: {first[seq][:120]!r} became {raw[:120]!r}")
        first.update(numbered(again))
        await again.cut()


@SITUATIONS.add("Nothing was missed", "server.resume.resumed", "server.resume.bad")
async def nothing_missed(stage):
    created, line = await stage.talk()
    await line.send({"type": "resume", "lastSeq": 0})
    resumed = await line.message("resumed", 10)
    stage.note("server.resume.resumed", resumed is not None, line.tail())
    await line.cut()
    for last in ('"many"', "-1", "1e9"):
        again = await stage.line(created)
        await again.ready()
        await again.raw('{"type": "resume", "lastSeq": %s}' % last)
        told = await again.until(lambda: again.of("error", "resumed", "resume_failed"), 5)
        stage.note("server.resume.bad", bool(told), f"lastSeq {last}: {again.tail()}")
        await alive(stage, again, "server.resume.bad", f"lastSeq {last}:")
        await again.cut()


@SITUATIONS.add("A second device takes over", "server.takeover", "server.close.explained")
async def takeover(stage):
    created, first = await stage.talk()
    second = await stage.line(created)
    stage.note("server.takeover", await second.message("ready", 15), f"the newer one: {second.tail()}")
    code = await first.end(10)
    errors = [m.get("code") for m in first.of("error")]
    stage.note("server.takeover", code == 4409, f"the older one: {first.tail()}")
    stage.note("server.takeover", "replaced" in errors, f"errors of the older one: {errors}")
    await alive(stage, second, "server.takeover", "the newer one:")
