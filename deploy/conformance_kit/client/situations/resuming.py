"""Lost lines."""

import asyncio
import time

from ..scene import NotPlayed
from .list import SITUATIONS

SLACK_MS = 1_500  # the client's machine may be busy, and a browser delays a page that connects often
SOON_MS = 250 + SLACK_MS


def soon(scene, wire):
    scene.note("client.reconnect.soon", wire.back_ms <= SOON_MS, f"the first attempt came after {wire.back_ms} ms")


async def some_talk(scene):
    wire = await scene.begin()
    wire.send(scene.line())
    wire.send(scene.attitude())
    return wire


@SITUATIONS.add("A lost line", "client.reconnect", "client.reconnect.soon", "client.resume.sent", "client.resume.last-seq")
async def lost_line(scene):
    wire = await some_talk(scene)
    await wire.cut()
    again = await scene.back()
    if again:
        soon(scene, again)
        again.send(scene.line())
        await asyncio.sleep(0.2)
        await scene.end(again)


@SITUATIONS.add("Three lost lines, with words between", "client.reconnect", "client.resume.last-seq")
async def three_lost_lines(scene):
    wire = await some_talk(scene)
    for _ in range(3):
        await wire.cut()
        wire = await scene.back()
        if not wire:
            return
        wire.send(scene.line())
        wire.send(scene.attitude())
    await scene.end(wire)


@SITUATIONS.add("A line lost before anything was said", "client.reconnect", "client.resume.last-seq")
async def lost_at_once(scene):
    wire = await scene.begin()
    await wire.cut()
    wire = await scene.back()
    if wire:
        await scene.end(wire)


@SITUATIONS.add("Messages that were missed", "client.resume.last-seq")
async def missed_messages(scene):
    wire = await some_talk(scene)
    await wire.cut()
    lost = time.monotonic()
    expected = scene.seq
    for _ in range(5):
        scene.line()  # only the record has them
    wire = await scene.wire()
    scene.ready(wire)
    last = await scene.resumed(wire, expected)
    scene.replay(wire, expected if last is None else last)
    wire.back_ms = round((wire.opened - lost) * 1_000)
    await wire.cut()
    wire = await scene.back()
    if wire:
        await scene.end(wire)


@SITUATIONS.add("Messages that come twice", "client.resume.last-seq", "client.shown.lines")
async def doubled_messages(scene):
    wire = await some_talk(scene)
    wire.send(scene.line())
    await wire.cut()
    wire = await scene.back()
    if not wire:
        return
    for message in [*scene.record, scene.record[0]]:
        wire.send(message)
    await wire.cut()
    wire = await scene.back(what="after doubled messages")
    if wire:
        await scene.end(wire)


@SITUATIONS.add("Three hundred messages are repeated", "client.resume.last-seq", "client.resume.sent")
async def long_replay(scene):
    wire = await some_talk(scene)
    await wire.cut()
    expected = scene.seq
    for _ in range(150):
        scene.line()
        scene.attitude(scene.seq % 10)
    wire = await scene.wire()
    scene.ready(wire)
    last = await scene.resumed(wire, expected)
    scene.replay(wire, expected if last is None else last)
    await wire.cut()
    wire = await scene.back(what="after a long replay")
    if wire:
        await scene.end(wire)


@SITUATIONS.add("The line is lost during the replay", "client.resume.last-seq")
async def lost_in_replay(scene):
    wire = await some_talk(scene)
    await wire.cut()
    expected = scene.seq
    missed = [scene.line() for _ in range(10)]
    wire = await scene.wire()
    scene.ready(wire)
    await scene.resumed(wire, expected)
    for message in missed[:5]:
        wire.send(message)
    await wire.cut()
    whole, scene.seq = scene.seq, missed[4]["seq"]
    wire = await scene.wire()
    scene.ready(wire, seq=whole)
    last = await scene.resumed(wire, scene.seq)
    scene.seq = whole
    scene.replay(wire, missed[4]["seq"] if last is None else last)
    await wire.ping()
    await scene.end(wire)


