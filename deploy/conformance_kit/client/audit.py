"""What must hold of everything a client sends, whatever is played to it."""

import base64
import binascii

from ..schemas import flaw
from .wire import ENOUGH_AUDIO

BYTES_PER_MS = 48
MOST_MESSAGE = 1_048_576
ROUNDING_MS = 5
GRACE = 0.5  # seconds until a message of ours must have had its effect
GRACE_OF_AUDIO = 1.0  # a page may be busy, and what it has sent lies in buffers


def audio_of(wire, each):
    """The samples of a message of audio; None for another one."""
    if each.type == "audio":
        try:
            return base64.b64decode("".join(str(each.message.get("data", "")).split()) + "==", validate=False)
        except (binascii.Error, ValueError):
            return None
    if not each.is_text and each.message is None and each.raw[:1] == b"\x01":
        return each.raw[1:]
    return None


def audit(scene):
    for wire in scene.wires:
        _messages(scene, wire)
        _audio(scene, wire)
        _played(scene, wire)
        ends = len(wire.of("end_session"))
        if ends:
            scene.note("client.end.once", ends == 1, f"{ends} times")
    _events(scene)


def _messages(scene, wire):
    early = 0
    for each in wire.taken:
        scene.note("client.message.shape", len(each.raw) <= MOST_MESSAGE, f"{len(each.raw)} bytes")
        is_audio = each.message is None and not each.is_text
        if is_audio:
            scene.note("client.audio.format", wire.is_binary, "a binary frame that is not JSON, without audio=binary")
            scene.note("client.audio.format", each.raw[:1] == b"\x01", f"a binary frame begins with {each.raw[:1]!r}")
        else:
            wrong = "it is not JSON" if each.message is None else flaw("client", each.message)
            rule = "client.event.shape" if each.type == "event" else "client.message.shape"
            scene.note(rule, wrong is None, f"{wrong}: {each.raw[:120]!r}")
        if not each.after_ready:
            early += len(audio_of(wire, each) or b"")
            scene.note("client.ready.wait", is_audio or each.type == "audio", f"before ready came {each.message}")
    scene.note("client.ready.wait", early <= ENOUGH_AUDIO, f"{early / 48_000:.1f} s of audio before ready")


def _audio(scene, wire):
    for each in wire.taken:
        samples = audio_of(wire, each)
        if each.type == "audio":
            scene.note("client.audio.format", not wire.is_binary, "with audio=binary audio comes as JSON")
            scene.note("client.audio.format", samples is not None and _is_base64(each.message.get("data")), "data is not base64")
        if samples is None:
            continue
        scene.note("client.audio.size", 960 <= len(samples) <= 4_800, f"{len(samples) / BYTES_PER_MS:.0f} ms in a message")
        late = wire.ended_at is not None and each.at > wire.ended_at + GRACE_OF_AUDIO
        if wire.ended_at is not None:
            scene.note("client.audio.stop", not late, f"audio {each.at - wire.ended_at:.1f} s after session_ended")


def _is_base64(data):
    try:
        text = "".join(str(data).split()).rstrip("=")
        base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        return isinstance(data, str)
    except (binascii.Error, ValueError):
        return False


def _played(scene, wire):
    latest = {}
    for each in wire.taken:
        if each.type not in ("played", "resume"):
            continue
        place = each.message if each.type == "played" else each.message.get("played")
        if not isinstance(place, dict) or not isinstance(place.get("offsetMs"), (int, float)):
            continue
        item, offset = place.get("itemId"), place["offsetMs"]
        sent = scene.audio_ms.get(item)
        scene.note("client.played.known", sent is not None, f"played names {item!r}, which was not sent")
        if sent is None:
            continue
        scene.note("client.played.known", -ROUNDING_MS <= offset <= sent + ROUNDING_MS, f"{offset} ms played of {sent} ms")
        before = latest.get(item)
        if before is not None:
            scene.note("client.played.forward", offset >= before - ROUNDING_MS, f"{item}: {offset} ms after {before} ms")
        cleared = scene.cleared.get(item)
        if cleared is not None and each.at > cleared + GRACE and before is not None:
            scene.note("client.played.cleared", offset <= before + ROUNDING_MS,
                       f"{item} is played on {each.at - cleared:.1f} s after audio_clear: {before} to {offset} ms")
        latest[item] = max(offset, before or 0)
    for item in scene.cleared:
        if item in latest:
            scene.note("client.played.cleared", True)  # it reports, and nothing above was wrong


def _events(scene):
    """What an id stands for, over all sessions of the run."""
    came = [(each.at, each.message, "socket") for wire in scene.wires for each in wire.taken if each.type == "event"]
    came += [(at, {"eventId": event.get("eventId"), "time": event.get("time"), "data": {
        "type": event.get("type"), "data": event.get("data")}}, "REST") for at, event in scene.batches]
    seen = {}
    for at, event, way in sorted(came, key=lambda each: each[0]):
        id_ = event.get("eventId")
        if not isinstance(id_, str):
            continue
        content = (event.get("time"), event.get("data"))
        if id_ in seen:
            same = seen[id_] == content
            scene.note("client.event.again", same, f"{id_} comes again with another content: {content}")
            scene.note("client.event.unique", same, f"{id_} names two events: {seen[id_]} and {content}")
        else:
            owner = scene.exam.event_ids.setdefault(id_, scene.id)
            scene.note("client.event.unique", owner == scene.id, f"{id_} was used in {owner} already")
        seen[id_] = content
        if way == "socket":
            acked = scene.acked.get(id_)
            if acked is not None:
                scene.note("client.event.acknowledged", at <= acked + GRACE, f"{id_} came again after its ack")
            refused = scene.nacked.get(id_)
            if refused is not None and not refused[1]:
                scene.note("client.event.nack", at <= refused[0] + GRACE, f"{id_} came again after its nack")
