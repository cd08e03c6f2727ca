"""Messages that a client has to survive."""

import asyncio

from .list import SITUATIONS


async def unharmed(scene, wire, rule, what):
    """The client lives, and has counted everything."""
    scene.note(rule, await wire.ping(), f"{what}: no pong, {'open' if wire.is_open else 'closed'}")
    await asyncio.sleep(0.25)
    if not wire.is_open:
        return scene.note(rule, False, f"{what}: the client has closed, with {wire.peer_code}")
    await wire.cut()
    again = await scene.back(rule=rule, what=what)
    if again:
        await scene.end(again)


@SITUATIONS.add("Unknown types and keys, numbers with a fraction", "client.ignore.unknown", "client.resume.last-seq")
async def unknown_things(scene):
    wire = await scene.begin(colour="green", limits={"maxMessageBytes": 1_048_576, "maxEventsPerBatch": 1_000, "more": {}})
    wire.send({"type": "weather", "seq_of_nothing": 4, "deep": [{"a": None}]})
    wire.send({"type": "notice_of_tomorrow"})
    wire.send({**scene.line(), "confidence": 0.91, "words": [{"w": "Hello", "t": 0.1}]})
    wire.send({**scene.attitude(), "value": 5.0})
    await unharmed(scene, wire, "client.ignore.unknown", "unknown things")


@SITUATIONS.add("Errors that are not fatal", "client.stay.error")
async def errors_not_fatal(scene):
    wire = await scene.begin()
    for code in ("unknown_message", "answer_without_audio", "code_of_tomorrow"):
        scene.error(wire, code)
    wire.send(scene.numbered("error", code="transcription_failed", message="Not written down.", fatal=False))
    await asyncio.sleep(0.3)
    await unharmed(scene, wire, "client.stay.error", "errors")


@SITUATIONS.add("Hints and states of the upstream", "client.stay.error", "client.resume.last-seq")
async def hints_and_status(scene):
    wire = await scene.begin()
    wire.send(scene.line())
    wire.send({"type": "hint", "text": "Ask what he smokes."})
    wire.send({"type": "status", "upstream": "reconnecting"})
    wire.send({"type": "status", "upstream": "ok"})
    wire.send({"type": "status", "microphone": "too_fast"})
    await unharmed(scene, wire, "client.stay.error", "hints and statuses")


@SITUATIONS.add("A storm of fragments", "client.frames.fragments", "client.resume.last-seq")
async def fragment_storm(scene):
    wire = await scene.begin()
    for _ in range(5):
        wire.send_in_fragments(scene.line(text="In many pieces: " + "ěščřžýáíé " * 60), 400)
    await unharmed(scene, wire, "client.frames.fragments", "fragments")


@SITUATIONS.add("A message of half a megabyte", "client.frames.fragments")
async def large_message(scene):
    wire = await scene.begin()
    wire.send(scene.line(text="Long. " * 80_000))
    await unharmed(scene, wire, "client.frames.fragments", "a large message")


@SITUATIONS.add("Three hundred messages at once", "client.ignore.unknown", "client.resume.last-seq")
async def message_storm(scene):
    wire = await scene.begin()
    for _ in range(300):
        wire.send(scene.attitude(scene.seq % 10))
    await unharmed(scene, wire, "client.ignore.unknown", "300 messages")


@SITUATIONS.add("Findings that come, and are dismissed", "client.ignore.unknown")
async def findings(scene):
    wire = await scene.begin()
    for status in ("violated", "disputed", "dismissed"):
        wire.send(scene.numbered("compliance", findingId="f1", id="free", rule="forbidden_word", status=status,
                                 severity="major", message="«free» was said.", evidence={"text": "free"}))
    await unharmed(scene, wire, "client.ignore.unknown", "findings")


@SITUATIONS.add("The server pings", "client.pong")
async def server_pings(scene):
    wire = await scene.begin()
    for _ in range(3):
        scene.note("client.pong", await wire.ping(3), "no pong within 3 s")
        await asyncio.sleep(0.1)
    await scene.end(wire)


@SITUATIONS.add("The server goes silent", "client.silence.noticed", seconds=30)
async def silent_server(scene):
    wire = await scene.begin(heartbeatMs=500)
    wire.send(scene.line())
    await wire.ping()
    await asyncio.sleep(0.1)
    wire.fall_silent()
    again = await scene.back(seconds=12.5, rule="client.silence.noticed", what="a silent server")
    if again:
        await scene.end(again)
