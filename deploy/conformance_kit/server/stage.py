"""What a situation has at hand: the deployment, sessions and lines, and a notebook."""

import asyncio

from .audit import audit
from .line import Line


def with_query(url, query):
    return f"{url}{'&' if '?' in url else '?'}{query}"


class Stage:
    def __init__(self, situation, deployment, report):
        self.situation = situation
        self.deployment = deployment
        self.report = report
        self.lines = []  # (line, is_binary)
        self.sessions = []

    def note(self, rule, holds, what=""):
        self.report.note(rule, self.situation.name, holds, what)

    async def session(self, **more):
        created = await self.deployment.create(**more)
        self.sessions.append(created)
        return created

    async def line(self, created, query="", **options):
        """Connects to a session's wsUrl."""
        url = with_query(created["wsUrl"], query) if query else created["wsUrl"]
        return await self.line_to(url, **options)

    async def line_to(self, url, **options):
        line = await Line.open(url, **options)
        self.lines.append((line, "audio=binary" in url))
        return line

    async def talk(self, query="", **more):
        """A new session, and a line to it that is ready."""
        created = await self.session(**more)
        line = await self.line(created, query)
        await line.ready()
        return created, line

    async def said(self, line, text="Hello, do you have a minute?", seconds=20):
        """Types a line and waits until the customer's answer has come whole."""
        before = len(line.of("transcript"))
        await line.send({"type": "text", "text": text})
        return await line.until(
            lambda: any(m.get("speaker") == "AVATAR" for m in line.of("transcript")[before:])
            and any(m.get("speaker") == "TRAINEE" for m in line.of("transcript")[before:]), seconds)

    async def clear(self):
        """Audits all lines, and ends what is still open."""
        for line, is_binary in self.lines:
            audit(self.note, line, is_binary)
        open_lines = [line for line, _ in self.lines if not line.is_closed]
        for line in open_lines:
            if line.of("ready") and not line.of("session_ended"):
                await line.send({"type": "end_session"})
        if open_lines:
            await asyncio.sleep(0.05)
        await asyncio.gather(*(line.close() for line in open_lines), return_exceptions=True)
