"""What must hold on every connection, whatever is played on it."""

import base64
import binascii

from ..schemas import flaw, known, numbered

CLOSE_CODES = {1000, 1001, 1002, 1003, 1007, 1009, 1011, 4401, 4403, 4404, 4408, 4409, 4410, 4429, 4503}
BYTES_PER_MS = 48
BEFORE_READY = {"status", "error", "moved", "going_away"}


def audit(note, line, is_binary):
    """`note(rule, holds, what)` for one connection."""
    _shapes(note, line)
    _ready(note, line)
    _sequence(note, line)
    _audio(note, line, is_binary)
    _close(note, line)


def _shapes(note, line):
    for each in line.received:
        if each.type == "<audio>":
            continue
        wrong = flaw("server", each.message)
        note("server.message.shape", wrong is None, f"{wrong}: {each.raw[:120]!r}")
        if isinstance(each.message, dict):
            note("server.binary.framed", each.is_text, f"JSON in a binary frame: {each.raw[:80]!r}")
    for error in line.of("error"):
        has = all(key in error for key in ("code", "message", "fatal"))
        note("server.error.shape", has and bool(error.get("message")), f"{error}")
    fatal = [error for error in line.of("error") if error.get("fatal")]
    if fatal and not line.closed_by_us:
        note("server.error.shape", line.is_closed, f"fatal, and the connection stays open: {fatal[0]}")


def _ready(note, line):
    types = [each.type for each in line.received]
    if "ready" in types:
        before = set(types[:types.index("ready")]) - {"status"}
        note("server.ready.first", not before, f"before ready came {sorted(before)}")
        note("server.ready.first", types.count("ready") == 1, "ready came twice")
        ready = line.of("ready")[0]
        has = ready.get("protocol") == 1 and all(
            isinstance(ready.get(key), (int, float)) and ready[key] >= least
            for key, least in (("seq", 0), ("sessionTime", 0), ("resumeWindowMs", 1), ("heartbeatMs", 1)))
        has = has and ready.get("state") in ("active", "ended")
        has = has and {"maxMessageBytes", "maxEventsPerBatch"} <= set(ready.get("limits") or {})
        note("server.ready.first", has, f"{ready}")
    elif types:
        note("server.ready.first", set(types) <= BEFORE_READY, f"no ready, but {sorted(set(types))}")


def _sequence(note, line):
    last = None
    asked = [m.get("lastSeq") for m in line.sent if isinstance(m, dict) and m.get("type") == "resume"]
    for message in line.messages:
        type_, seq = message.get("type"), message.get("seq")
        if type_ in ("ready", "resume_failed", "error") or not known("server", type_):
            pass
        elif numbered(type_):
            note("server.seq.kinds", isinstance(seq, int), f"{type_} has no seq: {str(message)[:120]}")
        else:
            note("server.seq.kinds", seq is None, f"{type_} has a seq")
        if type_ in ("ready", "resume_failed") or not isinstance(seq, int):
            continue
        if last is not None:
            # What a resume asks for may have come already, on this connection too.
            fits = seq == last + 1 or seq <= last and seq - 1 in asked
            note("server.seq.gapless", fits, f"{type_} has seq {seq} after {last}")
        last = seq


def _audio(note, line, is_binary):
    place = {}  # item: bytes up to which it has come
    announced, continues = None, False  # the item of binary frames, and whether the last frame was of it
    for each in line.received:
        if each.type == "audio_item":
            announced, continues = each.message.get("itemId"), False
            offset = (each.message.get("offsetMs") or 0) * BYTES_PER_MS
            place[announced] = offset
        elif each.type == "<audio>":
            note("server.binary.framed", is_binary, "a binary frame without audio=binary")
            note("server.binary.item", announced is not None, "audio before any audio_item")
            note("server.binary.framed", len(each.raw) > 1, "a frame of audio without samples")
            continues = True
        elif each.type == "audio":
            note("server.binary.framed", not is_binary, "with audio=binary audio came as JSON")
            try:
                size = len(base64.b64decode(each.message.get("data", ""), validate=True))
            except (binascii.Error, ValueError, TypeError):
                note("server.message.shape", False, "audio.data is not base64")
                continue
            item, offset = each.message.get("itemId"), each.message.get("offsetMs")
            known_place = isinstance(item, str) and isinstance(offset, (int, float))
            note("server.audio.offsets", known_place, "audio without itemId and offsetMs")
            if not known_place:
                continue
            if item in place:
                fits = abs(place[item] / BYTES_PER_MS - offset) <= 2
                note("server.audio.offsets", fits,
                     f"{item}: offsetMs {offset}, {place[item] / BYTES_PER_MS:.1f} ms have come")
            else:
                note("server.audio.offsets", offset >= 0, f"{item} begins at {offset}")
            place[item] = offset * BYTES_PER_MS + size


def _close(note, line):
    if not line.is_closed or line.closed_by_us:
        return
    note("server.close.explained", line.code in CLOSE_CODES, f"closed with {line.code}: {line.tail()}")
    if line.code != 1000:
        said = any(
            m.get("type") in ("going_away", "moved") or m.get("type") == "error" and m.get("fatal")
            for m in line.messages[-5:])
        note("server.close.explained", said, f"closed with {line.code} without a reason: {line.tail()}")
    else:
        told = bool(line.of("session_ended", "score")) or any(m.get("state") == "ended" for m in line.of("ready"))
        note("server.close.explained", told, f"closed with 1000 although the session is not over: {line.tail()}")
