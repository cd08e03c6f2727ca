"""A small client that keeps the rules, or breaks one by request: the tests plant its mistakes.

It types nothing and has no microphone but a silent one; it sends an event after each transcript of the customer, ends
after «Goodbye.», and tells the kit what it shows.
"""

import asyncio
import base64
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

WORTH_RETRYING = {1001, 1005, 1006, 1011, 4408, 4429, 4503, 4000}
FRAME_MS = 40
SILENT_SECONDS = 1.5  # after heartbeatMs, until a silent server is left; the rule allows ten


class Client:
    def __init__(self, server, situation, mistakes=(), binary=False, moved=True):
        self.server, self.situation, self.mistakes = server, situation, set(mistakes)
        self.binary, self.moved = binary, moved
        self.last_seq, self.lines, self.score = 0, {}, None
        self.waiting, self.refused, self.events = {}, set(), 0
        self.items, self.played, self.item = {}, {}, None
        self.cleared = set()
        self.was_ready = self.is_over = False
        self.window, self.heartbeat = 60.0, 15.0
        self.retry_after = 0.0
        self.wants_end = False
        self.tasks = set()

    def has(self, mistake):
        return mistake in self.mistakes

    # REST

    async def rest(self, method, path, body=None, **headers):
        return await asyncio.to_thread(self._rest, method, path, body, headers)

    def _rest(self, method, path, body, headers):
        data = None if body is None else json.dumps(body).encode()
        kind = "text/plain" if self.has("text_plain") else "application/json"
        request = urllib.request.Request(self.server + path, data, {"Content-Type": kind, **headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.loads(error.read() or b"null")

    async def create(self):
        key = str(uuid.uuid4())
        request = {"scenarioId": self.situation, "traineeId": "REP_1"}
        if self.has("no_trainee"):
            del request["traineeId"]
        while True:
            status, headers, body = await self.rest("POST", "/api/sessions", request, **{"Idempotency-Key": key})
            if status == 201:
                return body
            if status != 503:
                raise ConnectionError(f"{status} {body}")
            await asyncio.sleep(0.05 if self.has("create_at_once") else float(headers.get("Retry-After", 1)))
            if self.has("new_key"):
                key = str(uuid.uuid4())

    # The call

    async def run(self):
        created = await self.create()
        self.id = created["sessionId"]
        self.url, self.token = created["wsUrl"], created["wsToken"]
        try:
            await self._call()
        finally:
            for task in self.tasks:
                task.cancel()
        if self.waiting and not self.has("no_upload"):
            events = [{"eventId": "other" if self.has("upload_new_ids") else e["eventId"], "time": e["time"], **e["data"]}
                      for e in self.waiting.values()]
            await self.rest("POST", f"/api/sessions/{self.id}/events", {"events": events})
        if self.score is None:
            await self.rest("GET", f"/api/sessions/{self.id}")
        lines = list(self.lines.values())
        if not self.has("unsorted"):
            lines.sort(key=lambda line: line["startTime"])
        await self.rest("POST", f"/api/sessions/{self.id}/shown", {
            "lines": [{"utteranceId": line["utteranceId"], "text": line["text"]} for line in lines],
            "score": self.score})

    def address(self):
        url = self.url
        parts = urlsplit(url)
        query = [(k, v) for k, v in parse_qsl(parts.query)]
        if self.has("drop_query"):
            query = [(k, v) for k, v in query if k != "keep"]
        if self.has("no_token"):
            query = [(k, v) for k, v in query if k != "token"]
        if self.binary:
            query.append(("audio", "binary"))
        if self.moved:
            query.append(("moved", "1"))
        query.append(("reject", "close"))
        return urlunsplit(parts._replace(query=urlencode(query)))

    async def _call(self):
        attempts, lost = 0, time.monotonic()
        window = 10.0
        while True:
            code, was_connected = await self._connection()
            if was_connected:
                attempts, lost, window = 0, time.monotonic(), self.window
            stops = code not in WORTH_RETRYING
            if self.has(f"retry_{code}"):
                stops = False
            if self.has(f"stop_{code}"):
                stops = True
            if stops:
                return
            if getattr(self, "moved_to", None):
                self.url, self.moved_to = self.moved_to, None
                continue
            ceiling = min(5.0, 0.25 * 2 ** attempts)
            delay = max(random.uniform(0.4, 1) * ceiling, self.retry_after)
            if self.has("no_backoff"):
                delay = 0.02
            if self.has("fixed_pause"):
                delay = 0.2
            if self.has("late_first"):
                delay = 2.5
            if self.has("no_wait"):
                delay = 0.1
            self.retry_after = 0.0
            attempts += 1
            if time.monotonic() + delay - lost > window and not self.has("no_window"):
                return
            await asyncio.sleep(delay)

    async def _connection(self):
        """Gives the close code, and whether there was a `ready`."""
        subprotocols = ["bearer." + self.token] if self.has("no_bat") else None
        try:
            socket = await connect(self.address(), ping_interval=None, max_size=None, close_timeout=1, proxy=None,
                                   compression=None, max_queue=1 if self.has("stop_reading") else None,
                                   subprotocols=subprotocols)
        except InvalidStatus as error:
            return {404: 4404, 401: 4401, 403: 4403, 409: 4410}.get(error.response.status_code, 1006), False
        except (OSError, InvalidHandshake, TimeoutError):
            return 1006, False
        self.socket, self.is_ready, self.muted = socket, False, False
        if self.has("second_connection") and self.was_ready:
            extra = await connect(self.address(), ping_interval=None, proxy=None)
            self.tasks.add(asyncio.create_task(extra.wait_closed()))
        own = [asyncio.create_task(self._microphone()), asyncio.create_task(self._player())]
        if self.has("eager"):
            await self.send({"type": "mute", "on": False})
        ready = False
        try:
            while True:
                patience = self.heartbeat + SILENT_SECONDS if self.is_ready and self.heartbeat < 5 else 60
                if self.has("no_watchdog"):
                    patience = 60
                data = await asyncio.wait_for(socket.recv(), patience)
                if self.has("stop_reading") and self.item:
                    await asyncio.sleep(30)
                await self._take(data)
                ready = ready or self.is_ready
        except asyncio.TimeoutError:
            socket.transport.abort()
            return 4000, ready
        except ConnectionClosed:
            return socket.close_code, ready
        finally:
            self.is_ready = False
            for task in own:
                task.cancel()

    async def send(self, message):
        try:
            await self.socket.send(json.dumps(message))
        except ConnectionClosed:
            pass

    async def _microphone(self):
        due = time.monotonic()
        while True:
            if self.has("leave_at_end") and self.is_over:
                await self.socket.close()
            can = (self.is_ready or self.has("audio_before_ready")) and (not self.is_over or self.has("audio_after_end"))
            if can and not self.has("silent_microphone"):
                ms = 2 if self.has("tiny_audio") else 500 if self.has("huge_audio") else FRAME_MS
                samples = bytes(48 * (ms if not self.has("wrong_rate") else ms * 2))
                if self.has("audio_before_ready") and not self.is_ready:
                    samples = bytes(48 * 1_000)
                try:
                    if self.has("unmarked_audio"):
                        await self.socket.send(b"\x00\x00" + samples)
                    elif self.binary and not self.has("json_in_binary"):
                        await self.socket.send(b"\x01" + samples)
                    else:
                        data = "***" if self.has("no_base64") else base64.b64encode(samples).decode()
                        await self.send({"type": "audio", "data": data})
                except ConnectionClosed:
                    return
                due += ms / 1_000
                await asyncio.sleep(max(0, due - time.monotonic()))
            else:
                await asyncio.sleep(FRAME_MS / 1_000)
                due = time.monotonic()

    async def _player(self):
        """Plays at the pace of real time, and reports every 100 ms."""
        while True:
            await asyncio.sleep(0.1)
            if self.item is None or not self.is_ready:
                continue
            whole = self.items.get(self.item, 0)
            at = min(whole, self.played.get(self.item, 0) + 100)
            if self.item in self.cleared and not self.has("play_on"):
                continue
            if self.has("played_ahead"):
                at = whole + 5_000
            if self.has("played_back"):
                at = max(0, 800 - getattr(self, "ticks", 0) * 100)
                self.ticks = getattr(self, "ticks", 0) + 1
            self.played[self.item] = at
            name = "item_of_mine" if self.has("played_unknown") else self.item
            await self.send({"type": "played", "itemId": name, "offsetMs": at})
            if at >= whole:
                names = list(self.items)
                later = names[names.index(self.item) + 1:]
                self.item = later[0] if later else self.item

    async def _take(self, data):
        if isinstance(data, bytes) and data[:1] == b"\x01":
            self._hear(self.binary_item, len(data) - 1)
            return
        message = json.loads(data)
        type_ = message.get("type")
        if self.has("crash_on_unknown") and type_ in ("weather", "notice_of_tomorrow"):
            return await self.socket.close(1011)
        seq = message.get("seq")
        if seq is not None and type_ not in ("ready", "resume_failed"):
            if seq <= self.last_seq and not self.has("keep_duplicates") and not self.has("seq_of_latest"):
                return
            self.last_seq = seq if self.has("seq_of_latest") else max(self.last_seq, seq)
            if self.has("count_messages"):
                self.counted = getattr(self, "counted", 0) + 1
        if self.has("count_all") and type_ in ("hint", "status"):
            self.last_seq += 1
        handler = getattr(self, f"_on_{type_}", None)
        if handler:
            await handler(message)

    async def _on_ready(self, message):
        self.window = message["resumeWindowMs"] / 1_000
        self.heartbeat = message["heartbeatMs"] / 1_000
        if self.was_ready and self.has("events_before_resume"):
            await self.send({"type": "mute", "on": False})
        if self.was_ready and not self.has("no_resume"):
            last = message["seq"] if self.has("resume_from_ready") else 0 if self.has("resume_from_zero") else self.last_seq
            if self.has("count_messages"):
                last = getattr(self, "counted", 0)
            await self.send({"type": "resume", "lastSeq": str(last) if self.has("seq_as_text") else last})
        self.is_ready = self.was_ready = True
        if message["state"] == "ended":
            self.is_over = True
        if self.has("silent_microphone") and not self.has("no_mute"):
            await self.send({"type": "mute", "on": True})
        if self.has("forget_events"):
            self.waiting.clear()
        for event in list(self.waiting.values()):
            if self.has("new_id_on_resend"):
                event = {**event, "eventId": str(uuid.uuid4())}
            if self.has("other_content_on_resend"):
                event = {**event, "time": event["time"] + 1}
            if not self.is_over:
                await self.send(event)

    def _hear(self, item, size):
        self.items[item] = self.items.get(item, 0) + size / 48
        if self.item is None:
            self.item = item

    async def _on_audio_item(self, message):
        self.binary_item = message["itemId"]

    async def _on_audio(self, message):
        self._hear(message["itemId"], len(base64.b64decode(message["data"])))

    async def _on_audio_clear(self, message):
        self.cleared.add(message["itemId"])
        names = [name for name in self.items if name not in self.cleared]
        if self.item in self.cleared and not self.has("play_on"):
            self.item = names[0] if names else None

    async def _on_transcript(self, line):
        key = str(uuid.uuid4()) if self.has("append_lines") else line["utteranceId"]
        is_new = key not in self.lines
        if self.has("keep_first") and not is_new:
            return
        self.lines[key] = line
        if self.has("leave_on_long") and len(line["text"]) > 100_000:
            return await self.socket.close(1009)
        if line["text"] == "Goodbye.":
            for _ in range(3 if self.has("end_thrice") else 1):
                await self.send({"type": "end_session"})
        elif line["speaker"] == "AVATAR" and is_new and len(self.lines) < 40 and not self.is_over:
            await self._event()

    async def _event(self):
        self.events += 1
        id_ = str(self.events) if self.has("counted_ids") else "same" if self.has("one_id") else str(uuid.uuid4())
        if self.has("long_id"):
            id_ = id_ * 3
        kind = "DANCE" if self.has("unknown_event") else "TABLET_CHOICE"
        event = {"type": "event", "eventId": id_, "time": float(self.events),
                 "data": {"type": kind, "data": {"question": "Q1", "answer": str(self.events)}}}
        if self.has("time_as_text"):
            event["time"] = "1,5"
        self.waiting[id_] = event
        await self.send(event)

    async def _on_ack(self, message):
        for id_ in message["eventIds"]:
            if not self.has("ignore_acks"):
                self.waiting.pop(id_, None)

    async def _on_nack(self, message):
        for id_ in message["eventIds"]:
            if message["code"] == "session_ended" or id_ not in self.waiting:
                continue
            if message["retry"] or self.has("retry_nacks"):
                if self.has("drop_retry"):
                    self.waiting.pop(id_)
                    continue
                self.tasks.add(asyncio.create_task(self._later(self.waiting[id_])))
            else:
                self.waiting.pop(id_)

    async def _later(self, event):
        await asyncio.sleep(0 if self.has("retry_at_once") else 0.8)
        await self.send(event)

    async def _on_moved(self, message):
        if not self.has("ignore_moved"):
            self.moved_to = message["wsUrl"]

    async def _on_going_away(self, message):
        self.retry_after = message["retryAfterMs"] / 1_000

    async def _on_error(self, message):
        if message["fatal"]:
            self.retry_after = message.get("retryAfterMs", 0) / 1_000
        elif self.has("leave_on_error"):
            await self.socket.close(1000)
        if message["code"] == "unknown_message" and self.has("leave_on_error"):
            self.is_over = True

    async def _on_resume_failed(self, message):
        if not self.has("ignore_resume_failed"):
            self.last_seq = message["seq"]
        if not self.has("no_record"):
            await self.rest("GET", f"/api/sessions/{self.id}")

    async def _on_session_ended(self, message):
        self.is_over = True
        if self.has("bad_json"):
            await self.socket.send("{'type': 'played'}")

    async def _on_score(self, message):
        if "data" in message and (self.score is None or not self.has("first_score")):
            self.score = {"overall": message["data"]["overall"]}
        if "data" not in message and self.has("score_of_nothing"):
            self.score = {"overall": 0}