@SITUATIONS.add("The history has expired", "client.resume.failed", "client.resume.record")
async def expired_history(scene):
    wire = await some_talk(scene)
    await wire.cut()
    expected = scene.seq
    for _ in range(40):
        scene.line()
    wire = await scene.wire()
    scene.ready(wire)
    await scene.resumed(wire, expected)
    reads = len(scene.reads)
    wire.send({"type": "resume_failed", "code": "history_expired", "seq": scene.seq})
    await asyncio.sleep(1)
    scene.note("client.resume.record", len(scene.reads) > reads, "GET /api/sessions/:id was not asked")
    expected = scene.seq
    await wire.cut()
    wire = await scene.wire()
    scene.ready(wire)
    resume = await wire.message("resume")
    last = resume.get("lastSeq") if resume else None
    scene.note("client.resume.failed", last == expected, f"lastSeq {last} after resume_failed, {expected} expected")
    scene.replay(wire, expected)
    await scene.end(wire)


@SITUATIONS.add("The server is away for some attempts", "client.reconnect", "client.reconnect.soon", "client.reconnect.backoff",
                seconds=60)
async def server_away(scene):
    wire = await some_talk(scene)
    count = len(scene.attempts)
    scene.refusing = (503, "restarting", None)
    await wire.cut()
    lost = time.monotonic()
    while len(scene.attempts) < count + 5 and time.monotonic() < lost + 16:
        await asyncio.sleep(0.02)
    scene.refusing = None
    came = [at - lost for at in scene.attempts[count:]]
    scene.note("client.reconnect", len(came) >= 2, f"{len(came)} attempts in {time.monotonic() - lost:.0f} s")
    pauses = [after - before for before, after in zip([0, *came], came)]
    if came:
        scene.note("client.reconnect.soon", came[0] <= SOON_MS / 1_000, f"the first attempt came after {came[0]:.2f} s")
        scene.note("client.reconnect.soon", max(pauses) <= 5 + SLACK_MS / 1_000, f"pauses {[round(each, 2) for each in pauses]}")
    if len(came) >= 5:
        shown = [round(each, 2) for each in pauses]
        # Full jitter makes each pause anything from nothing to its limit; five of them are not short by chance.
        scene.note("client.reconnect.backoff", came[4] >= 0.45, f"five attempts in {came[4]:.2f} s: pauses {shown}")
        scene.note("client.reconnect.backoff", max(pauses[1:]) - min(pauses[1:]) > 0.1, f"the pauses do not grow: {shown}")
    again = await scene.back(seconds=7, what="when the server is back")
    if again:
        await scene.end(again)


@SITUATIONS.add("The server does not come back", "client.reconnect.window", seconds=40)
async def server_gone(scene):
    wire = await scene.begin(resumeWindowMs=2_000)
    wire.send(scene.line())
    scene.refusing = (503, "restarting", None)
    count = len(scene.attempts)
    await wire.cut()
    lost = time.monotonic()
    await asyncio.sleep(9)
    came = [round(at - lost, 2) for at in scene.attempts[count:]]
    # What was begun within the window may arrive late.
    scene.note("client.reconnect.window", all(at <= 3.5 for at in came), f"resumeWindowMs is 2,000; attempts after {came} s")


@SITUATIONS.add("The call ended while the client was away", "client.end.stay", "client.audio.stop", "client.stop.ended")
async def ended_while_away(scene):
    wire = await some_talk(scene)
    await wire.cut()
    expected = scene.seq
    scene.is_ended = True
    scene.numbered("session_ended", outcome="walked_away", endTrigger="client_lost")
    wire = await scene.wire()
    scene.ready(wire)
    last = await scene.resumed(wire, expected)
    scene.replay(wire, expected if last is None else last)
    await wire.ping(2)
    wire.ended_at = time.monotonic()
    await asyncio.sleep(1.6)
    scene.note("client.end.stay", wire.is_open, "the client leaves before the score")
    if not wire.is_open:
        raise NotPlayed("the client has left")
    scene.score = scene.numbered("score", error="no_speech")
    wire.send(scene.score)
    await wire.ping()
    await wire.close(1000)
    await scene.quiet("client.stop.ended", what="1000")
