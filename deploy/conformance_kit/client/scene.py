"""A session that plays one situation to the client."""

import asyncio
import base64
import secrets
import time

from .wire import Wire

BYTES_PER_MS = 48
AFTERWARDS = 1.0  # seconds in which the client may still do something wrong


class NotPlayed(Exception):
    """The client does not do what the situation needs, so its rules are not seen."""


class Scene:
    def __init__(self, situation, number, report, exam):
        self.situation, self.report, self.exam = situation, report, exam
        self.id = f"BAT-{number:03}"
        self.token = secrets.token_urlsafe(24)
        self.wires = []
        self.arrivals = asyncio.Queue()
        self.attempts = []  # times at which the client tried to connect
        self.refusing = None  # (status, code of an error, close code) instead of a connection
        self.path = f"/ws/sessions/{self.id}"
        self.seq = 0
        self.record = []  # numbered messages as sent
        self.audio_ms = {}  # item: milliseconds that were sent
        self.cleared = {}  # item: when
        self.acked = {}  # eventId: when the ack was sent
        self.nacked = {}  # eventId: (when, retry)
        self.batches = []  # events that came over REST
        self.reads = []  # times of GET /api/sessions/:id
        self.shown = None
        self.created_at = time.monotonic()
        self.utterances = 0
        self.is_over = False
        self.is_ended = False
        self.score = None

    def note(self, rule, holds, what=""):
        self.report.note(rule, self.situation.name, holds, what)

    # Connections

    async def wire(self, seconds=10):
        """The client's next connection."""
        try:
            return await asyncio.wait_for(self.arrivals.get(), seconds)
        except asyncio.TimeoutError:
            raise NotPlayed(f"no connection within {seconds} s") from None

    async def begin(self, **ready):
        """The next connection, with its `ready`."""
        wire = await self.wire()
        self.ready(wire, **ready)
        return wire

    def ready(self, wire, **more):
        wire.send({"type": "ready", "sessionId": self.id, "protocol": 1, "seq": self.seq,
                   "state": "ended" if self.is_ended else "active",
                   "sessionTime": round(time.monotonic() - self.created_at, 3), "resumeWindowMs": 20_000,
                   "heartbeatMs": 15_000, "limits": {"maxMessageBytes": 1_048_576, "maxEventsPerBatch": 1_000}, **more})

    async def back(self, seconds=8, rule="client.reconnect", what="after the loss", since=None):
        """The connection after a loss: the client resumes with the right `lastSeq`. None if it does not come."""
        expected = self.seq
        lost = since or time.monotonic()
        try:
            wire = await self.wire(seconds)
        except NotPlayed:
            self.note(rule, False, f"{what}: no connection within {seconds} s")
            return None
        self.note(rule, True)
        self.ready(wire)
        resume = await self.resumed(wire, expected)
        wire.back_ms = round((wire.opened - lost) * 1_000)
        if resume is not None:
            self.replay(wire, resume)
        return wire

    async def resumed(self, wire, expected):
        first = await wire.until(
            lambda: next((each for each in wire.taken if each.after_ready and each.type is not None), None), 5)
        is_resume = first is not None and first.type == "resume"
        self.note("client.resume.sent", is_resume, f"first after ready: {first.message if first else 'nothing'}")
        resume = first.message if is_resume else await wire.message("resume", seconds=1)
        if resume is None:
            return None
        last = resume.get("lastSeq")
        self.note("client.resume.last-seq", last == expected, f"lastSeq {last}, {expected} is the highest that was sent")
        return last if isinstance(last, (int, float)) else 0

    def replay(self, wire, last):
        missed = [message for message in self.record if message["seq"] > last]
        for message in missed:
            wire.send(message)
        wire.send({"type": "resumed", "from": int(last) + 1, "to": int(last) + len(missed), "replayed": len(missed)})

    async def quiet(self, rule, seconds=1.2, what=""):
        """The client does not connect again."""
        before = len(self.attempts)
        await asyncio.sleep(seconds)
        self.note(rule, len(self.attempts) == before, f"{what}: it connects again")

    # Messages

    def numbered(self, type_, **fields):
        """A message of the record; sent by the caller, or kept for a replay."""
        self.seq += 1
        message = {"type": type_, "seq": self.seq, **fields}
        self.record.append(message)
        return message

    def line(self, speaker="AVATAR", text=None, at=None, id_=None, **more):
        self.utterances += 1
        at = self.utterances * 2.0 if at is None else at
        return self.numbered("transcript", speaker=speaker, text=text or f"Line {self.utterances} of a talk.",
                             startTime=at, endTime=at + 1.5, utteranceId=id_ or f"u{self.utterances}", final=True, **more)

    def attitude(self, value=5):
        return self.numbered("attitude", value=value, direction="steady")

    async def event(self, wire, seconds=4):
        """Says something to which the client answers with an event, and gives that."""
        before = len(wire.of("event"))
        wire.send(self.line())
        event = await wire.message("event", seconds=seconds, after=before)
        if event is None or not event.get("eventId"):
            raise NotPlayed("no event with an eventId came after a transcript of the AVATAR")
        return event

    def ack(self, wire, *ids):
        now = time.monotonic()
        self.acked.update({id_: self.acked.get(id_, now) for id_ in ids})
        wire.send({"type": "ack", "eventIds": list(ids)})

    def ack_all(self, wire):
        ids = [event["eventId"] for event in wire.of("event") if event.get("eventId") and event["eventId"] not in self.acked]
        if ids:
            self.ack(wire, *ids)

    def nack(self, wire, id_, code, retry=False):
        self.nacked[id_] = (time.monotonic(), retry)
        wire.send({"type": "nack", "eventIds": [id_], "code": code, "message": f"The kit refuses it: {code}.", "retry": retry})

    def audio(self, wire, item, milliseconds, piece=100):
        """The customer's voice, at once."""
        begun = self.audio_ms.get(item, 0)
        if wire.is_binary:
            wire.send({"type": "audio_item", "itemId": item, "offsetMs": begun})
        for offset in range(begun, begun + milliseconds, piece):
            samples = bytes(BYTES_PER_MS * min(piece, begun + milliseconds - offset))
            if wire.is_binary:
                wire.send_binary(b"\x01" + samples)
            else:
                wire.send({"type": "audio", "data": base64.b64encode(samples).decode(), "itemId": item, "offsetMs": offset})
        self.audio_ms[item] = begun + milliseconds

    def clear_audio(self, wire, item, heard_ms):
        self.cleared[item] = time.monotonic()
        wire.send({"type": "audio_clear", "itemId": item, "heardMs": heard_ms})

    def error(self, wire, code, fatal=False, **more):
        wire.send({"type": "error", "code": code, "message": f"The kit says {code}.", "fatal": fatal, **more})

    async def end(self, wire, wait=0.2, score=True, ack=True):
        """The end of the call, its score, and the close."""
        if ack:
            self.ack_all(wire)
        self.is_ended = True
        wire.send(self.numbered("session_ended", outcome="converted", endTrigger="end_conversation:converted"))
        await wire.ping(2)
        wire.ended_at = time.monotonic()
        await asyncio.sleep(wait)
        self.note("client.end.stay", wire.is_open, f"the client leaves before the score, with {wire.peer_code}")
        if score:
            self.score = self.numbered("score", revision=1, verdict="passed", data=result(70))
            wire.send(self.score)
        await wire.ping(2)
        await wire.close(1000)

    def result_of_rest(self):
        latest = {}
        for message in self.record:
            if message["type"] == "transcript":
                latest[message["utteranceId"]] = {key: value for key, value in message.items() if key not in ("type", "seq")}
        return {"sessionId": self.id, "status": "ended" if self.is_ended else "active", "outcome": "converted",
                "transcript": sorted(latest.values(), key=lambda each: each["startTime"]),
                **({"score": self.score["data"]} if self.score and "data" in self.score else {})}


def result(overall, revision=1):
    return {"overall": overall, "categories": {}, "highlights": [], "improvements": [], "summary": "Well done.",
            "verdict": "passed", "passed": True, "passMark": 60, "failReasons": [], "pendingReasons": [],
            "outcome": "converted", "details": [], "salesSteps": [], "findings": [], "needsReview": False, "flags": [],
            "counted": True, "revision": revision}


__all__ = ["AFTERWARDS", "NotPlayed", "Scene", "Wire", "result"]
