"""The scripted server: REST routes and WebSockets of a trainer whose scenarios are the situations."""

import asyncio
import time

from . import http
from .audit import audit
from .scene import AFTERWARDS, NotPlayed, Scene
from .wire import Wire

PERSONA = {"id": "kit", "name": "Karel", "birthDate": "1981-05-12", "voice": "verse", "initialAttitude": 5}
NOTICE = {"version": 1, "language": "en", "text": "You will be talking to the conformance kit."}


class Exam:
    def __init__(self, situations, report):
        self.situations = {situation.name: situation for situation in situations}
        self.waiting = [situation.name for situation in situations]
        self.report = report
        self.scenes = {}
        self.by_key = {}  # Idempotency-Key: scene
        self.refused_once = {}  # situation: (Idempotency-Key, when) of the creation that was refused
        self.event_ids = {}
        self.tasks = set()
        self.heard_at = time.monotonic()
        self.address = ""

    @property
    def is_busy(self):
        return not all(task.done() for task in self.tasks)

    @property
    def is_over(self):
        return not self.waiting and not self.is_busy

    async def serve(self, reader, writer):
        """One connection of the client."""
        self.heard_at = time.monotonic()
        try:
            request = await asyncio.wait_for(http.read_request(reader), 30)
            if request is None:
                return
            self.address = request.headers.get("host", self.address)
            if request.is_websocket:
                await self._upgrade(request, reader, writer)
            else:
                self._rest(request, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.TimeoutError, ValueError, OSError):
            pass
        finally:
            self.heard_at = time.monotonic()
            writer.close()

    # WebSockets

    async def _upgrade(self, request, reader, writer):
        scene = self.scenes.get(request.path.rstrip("/").rsplit("/", 1)[-1])
        if scene is None:
            return http.problem(writer, 404, "session_not_found", "There is no such session.")
        now = time.monotonic()
        scene.attempts.append(now)
        scene.note("client.connect.address", request.path == scene.path and request.query.get("keep") == ["a b"],
                   f"{request.path} with {sorted(request.query)}; wsUrl has {scene.path} with keep and token")
        self._token(scene, request)
        alive = [wire for wire in scene.wires if wire.is_open and not wire.let_go]
        scene.note("client.connect.once", not alive, "a connection is open already")
        if scene.refusing:
            status, code, close = scene.refusing
            if request.query.get("reject") != ["close"] or close is None:
                return http.problem(writer, status, code, f"The kit refuses it: {code}.")
        wire = Wire(reader, writer, request.path, request.query)
        if not wire.accept(request.head):
            return
        if scene.refusing:
            scene.error(wire, code, fatal=True)
            closing = asyncio.create_task(wire.close(close))
            await wire.read()
            await closing
            return
        scene.wires.append(wire)
        scene.arrivals.put_nowait(wire)
        await wire.read()

    def _token(self, scene, request):
        offered = [each.strip() for each in request.headers.get("sec-websocket-protocol", "").split(",") if each.strip()]
        tokens = request.query.get("token", []) + [each[7:] for each in offered if each.startswith("bearer.")]
        bearer = request.headers.get("authorization", "")
        if bearer.startswith("Bearer "):
            tokens.append(bearer[7:])
        scene.note("client.connect.token", scene.token in tokens, "no token" if not tokens else "another token")
        if offered:
            scene.note("client.connect.token", "bat.v1" in offered, f"subprotocols {len(offered)}, without bat.v1")

    # REST

    def _rest(self, request, writer):
        parts = [part for part in request.path.split("/") if part]
        scene = self.scenes.get(parts[2]) if len(parts) >= 3 and parts[:2] == ["api", "sessions"] else None
        match (request.method, parts[:2] + parts[3:] if scene else parts):
            case ("OPTIONS", _):
                http.answer(writer, 204)
            case ("POST", ["api", "sessions"]) if scene is None:
                self._create(request, writer)
            case ("GET", ["api", "sessions"]) if scene:
                scene.reads.append(time.monotonic())
                http.answer(writer, 200, scene.result_of_rest())
            case ("POST", ["api", "sessions", "events"]):
                self._events(scene, request, writer)
            case ("POST", ["api", "sessions", "shown"]):
                scene.shown = request.json if isinstance(request.json, dict) else {}
                http.answer(writer, 204)
            case ("GET", ["api", "scenarios"]):
                http.answer(writer, 200, {"items": [self._scenario(name) for name in self.waiting]})
            case ("GET", ["api", "personas"]):
                http.answer(writer, 200, {"items": [PERSONA]})
            case ("GET", ["api", "notice"]):
                http.answer(writer, 200, NOTICE)
            case ("POST", ["api", "tickets"]):
                http.answer(writer, 201, {"ticket": "kit", "expiresAt": "2099-01-01T00:00:00.000Z"})
            case ("GET", ["healthz" | "readyz"]):
                http.answer(writer, 200, {"status": "ok"})
            case ("GET", ["report"]):
                http.answer(writer, 200, {"text": self.report.text(), "left": self.waiting})
            case _:
                http.problem(writer, 404, "not_found", f"The kit has no {request.method} {request.path}.")

    def _scenario(self, name):
        situation = self.situations[name]
        return {"id": name, "personaId": PERSONA["id"], "title": situation.title, "description": situation.title,
                "goal": situation.task or "Hold the call."}

    def _create(self, request, writer):
        body = request.json if isinstance(request.json, dict) else {}
        key = request.headers.get("idempotency-key")
        if key and key in self.by_key:
            return self._created(self.by_key[key], writer)
        wanted = body.get("scenarioId")
        name = wanted if wanted in self.waiting else next(iter(self.waiting), None)
        if name is None:
            return http.problem(writer, 409, "nothing_left", "Every situation has been played.")
        situation = self.situations[name]
        is_json = request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"
        good = is_json and all(isinstance(body.get(each), str) and body[each] for each in ("scenarioId", "traineeId"))
        self.report.note("client.create.request", name, good,
                         f"{request.headers.get('content-type')}: {request.body[:120]!r}")
        if "busy" in situation.options:
            if name not in self.refused_once:
                self.refused_once[name] = (key, time.monotonic())
                return http.problem(writer, 503, "no_relay", "The kit has no room for a second.", Retry_After=1)
            first, at = self.refused_once[name]
            after = time.monotonic() - at
            self.report.note("client.create.retry", name, after >= 0.9, f"again after {after:.2f} s, Retry-After is 1")
            self.report.note("client.create.retry", name, key is not None and key == first,
                             f"Idempotency-Key {first!r}, then {key!r}")
        self.waiting.remove(name)
        scene = Scene(situation, len(self.scenes) + 1, self.report, self)
        self.scenes[scene.id] = scene
        if key:
            self.by_key[key] = scene
        task = asyncio.create_task(self._play(scene))
        self.tasks.add(task)
        self._created(scene, writer)

    def _created(self, scene, writer):
        url = f"ws://{self.address}{scene.path}?keep=a%20b&token={scene.token}"
        http.answer(writer, 201, {
            "sessionId": scene.id, "wsUrl": url, "wsToken": scene.token, "persona": PERSONA,
            "scenario": {"id": scene.situation.name, "title": scene.situation.title, "description": scene.situation.title,
                         "goal": scene.situation.task},
            "visibility": "submitted", "notice": NOTICE["text"], "noticeVersion": 1, "noticeLanguage": "en"},
            Location=f"/api/sessions/{scene.id}")

    def _events(self, scene, request, writer):
        events = (request.json or {}).get("events") if isinstance(request.json, dict) else None
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            scene.note("client.event.upload", False, f"no list of events: {request.body[:120]!r}")
            return http.problem(writer, 422, "invalid_request", "events must be a list of objects.")
        scene.note("client.event.upload", len(events) <= 1_000, f"{len(events)} events in one request")
        now = time.monotonic()
        known = set(scene.acked) | {event.get("eventId") for _, event in scene.batches}
        scene.batches += [(now, event) for event in events]
        http.answer(writer, 200, {"results": [
            {"eventId": event.get("eventId"), "status": "duplicate" if event.get("eventId") in known else "stored"}
            for event in events]})

    async def _play(self, scene):
        situation = scene.situation
        try:
            await asyncio.wait_for(situation.play(scene), situation.seconds)
            await asyncio.sleep(AFTERWARDS)
        except asyncio.TimeoutError:
            self.report.trouble(situation.name, f"not over after {situation.seconds} s")
        except NotPlayed as reason:
            for rule in situation.rules:
                self.report.skipped.setdefault(rule, f"{situation.name}: {reason}")
        except Exception as error:
            self.report.trouble(situation.name, f"{type(error).__name__}: {error}")
        finally:
            scene.is_over = True
            scene.refusing = scene.refusing or (409, "session_ended", 4410)
            audit(scene)
            for wire in scene.wires:
                if wire.gone_at is None:
                    wire.writer.close()
            self.report.played.append(situation.name)
