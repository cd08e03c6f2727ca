"""The session is created, the client connects and waits for `ready`."""

import asyncio

from .list import SITUATIONS


@SITUATIONS.add("A call in which nothing happens", "client.create.request", "client.connect.address", "client.connect.token",
                "client.connect.once", "client.message.shape", "client.end.stay", "client.stop.ended")
async def plain_call(scene):
    wire = await scene.begin()
    wire.send(scene.attitude())
    wire.send(scene.line())
    await asyncio.sleep(0.5)
    await scene.end(wire)
    await scene.quiet("client.stop.ended", what="1000")


@SITUATIONS.add("No room at first", "client.create.retry", options=["busy"], task="Try again after the 503.")
async def busy_server(scene):
    wire = await scene.begin()
    await scene.end(wire)


@SITUATIONS.add("A status comes before ready", "client.ready.wait")
async def status_before_ready(scene):
    wire = await scene.wire()
    wire.send({"type": "status", "upstream": "reconnecting"})
    await asyncio.sleep(0.8)
    wire.send({"type": "status", "upstream": "ok"})
    await asyncio.sleep(0.2)
    scene.ready(wire)
    await asyncio.sleep(0.3)
    await scene.end(wire)


@SITUATIONS.add("ready comes after three seconds", "client.ready.wait")
async def slow_ready(scene):
    wire = await scene.wire()
    await asyncio.sleep(3)
    scene.note("client.ready.wait", wire.is_open, f"the client leaves after 3 s, with {wire.peer_code}")
    scene.ready(wire)
    await scene.end(wire)


@SITUATIONS.add("A client with moved=1 is sent elsewhere", "client.moved", task="Connect with moved=1 if it can follow moved.")
async def moved_elsewhere(scene):
    wire = await scene.wire()
    if wire.query.get("moved") != ["1"]:
        scene.report.skipped["client.moved"] = "the client does not ask for moved=1"
        scene.ready(wire)
        return await scene.end(wire)
    scene.path += "/elsewhere/" + scene.id
    wire.send({"type": "moved", "wsUrl": f"ws://{scene.exam.address}{scene.path}?keep=a%20b&token={scene.token}"})
    await wire.close(1001)
    try:
        second = await scene.wire(2)
    except Exception:
        return scene.note("client.moved", False, "no connection to the new wsUrl within 2 s")
    scene.note("client.moved", second.path == scene.path, f"it connects to {second.path}, moved says {scene.path}")
    scene.ready(second)
    await asyncio.sleep(0.3)
    await scene.end(second)
