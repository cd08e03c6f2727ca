"""The deployment under test: its REST routes."""

import asyncio
import http.client
import json
import secrets
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE = 20  # seconds for an answer


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None

    def __str__(self):
        return f"{self.status} {self.body[:200].decode(errors='replace')}"


@dataclass
class Deployment:
    url: str
    key: str | None = None
    scenario: str | None = None
    created: list = field(default_factory=list)

    async def ask(self, method, path, body=None, *, headers=None, key=True, raw=None):
        return await asyncio.to_thread(self._ask, method, path, body, headers or {}, key, raw)

    def _ask(self, method, path, body, headers, key, raw):
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        more = {"context": ssl.create_default_context()} if parts.scheme == "https" else {}
        connection = kind(parts.hostname, parts.port, timeout=PATIENCE, **more)
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        sent = {"Accept": "application/json"}
        if content is not None:
            sent["Content-Type"] = "application/json"
        if key is True and self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        elif isinstance(key, str):
            sent["Authorization"] = f"Bearer {key}"
        sent.update(headers)
        try:
            connection.request(method, parts.path.rstrip("/") + path, content, sent)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    async def choose_scenario(self):
        """The first scenario that the key may use."""
        if self.scenario is None:
            answer = await self.ask("GET", "/api/scenarios")
            found = answer.json if isinstance(answer.json, list) else (answer.json or {}).get("items", [])
            if answer.status != 200 or not found:
                raise ConnectionError(f"GET /api/scenarios of {self.url} answers {answer}")
            self.scenario = found[0]["id"]

    def request(self, **more):
        return {"scenarioId": self.scenario, "traineeId": f"CONFORMANCE_{secrets.token_hex(6)}",
                "client": "conformance", **more}

    async def create(self, **more):
        answer = await self.ask("POST", "/api/sessions", self.request(**more))
        for _ in range(5):  # no room at the moment
            if answer.status not in (429, 503):
                break
            await asyncio.sleep(min(5, float(answer.headers.get("retry-after", 1))))
            answer = await self.ask("POST", "/api/sessions", self.request(**more))
        if answer.status != 201:
            raise ConnectionError(f"POST /api/sessions answers {answer}")
        self.created.append(answer.json["sessionId"])
        return answer.json
