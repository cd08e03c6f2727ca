"""A small server that keeps the rules, or breaks one by request: the tests plant its mistakes.

It has one scenario and a customer who answers every typed line with the same words and a second and a half of silence.
"""

import asyncio
import base64
import binascii
import json
import secrets
import time

from conformance_kit.client import http
from conformance_kit.client.scene import result
from conformance_kit.client.wire import Wire
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol

KEY = "the-key"
MEBIBYTE = 1_048_576
TYPES = {"VR_INTERACTION", "TABLET_CHOICE", "DOB_CHECK", "ERROR"}
KEYS = {"audio": {"data"}, "event": {"eventId", "time", "data"}, "end_session": set(), "resume": {"lastSeq", "played"},
        "played": {"itemId", "offsetMs"}, "text": {"text"}, "mute": {"on"}, "ping": {"t", "pad"}}


class Session:
    def __init__(self, number, request, key):
        self.id = f"BAT-{number:03}"
        self.request, self.key = request, key
        self.token = secrets.token_urlsafe(16)
        self.wire = None
        self.seq, self.record, self.events, self.latest = 0, [], {}, {}
        self.is_ended = self.has_words = False
        self.spoken = 0
        self.cut = None  # the transcript of an answer that was not heard to its end


class Server:
    def __init__(self, mistakes=()):
        self.mistakes = set(mistakes)
        self.sessions, self.by_key, self.tickets = {}, {}, {}

    def has(self, mistake):
        return mistake in self.mistakes

    async def start(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, limit=http.MOST_HEAD)
        self.port = self.server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader, writer):
        try:
            request = await http.read_request(reader)
            if request.is_websocket:
                await self.upgrade(request, reader, writer)
            else:
                self.rest(request, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    # REST

    def problem(self, writer, status, code, detail="It is refused.", errors=None):
        if self.has("html_404") and status == 404:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\nGone")
            return
        body = {"type": f"urn:bat-vr:problem:{code}", "title": "Refused", "status": status, "code": code, "detail": detail}
        if errors:
            body["errors"] = [{"detail": each["detail"]} for each in errors] if self.has("no_pointer") else errors
        content = json.dumps(body).encode()
        kind = "application/json" if self.has("plain_errors") else "application/problem+json"
        writer.write(f"HTTP/1.1 {status} Refused\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
                     "Connection: close\r\n\r\n".encode() + content)

    def rest(self, request, writer):
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        ticket = self.tickets.get(bearer)
        if request.path == "/api/notice":
            if self.has("notice_needs_key") and bearer != KEY:
                return self.problem(writer, 401, "unauthorized")
            return http.answer(writer, 200, {"version": 1, "language": "cs", "text": "Mluvíte s umělou inteligencí."})
        if bearer != KEY and ticket is None and not self.has("open_to_all"):
            return self.problem(writer, 401, "unauthorized")
        parts = request.path.strip("/").split("/")
        session = self.sessions.get(parts[2]) if len(parts) > 2 else None
        match (request.method, parts[:2] + parts[3:] if session else parts):
            case ("GET", ["api", "scenarios"]):
                http.answer(writer, 200, {"items": [{"id": "only"}]})
            case ("POST", ["api", "tickets"]):
                self.ticket(request, writer)
            case ("POST", ["api", "sessions"]) if session is None:
                self.create(request, writer, ticket)
            case (_, ["api", "sessions"]) if session is None:
                self.problem(writer, 405, "method_not_allowed")
            case ("GET", ["api", "sessions"]):
                transcript = [] if self.has("record_without_transcript") else list(session.latest.values())
                outcome = {"outcome": "rejected"} if session.is_ended else {}
                http.answer(writer, 200, {"sessionId": session.id, "transcript": transcript, **outcome})
            case ("POST", ["api", "sessions", "events"]):
                self.batch(session, request, writer)
            case _:
                self.problem(writer, 404, "not_found")

    def ticket(self, request, writer):
        body = request.json
        if body.get("expiresInSeconds", 900) > 3_600 and not self.has("long_tickets"):
            return self.problem(writer, 422, "invalid_request", errors=[{"pointer": "/expiresInSeconds", "detail": "at most 3600"}])
        ticket = secrets.token_urlsafe(8)
        self.tickets[ticket] = body["traineeId"]
        at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 600))
        http.answer(writer, 201, {"ticket": ticket, "expiresAt": at})

    def create(self, request, writer, ticket):
        body, key = request.json, request.headers.get("idempotency-key")
        if not isinstance(body, dict):
            return self.problem(writer, 400, "invalid_json")
        errors = [{"pointer": f"/{name}", "detail": "is wrong"} for name in ("scenarioId", "traineeId") if not body.get(name)]
        if body.get("scenarioId") not in (None, "only"):
            errors.append({"pointer": "/scenarioId", "detail": "must be one of only"})
        if errors:
            return self.problem(writer, 422, "invalid_request", errors=errors)
        if ticket is not None and ticket != body["traineeId"] and not self.has("ticket_for_all"):
            return self.problem(writer, 403, "forbidden")
        known = self.by_key.get(key) if key and not self.has("new_session_each_time") else None
        if known and known.request != body and not self.has("no_conflict"):
            return self.problem(writer, 409, "idempotency_conflict")
        session = known or Session(len(self.sessions) + 1, body, key)
        self.sessions[session.id] = session
        if key:
            self.by_key[key] = session
        query = "" if self.has("url_without_token") else f"?token={session.token}"
        origin = "" if self.has("relative_url") else f"ws://127.0.0.1:{self.port}"
        answer = {"sessionId": session.id, "wsUrl": f"{origin}/ws/sessions/{session.id}{query}", "wsToken": session.token,
                  "persona": {"id": "p"}, "scenario": {"id": "only"}, "notice": "An AI speaks."}
        if self.has("no_notice"):
            del answer["notice"]
        location = {} if self.has("no_location") else {"Location": f"/api/sessions/{session.id}"}
        http.answer(writer, 200 if self.has("status_200") else 201, answer, **location)

    def batch(self, session, request, writer):
        events = request.json["events"]
        if len(events) > 1_000 and not self.has("batch_unbounded"):
            return self.problem(writer, 422, "invalid_request", errors=[{"pointer": "/events", "detail": "at most 1,000"}])
        results = []
        for event in events:
            content = {"type": event.get("type"), "data": event.get("data")}
            status, code = self.take_event(session, event["eventId"], content)
            if self.has("batch_all_stored"):
                status, code = "stored", None
            results.append({"eventId": event["eventId"], "status": status, **({"code": code} if code else {})})
        http.answer(writer, 200, {"results": results})

    def take_event(self, session, id_, content):
        """Gives the status, and the code of a refusal."""
        if content.get("type") not in TYPES:
            return "invalid", "invalid_event"
        if len(json.dumps(content)) > 65_536 and not self.has("large_event_ok"):
            return "invalid", "event_too_large"
        if id_ in session.events:
            if session.events[id_] != content and not self.has("reuse_ok"):
                return "invalid", "event_id_reused"
            return "duplicate", None
        if self.has("drop_events") and len(session.events) > 500:
            return "dropped", None
        if content["type"] == "DOB_CHECK" and not str(content["data"]["entered"])[:1].isdigit() and not self.has("any_date"):
            return "invalid", "invalid_date"
        session.events[id_] = content
        return "stored", None

    # The handshake

    async def upgrade(self, request, reader, writer):
        session = self.sessions.get(request.path.rsplit("/", 1)[-1])
        offered = [each.strip() for each in request.headers.get("sec-websocket-protocol", "").split(",")]
        tokens = request.query.get("token", []) + [each[7:] for each in offered if each.startswith("bearer.")]
        if not self.has("no_header_token"):
            tokens += [request.headers.get("authorization", "")[7:]] * ("authorization" in request.headers)
        refusal = None
        if not tokens:
            refusal = (401, "invalid_token", 4401)
        elif session is None or session.token not in tokens and not self.has("any_token"):
            refusal = (404, "session_not_found", 4404)
        elif session.is_ended and not self.has("open_after_end"):
            refusal = (409, "session_ended", 4410)
        wants_close = request.query.get("reject") == ["close"] and not self.has("ignore_reject_close")
        if refusal and not wants_close:
            return self.problem(writer, refusal[0], refusal[1])
        wire = Wire(reader, writer, request.path, request.query)
        if self.has("compress"):
            wire.protocol = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()], max_size=4 * MEBIBYTE)
        if self.has("no_subprotocol"):
            wire.protocol = ServerProtocol(max_size=4 * MEBIBYTE, select_subprotocol=lambda protocol, offered: None)
        if not wire.accept(request.head):
            return
        reading = asyncio.create_task(wire.read())
        if refusal:
            self.send(wire, {"type": "error", "code": refusal[1], "message": "Refused.", "fatal": True})
            await wire.close(4000 if self.has("close_4000") else refusal[2])
        else:
            await Connection(self, session, wire).run()
        await reading

    def send(self, wire, message):
        if message.get("type") == "error" and self.has("error_without_fatal"):
            message = {key: value for key, value in message.items() if key != "fatal"}
        if self.has("json_as_binary"):
            wire.send_binary(json.dumps(message).encode())
        else:
            wire.send(message)


