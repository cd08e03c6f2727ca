"""The microphone and the customer's voice."""

import asyncio
import time

from ..audit import audio_of
from .list import SITUATIONS


def heard(wire):
    return [(each.at, len(audio)) for each in wire.taken if (audio := audio_of(wire, each)) is not None]


@SITUATIONS.add("Three seconds of microphone", "client.audio.format", "client.audio.pace", "client.audio.size",
                "client.audio.mute", task="Send audio, or say mute.")
async def microphone(scene):
    wire = await scene.begin()
    await asyncio.sleep(1)
    begun = time.monotonic()
    await asyncio.sleep(2.5)
    taken = time.monotonic() - begun
    audio = sum(size for at, size in heard(wire) if at >= begun)
    mutes = wire.of("mute")
    if audio:
        rate = audio / taken
        scene.note("client.audio.pace", 0.75 * 48_000 <= rate <= 1.4 * 48_000, f"{rate:.0f} bytes a second, 48,000 expected")
    is_muted = bool(mutes) and mutes[-1].get("on") is True
    scene.note("client.audio.mute", audio > 0 or is_muted or bool(wire.of("text")), "neither audio nor mute")
    await scene.end(wire)


@SITUATIONS.add("The microphone after the end", "client.audio.stop", "client.end.stay")
async def audio_after_end(scene):
    wire = await scene.begin()
    await asyncio.sleep(0.6)
    await scene.end(wire, wait=2.2)


@SITUATIONS.add("A minute of the customer at once", "client.queue.all", seconds=40)
async def minute_of_audio(scene):
    wire = await scene.begin()
    scene.audio(wire, "item_1", 60_000, piece=200)
    wire.send(scene.line())
    answered = await wire.ping(8)
    scene.note("client.queue.all", answered, "not read after 8 s")
    await asyncio.sleep(0.3)
    if wire.is_open:
        scene.clear_audio(wire, "item_1", 300)
        await scene.end(wire)


@SITUATIONS.add("What was played", "client.played.known", "client.played.forward", task="Report played.")
async def played_reports(scene):
    wire = await scene.begin()
    scene.audio(wire, "item_1", 700)
    await asyncio.sleep(0.3)
    scene.audio(wire, "item_1", 600)
    await asyncio.sleep(1.6)
    await scene.end(wire)


@SITUATIONS.add("Two answers, one after the other", "client.played.known", "client.played.forward", task="Report played.")
async def two_items(scene):
    wire = await scene.begin()
    scene.audio(wire, "item_1", 500)
    scene.audio(wire, "item_2", 700)
    await asyncio.sleep(1.8)
    await scene.end(wire)


@SITUATIONS.add("The trainee interrupts", "client.played.cleared", task="Report played.")
async def barge_in(scene):
    wire = await scene.begin()
    scene.audio(wire, "item_1", 6_000)
    await wire.message("played", seconds=3)
    await asyncio.sleep(0.4)
    scene.clear_audio(wire, "item_1", 500)
    await asyncio.sleep(1.6)
    scene.audio(wire, "item_2", 400)
    await asyncio.sleep(0.8)
    await scene.end(wire)
