"""Events, their ids, and what the server says to them."""

import asyncio
import time

from ..scene import result
from .list import SITUATIONS

TASK = "Send an event after each transcript of the AVATAR."


async def again(wire, id_, seconds, after=0):
    """When an event came (again) behind the first `after` ones of its id."""
    def find():
        found = [each.at for each in wire.taken if each.type == "event" and each.message.get("eventId") == id_]
        return found[after:] and found[after]

    return await wire.until(find, seconds)


@SITUATIONS.add("Ten events", "client.event.shape", "client.event.unique", task=TASK)
async def ten_events(scene):
    wire = await scene.begin()
    for _ in range(10):
        event = await scene.event(wire)
        scene.note("client.event.shape", 1 <= len(event["eventId"]) <= 64, f"eventId {event['eventId']!r}")
        scene.ack_all(wire)
    await scene.end(wire)


@SITUATIONS.add("An event that is not acknowledged, and a lost line", "client.event.again", task=TASK)
async def event_without_ack(scene):
    wire = await scene.begin()
    event = await scene.event(wire)
    await wire.cut()
    wire = await scene.back()
    if not wire:
        return
    came = await again(wire, event["eventId"], 4)
    scene.note("client.event.again", came, f"{event['eventId']} does not come again")
    await scene.end(wire)


@SITUATIONS.add("An event that is acknowledged, and a lost line", "client.event.acknowledged", task=TASK)
async def event_with_ack(scene):
    wire = await scene.begin()
    event = await scene.event(wire)
    scene.ack_all(wire)
    await asyncio.sleep(0.6)
    await wire.cut()
    wire = await scene.back()
    if not wire:
        return
    came = await again(wire, event["eventId"], 1)
    scene.note("client.event.acknowledged", not came, f"{event['eventId']} comes again after its ack")
    await scene.end(wire)


@SITUATIONS.add("One of three events is acknowledged", "client.event.again", "client.event.acknowledged", task=TASK)
async def some_acks(scene):
    wire = await scene.begin()
    ids = [(await scene.event(wire))["eventId"] for _ in range(3)]
    scene.ack(wire, ids[1])
    await asyncio.sleep(0.6)
    await wire.cut()
    wire = await scene.back()
    if not wire:
        return
    for id_ in (ids[0], ids[2]):
        scene.note("client.event.again", await again(wire, id_, 4), f"{id_} does not come again")
    scene.note("client.event.acknowledged", not await again(wire, ids[1], 0.3), f"{ids[1]} comes again after its ack")
    await scene.end(wire)


async def refused(scene, code):
    wire = await scene.begin()
    event = await scene.event(wire)
    scene.nack(wire, event["eventId"], code)
    await asyncio.sleep(1.6)
    await wire.cut()
    wire = await scene.back()
    if not wire:
        return
    came = await again(wire, event["eventId"], 1)
    scene.note("client.event.nack", not came, f"{event['eventId']} comes again after nack {code}")
    await scene.end(wire)


@SITUATIONS.add("An event is refused as invalid", "client.event.nack", task=TASK)
async def invalid_event(scene):
    await refused(scene, "invalid_event")


@SITUATIONS.add("An event's id is in use already", "client.event.nack", task=TASK)
async def reused_id(scene):
    await refused(scene, "event_id_reused")


@SITUATIONS.add("The server cannot write", "client.event.retry", task=TASK)
async def not_durable(scene):
    wire = await scene.begin()
    event = await scene.event(wire)
    scene.nack(wire, event["eventId"], "not_durable", retry=True)
    told = time.monotonic()
    came = await again(wire, event["eventId"], 6, after=1)
    scene.note("client.event.retry", came, "it does not come again within 6 s")
    if came:
        scene.note("client.event.retry", came - told >= 0.09, f"it comes again after {(came - told) * 1_000:.0f} ms")
    await scene.end(wire)


async def uploaded(scene, *ids, seconds=5):
    for _ in range(int(seconds / 0.1)):
        have = [event.get("eventId") for _, event in scene.batches]
        if all(id_ in have for id_ in ids):
            break
        await asyncio.sleep(0.1)
    have = [event.get("eventId") for _, event in scene.batches]
    scene.note("client.event.upload", all(id_ in have for id_ in ids), f"{ids} are open, {have} were uploaded")


@SITUATIONS.add("Events that nobody acknowledged until the end", "client.event.upload", task=TASK)
async def open_at_the_end(scene):
    wire = await scene.begin()
    ids = [(await scene.event(wire))["eventId"] for _ in range(2)]
    await scene.end(wire, ack=False)
    await uploaded(scene, *ids)


@SITUATIONS.add("An event comes after the end", "client.event.upload", task=TASK)
async def nack_after_end(scene):
    wire = await scene.begin()
    event = await scene.event(wire)
    scene.is_ended = True
    wire.send(scene.numbered("session_ended", outcome="converted", endTrigger="end_conversation:converted"))
    scene.nack(wire, event["eventId"], "session_ended")
    await asyncio.sleep(0.2)
    scene.score = scene.numbered("score", revision=1, verdict="passed", data=result(70))
    wire.send(scene.score)
    await wire.ping(2)
    await wire.close(1000)
    await uploaded(scene, event["eventId"])


@SITUATIONS.add("Replaced with an event open", "client.stop.replaced", "client.event.upload", task=TASK)
async def replaced_with_event(scene):
    wire = await scene.begin()
    event = await scene.event(wire)
    scene.error(wire, "replaced", fatal=True)
    await wire.close(4409)
    await scene.quiet("client.stop.replaced", 1.5, what="4409")
    await uploaded(scene, event["eventId"])