class Connection:
    def __init__(self, server, session, wire):
        self.server, self.session, self.wire = server, session, wire
        self.has = server.has
        self.told, self.count = set(), 0
        self.opened = time.monotonic()
        self.audio_bytes, self.reported = 0, False

    def say(self, **message):
        self.server.send(self.wire, message)

    def number(self, **message):
        self.session.seq += 2 if self.has("seq_gap") and self.session.seq == 2 else 1
        seq = self.session.seq + (1 if self.has("seq_from_two") else 0)
        message = {"type": message.pop("type"), "seq": seq, **message}
        if self.has("attitude_without_seq") and message["type"] == "attitude":
            del message["seq"]
        self.session.record.append(message)
        if message["type"] == "transcript":
            self.session.latest[message["utteranceId"]] = {
                key: value for key, value in message.items() if key not in ("type", "seq")}
        self.server.send(self.wire, message)

    async def fail(self, code, close, **more):
        if not self.has("silent_close"):
            self.say(type="error", code=code, message="It is over.", fatal=True, **more)
        await self.wire.close(close)

    async def run(self):
        session, wire = self.session, self.wire
        if wire.query.get("moved") == ["1"] and self.has("moved_nowhere"):
            self.say(type="moved", wsUrl="elsewhere")
            return await wire.close(1001)
        older = session.wire
        if older is not None and older.is_open:
            if self.has("oldest_wins"):
                return await self.fail("replaced", 4409)
            if not self.has("no_takeover"):
                self.server.send(older, {"type": "error", "code": "replaced", "message": "Another.", "fatal": True})
                await older.close(4999 if self.has("close_4999") else 4409)
        session.wire = wire
        if self.has("word_before_ready"):
            self.number(type="attitude", value=5, direction="steady")
        limits = {} if self.has("ready_without_limits") else {
            "limits": {"maxMessageBytes": MEBIBYTE, "maxEventsPerBatch": 1_000}}
        seq = 0 if self.has("ready_seq_zero") else session.seq
        self.say(type="ready", sessionId=session.id, protocol=1, seq=seq, state="active", sessionTime=0.5,
                 resumeWindowMs=60_000, heartbeatMs=500, **limits)
        if self.has("unknown_type"):
            self.say(type="greeting", text="Hello.")
        if not session.record and not self.has("word_before_ready"):
            self.number(type="attitude", value=5, direction="steady")
        beat = asyncio.create_task(self.heartbeat())
        try:
            done = 0
            while wire.gone_at is None and not wire.let_go:
                await wire.until(lambda: len(wire.taken) > done, 0.5)
                for each in wire.taken[done:]:
                    done += 1
                    if wire.is_open:
                        await self.take(each)
        finally:
            beat.cancel()
            if session.cut and not session.is_ended and not self.has("unheard_words"):
                self.number(**{**session.cut, "text": "I", "interrupted": True})

    async def heartbeat(self):
        while not self.has("no_pings"):
            await asyncio.sleep(0.5)
            await self.wire.ping(1)

    async def useless(self, code):
        self.count += 1
        if self.count > 50 and not self.has("no_useless_limit"):
            return await self.fail("too_fast", 4429, retryAfterMs=1_000)
        if code not in self.told or self.has("error_each_time"):
            self.told.add(code)
            self.say(type="error", code=code, message="It has no effect.", fatal=False)
        if self.has("close_on_bad_json"):
            await self.wire.close(1003)

    async def take(self, each):
        if len(each.raw) > (65_536 if self.has("small_messages") else MEBIBYTE) and not self.has("no_size_limit"):
            return await self.fail("protocol_violation", 1009)
        if each.is_text and not self.has("take_bad_utf8"):
            try:
                each.raw.decode()
            except UnicodeDecodeError:
                return await self.fail("protocol_violation", 1007)
        if not each.is_text and each.raw[:1] == b"\x01" and self.wire.is_binary:
            return await self.hear(each.raw[1:])
        if not each.is_text and (each.raw[:1] not in (b"{", b"\xef") or self.has("text_only")):
            return None if self.has("ignore_unknown_binary") else await self.useless("unknown_binary")
        if each.raw[:1] == b"\xef" and self.has("bom_is_error"):
            return await self.useless("invalid_message")
        message = each.message
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            return await self.useless("invalid_message")
        if each.raw.count(b"[") > 200:
            return await self.useless("json_too_deep")
        handler = getattr(self, f"on_{message['type']}", None)
        if handler is None or self.has("mute_is_unknown") and message["type"] == "mute":
            return await self.useless("unknown_message")
        if self.has("strict_keys") and set(message) - {"type"} - KEYS[message["type"]]:
            return await self.useless("invalid_message")
        if self.has("integers_only") and any(isinstance(value, float) for value in message.values()):
            return await self.useless("invalid_message")
        await handler(message)

    # What the client says

    async def on_ping(self, message):
        more = {} if self.has("pong_without_t") else {"t": message.get("t")}
        self.say(type="pong", **more, **({"seq": self.session.seq} if self.has("seq_on_pong") else {}))

    async def on_mute(self, message):
        pass

    async def on_played(self, message):
        if not isinstance(message.get("itemId"), str) or not isinstance(message.get("offsetMs"), (int, float)):
            await self.useless("invalid_message")
        elif message["itemId"] == f"item_{self.session.spoken}" and message["offsetMs"] < 1_500:
            self.session.cut = {
                "type": "transcript", "speaker": "AVATAR", "text": "I see.", "startTime": 1.0, "endTime": 2.0,
                "utteranceId": f"a{self.session.spoken}", "final": True}

    async def on_audio(self, message):
        data = message["data"] if self.has("strict_base64") else "".join(message["data"].split()).rstrip("=")
        try:
            samples = base64.b64decode(data + ("" if self.has("strict_base64") else "=" * (-len(data) % 4)), validate=True)
        except binascii.Error:
            return await self.useless("invalid_message")
        await self.hear(samples)

    async def hear(self, samples):
        self.audio_bytes += len(samples)
        elapsed = time.monotonic() - self.opened
        ahead = self.audio_bytes / 48_000
        if self.has("no_burst") and ahead > elapsed + 1:
            return await self.useless("too_much_audio")
        if ahead > 4 * elapsed + 4 and not self.has("no_audio_limit"):
            more = {} if self.has("no_retry_after") else {"retryAfterMs": 1_000}
            return await self.fail("too_fast", 4429, **more)
        if elapsed > 3 and ahead > 1.5 * elapsed and not self.has("no_rate_report"):
            if not self.reported or self.has("rate_report_always"):
                self.reported = True
                self.say(type="status", microphone="too_fast")

    async def on_text(self, message):
        text = message.get("text")
        if not isinstance(text, str) or not text or len(text) > 4_000 and not self.has("long_text_taken"):
            return self.say(type="error", code="invalid_message", message="1 to 4,000 characters.", fatal=False)
        session = self.session
        session.has_words, at = True, float(session.spoken)
        session.spoken += 1
        if not self.has("no_echo"):
            self.number(type="transcript", speaker="TRAINEE", text=text, startTime=at, endTime=at + 1,
                        utteranceId=f"t{session.spoken}", final=True)
        self.speak(f"item_{session.spoken}")
        self.number(type="transcript", speaker="AVATAR", text="I see.", startTime=at + 1, endTime=at + 2,
                    utteranceId=f"a{session.spoken}", final=True)
        self.number(type="attitude", value=6, direction="rising")

    def speak(self, item):
        for offset in range(0, 1_500, 100):
            if self.wire.is_binary:
                if offset == 0 and not self.has("no_audio_item"):
                    self.say(type="audio_item", itemId=item, offsetMs=0)
                self.wire.send_binary((b"\x02" if self.has("no_mark") else b"\x01") + bytes(4_800))
                continue
            place = {"itemId": item, "offsetMs": offset * 48 if self.has("offsets_in_bytes") else offset}
            if self.has("no_item_id"):
                del place["itemId"]
            self.say(type="audio", data=base64.b64encode(bytes(4_800)).decode(), **place)

    async def on_event(self, message):
        id_, content = message.get("eventId"), message.get("data")
        if id_ is None:
            status, code = self.server.take_event(self.session, secrets.token_hex(8), content)
            if code and not self.has("silent_without_id"):
                self.say(type="error", code=code, message="It is refused.", fatal=False)
            return
        status, code = self.server.take_event(self.session, id_, content)
        if status == "dropped" or status == "duplicate" and self.has("duplicate_unanswered"):
            return
        if code is None or self.has("ack_all"):
            return self.say(type="ack", eventIds=[id_])
        retry = {} if self.has("nack_without_retry") else {"retry": False}
        self.say(type="nack", eventIds=[id_], code=code, message="It is refused.", **retry)

    async def on_resume(self, message):
        last = message.get("lastSeq")
        if not isinstance(last, (int, float)) or last < 0:
            if not self.has("bad_resume_silent"):
                self.say(type="error", code="invalid_message", message="lastSeq is a number.", fatal=False)
            return
        if last > self.session.seq and not self.has("bad_resume_silent"):
            return self.say(type="resume_failed", code="history_expired", seq=self.session.seq)
        missed = [each for each in self.session.record if each.get("seq", 0) > last]
        if self.has("replay_skips") and missed:
            missed = missed[:-1]
        for each in missed:
            self.server.send(self.wire, {**each, "replayed": True} if self.has("replay_marked") else each)
        if self.has("no_resumed") or self.has("resumed_if_missed") and not missed:
            return
        self.say(type="resumed", to=int(last) + len(missed), replayed=len(missed), **{"from": int(last) + 1})
        if self.session.cut and not self.has("lost_answer"):
            self.speak("item_again")
            self.number(**{**self.session.cut, "utteranceId": "again"})
            self.session.cut = None

    async def on_end_session(self, message):
        if self.session.is_ended and not self.has("two_endings"):
            return
        self.session.is_ended = True
        asyncio.create_task(self.end())

    async def end(self):
        session = self.session
        await asyncio.sleep(0.1)
        score = {"revision": 1, "verdict": "passed", "data": result(70)}
        if not session.has_words and not self.has("score_of_nothing"):
            score = {"error": "no_speech"}
        if self.has("score_first"):
            self.number(type="score", **score)
        self.number(type="session_ended", outcome="rejected", endTrigger="client")
        await asyncio.sleep(0.2)
        if not self.has("score_first"):
            self.number(type="score", **score)
        if self.has("score_twice"):
            self.number(type="score", **score)
        await self.wire.ping(1)
        if not self.has("no_close"):
            await self.wire.close(1000)
