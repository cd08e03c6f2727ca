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
        highest = max(first, default=0)
        stage.note("server.ready.seq", ready.get("seq", 0) >= highest, f"{ready.get('seq')} after {highest} were sent")
        await again.send({"type": "resume", "lastSeq": last})
        resumed = await again.message("resumed", 10)
        if resumed is None:
            stage.note("server.resume.resumed", False, again.tail())
            await again.cut()
            continue
        at = next(i for i, each in enumerate(again.received) if each.type == "resumed")
        replayed = [(m.message["seq"], m.raw) for m in again.received[:at] if isinstance(m.message, dict)
                    and isinstance(m.message.get("seq"), int) and m.type not in ("ready", "resume_failed")]
        count = len(replayed)
        wanted = {"from": last + 1, "to": last + count, "replayed": count}
        fits = all(resumed.get(key) == value for key, value in wanted.items())
        stage.note("server.resume.resumed", fits, f"lastSeq {last}, {len(replayed)} came: {resumed}")
        stage.note("server.ready.seq", resumed.get("to", 0) >= ready.get("seq", 0), f"ready.seq {ready.get('seq')}: {resumed}")
        order = [seq for seq, _ in replayed]
        stage.note("server.resume.bytes", order == list(range(last + 1, last + 1 + len(order))), f"order: {order}")
        stage.note("server.resume.bytes", len(order) >= highest - last, f"{len(order)} of {highest - last} came again")
        for seq, raw in replayed:
            if seq in first:
                what = f"seq {seq}: {first[seq][:120]!r} became {raw[:120]!r}"
                stage.note("server.resume.bytes", raw == first[seq], what)
        first.update(numbered(again))
        await again.cut()


def spoken(line):
    """Milliseconds of the customer's audio that have come."""
    return sum(len(m.get("data", "")) * 3 / 4 / 48 for m in line.of("audio"))


@SITUATIONS.add("A line is lost in the middle of an answer", "server.heard", "server.answer.again", seconds=90)
async def lost_answer(stage):
    created, line = await stage.talk()
    await line.send({"type": "mute", "on": True})
    await line.send({"type": "text", "text": "Hello, what do you smoke, and what do you like about it?"})
    audio = await line.message("audio", 20)
    if audio is None:
        return stage.note("server.heard", False, f"no audio: {line.tail()}")
    heard = {"itemId": audio.get("itemId"), "offsetMs": 500}  # some words; of less, none might be whole
    await line.send({"type": "played", **heard})
    if not await line.until(lambda: spoken(line) >= 1_200, 5):
        return stage.note("server.heard", True)  # too short an answer to be cut
    await alive(stage, line, "server.heard")
    seq = line.last_seq
    await line.cut()
    await asyncio.sleep(0.3)
    again = await stage.line(created)
    await again.ready()
    await again.send({"type": "resume", "lastSeq": seq, "played": heard})
    def words(is_cut):
        return [m for m in again.of("transcript") if m.get("speaker") == "AVATAR" and bool(m.get("interrupted")) is is_cut]
    stage.note("server.heard", await again.until(lambda: words(True), 8), f"no interrupted transcript: {again.tail()}")
    stage.note("server.answer.again", await again.until(lambda: again.of("audio") and words(False), 20),
               f"no answer after the loss: {again.tail()}")


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
