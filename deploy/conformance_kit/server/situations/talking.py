"""The conversation: typed lines, the customer's audio, microphone audio."""

import asyncio
import base64
import math
import struct
import time

from .list import SITUATIONS

RATE = 24_000


def tone(milliseconds, loud=4_000):
    count = RATE * milliseconds // 1_000
    return b"".join(struct.pack("<h", int(loud * math.sin(i * 0.06))) for i in range(count))


def silence(milliseconds):
    return bytes(48 * milliseconds)


def audio(samples):
    return {"type": "audio", "data": base64.b64encode(samples).decode()}


@SITUATIONS.add("A typed line and its answer", "server.text.line", "server.audio.offsets", "server.seq.gapless",
                "server.seq.kinds", "server.message.shape", seconds=60)
async def typed_line(stage):
    _, line = await stage.talk()
    text = "Hello, my name is Eva. Do you have a minute?"
    await stage.said(line, text)
    said = [m.get("text") for m in line.of("transcript") if m.get("speaker") == "TRAINEE"]
    answers = [m for m in line.of("transcript") if m.get("speaker") == "AVATAR" and m.get("text")]
    stage.note("server.text.line", text in said, f"the TRAINEE's transcripts: {said}")
    stage.note("server.text.line", bool(answers), f"no words of the AVATAR: {line.tail()}")
    stage.note("server.text.line", await line.message("audio", 10), f"no audio: {line.tail()}")
    first = next((m.get("seq") for m in line.messages if isinstance(m.get("seq"), int) and m.get("type") != "ready"), None)
    stage.note("server.seq.gapless", first == 1, f"the first seq is {first}")


@SITUATIONS.add("The same in binary", "server.binary.framed", "server.binary.item", seconds=60)
async def binary_audio(stage):
    _, line = await stage.talk("audio=binary")
    await line.raw(b"\x01" + silence(100))
    await stage.said(line)
    frames = await line.until(lambda: [each for each in line.received if each.type == "<audio>"], 10)
    stage.note("server.binary.framed", bool(frames), f"no frame of audio: {line.tail()}")
    stage.note("server.binary.item", bool(line.of("audio_item")), "no audio_item")
    order = [each.type for each in line.received if each.type in ("<audio>", "audio_item")]
    stage.note("server.binary.item", order[:1] == ["audio_item"], f"{order[:3]}")


@SITUATIONS.add("A binary frame of nothing known", "server.binary.unknown")
async def unknown_binary(stage):
    _, line = await stage.talk("audio=binary")
    await line.raw(b"\x07" + bytes(100))
    error = await line.message("error", 5)
    stage.note("server.binary.unknown", error and error.get("code") == "unknown_binary", line.tail())
    await alive(stage, line, "server.binary.unknown")


async def alive(stage, line, rule, what=""):
    """The call goes on: a ping is answered."""
    mark = f"alive-{len(line.sent)}"
    await line.send({"type": "ping", "t": mark})
    answered = await line.message("pong", 10, t=mark)
    stage.note(rule, answered is not None, f"{what} the call does not go on: {line.tail()}")


@SITUATIONS.add("Two seconds of audio at once, divided samples, odd base64", "server.audio.burst", "server.audio.encoding")
async def burst(stage):
    _, line = await stage.talk()
    for _ in range(20):
        await line.send(audio(silence(100)))
    await alive(stage, line, "server.audio.burst")
    stage.note("server.audio.burst", not line.of("error"), f"{line.of('error')}")
    data = base64.b64encode(silence(40) + b"\x00").decode()
    broken = "\r\n".join(data[i:i + 76] for i in range(0, len(data), 76))
    await line.send({"type": "audio", "data": broken})
    await line.send({"type": "audio", "data": base64.b64encode(b"\x00" + silence(20) + b"\0\0").decode().rstrip("=")})
    await alive(stage, line, "server.audio.encoding")
    stage.note("server.audio.encoding", not line.of("error"), f"{line.of('error')}")


@SITUATIONS.add("A microphone of 48 kHz sent as 24", "server.audio.rate", seconds=40)
async def too_fast_microphone(stage):
    _, line = await stage.talk()
    begun = time.monotonic()
    for count in range(1, 61):
        await line.send(audio(silence(200)))
        await asyncio.sleep(max(0, begun + count * 0.1 - time.monotonic()))  # twice real time, on a busy machine too
        if any(m.get("microphone") for m in line.of("status")):
            break
    told = await line.message("status", 2, microphone="too_fast")
    stage.note("server.audio.rate", told is not None, f"no status: {line.tail()}")
    for _ in range(10):
        await line.send(audio(silence(200)))
        await asyncio.sleep(0.1)
    count = len([m for m in line.of("status") if m.get("microphone") == "too_fast"])
    stage.note("server.audio.rate", count <= 1, f"reported {count} times")


@SITUATIONS.add("Mute, played and numbers with a fraction", "server.mute.accepted", "server.json.numbers",
                "server.json.unknown-keys")
async def small_messages(stage):
    _, line = await stage.talk()
    await line.send({"type": "mute", "on": True})
    await line.send({"type": "mute", "on": False})
    await line.send({"type": "played", "itemId": "item_of_nobody", "offsetMs": 20})
    await alive(stage, line, "server.mute.accepted")
    stage.note("server.mute.accepted", not line.of("error"), f"{line.of('error')}")
    await line.raw('{"type": "played", "itemId": "item_of_nobody", "offsetMs": 840.0}')
    await line.raw('{"type": "event", "eventId": "fraction", "time": 3, "data": {"type": "ERROR", "data": {"n": 1.5}}}')
    stored = await line.message("ack", 5)
    stage.note("server.json.numbers", stored is not None and not line.of("error"), line.tail())
    await line.send({"type": "mute", "on": True, "colour": "green", "more": {"deep": [1]}})
    await line.send({"type": "event", "eventId": "more-keys", "data": {"type": "ERROR", "data": {}}, "version": 7})
    stored = await line.until(lambda: any("more-keys" in m.get("eventIds", []) for m in line.of("ack")), 5)
    stage.note("server.json.unknown-keys", stored and not line.of("error"), line.tail())


@SITUATIONS.add("A ping, and the server's own", "server.ping.pong", "server.ping.heartbeat", seconds=60)
async def pings(stage):
    _, line = await stage.talk()
    ready = line.of("ready")[0]
    for value in (1, 1.5, "mark"):
        await line.send({"type": "ping", "t": value})
        stage.note("server.ping.pong", await line.message("pong", 5, t=value), f"t {value!r}: {line.tail()}")
    beat = ready.get("heartbeatMs", 15_000) / 1_000
    await line.send({"type": "mute", "on": True})
    await line.until(lambda: line.pings, beat * 1.5 + 2)
    first = line.pings[0] - line.opened if line.pings else None
    what = f"no ping within {beat * 1.5 + 2:.0f} s; heartbeatMs is {beat * 1_000:.0f}"
    stage.note("server.ping.heartbeat", first is not None, what)
