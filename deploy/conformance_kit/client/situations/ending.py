"""The end of a call."""

import asyncio

from ..scene import NotPlayed, result
from .list import SITUATIONS


@SITUATIONS.add("The score takes its time", "client.end.stay")
async def late_score(scene):
    wire = await scene.begin()
    wire.send(scene.line())
    await scene.end(wire, wait=3)


@SITUATIONS.add("The client ends the call", "client.end.once", task="Send end_session after the line «Goodbye.»")
async def goodbye(scene):
    wire = await scene.begin()
    wire.send(scene.line(text="Goodbye."))
    if not await wire.message("end_session", seconds=4):
        await scene.end(wire)
        raise NotPlayed("no end_session came after «Goodbye.»")
    await asyncio.sleep(1)
    await scene.end(wire)


@SITUATIONS.add("The line is lost before the score", "client.reconnect", "client.resume.sent", "client.end.stay",
                "client.stop.ended")
async def lost_before_score(scene):
    wire = await scene.begin()
    scene.is_ended = True
    wire.send(scene.numbered("session_ended", outcome="converted", endTrigger="time_limit"))
    await wire.cut()
    wire = await scene.back(what="between session_ended and score")
    if not wire:
        return
    scene.score = scene.numbered("score", revision=1, verdict="passed", data=result(70))
    await asyncio.sleep(0.5)
    scene.note("client.end.stay", wire.is_open, "the client leaves before the score")
    wire.send(scene.score)
    await wire.ping(2)
    await wire.close(1000)
    await scene.quiet("client.stop.ended", what="1000")
