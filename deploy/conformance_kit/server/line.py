"""A connection to the deployment that keeps everything it has received."""

import asyncio
import json
import time
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

MOST_BYTES = 64 * 1024 * 1024  # that a connection keeps
MOST_MESSAGE = 32 * 1024 * 1024


@dataclass
class Patience:
    """By how much everything that is waited for may take longer (or shorter, in the tests of the kit)."""

    factor: float = 1.0


PATIENCE = Patience()


@dataclass
class Received:
    at: float
    raw: bytes
    is_text: bool
    message: dict | None

    @property
    def type(self):
        """The type of a message, `<audio>` for a binary frame of audio, `<?>` for anything else."""
        if isinstance(self.message, dict):
            return str(self.message.get("type"))
        return "<audio>" if not self.is_text and self.raw[:1] == b"\x01" else "<?>"


class _Counting(ClientConnection):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.pings = []

    def process_event(self, event):
        if getattr(event, "opcode", None) is Opcode.PING:
            self.pings.append(time.monotonic())
        super().process_event(event)


class Line:
    def __init__(self, socket):
        self.socket = socket
        self.opened = time.monotonic()
        self.received = []
        self.bytes = 0
        self.sent = []
        self.closed_by_us = False
        self.changed = asyncio.Event()
        self.task = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url, **options):
        options.setdefault("compression", None)
        socket = await connect(
            url, create_connection=_Counting, ping_interval=None, max_size=MOST_MESSAGE, max_queue=None, open_timeout=15,
            close_timeout=5, proxy=None, user_agent_header="bat-conformance", **options)
        return cls(socket)

    async def _read(self):
        try:
            while True:
                data = await self.socket.recv()
                is_text = isinstance(data, str)
                raw = data.encode() if is_text else data
                message = None
                if is_text or raw[:1] == b"{":
                    try:
                        message = json.loads(raw)
                    except ValueError:
                        message = None
                self.bytes += len(raw)
                if self.bytes > MOST_BYTES:
                    raise OverflowError("the server sent more than the kit keeps")
                self.received.append(Received(time.monotonic(), raw, is_text, message))
                self._wake()
        except ConnectionClosed:
            pass
        finally:
            self._wake()

    def _wake(self):
        self.changed.set()
        self.changed = asyncio.Event()

    @property
    def is_closed(self):
        return self.task.done()

    @property
    def code(self):
        return self.socket.close_code if self.is_closed else None

    @property
    def pings(self):
        return self.socket.pings

    @property
    def messages(self):
        return [each.message for each in self.received if isinstance(each.message, dict)]

    def of(self, *types):
        return [message for message in self.messages if message.get("type") in types]

    @property
    def last_seq(self):
        return max((m["seq"] for m in self.messages if isinstance(m.get("seq"), int) and m["type"] != "resume_failed"),
                   default=0)

    async def send(self, message):
        self.sent.append(message)
        await self.raw(json.dumps(message))

    async def raw(self, data, **options):
        try:
            await self.socket.send(data, **options)
        except ConnectionClosed:
            pass

    async def until(self, holds, seconds=10):
        """Waits until `holds()`, or the connection is closed, or the time is up; gives whether it holds."""
        deadline = time.monotonic() + seconds * PATIENCE.factor
        while not (value := holds()):
            changed = self.changed
            left = deadline - time.monotonic()
            if left <= 0 or self.is_closed:
                return holds()
            try:
                await asyncio.wait_for(changed.wait(), min(left, 0.5))
            except asyncio.TimeoutError:
                pass
        return value

    async def message(self, type_, seconds=10, **wanted):
        """The first message of a type, and with these values; None if none comes in time."""
        def find():
            return next((m for m in self.of(type_) if all(m.get(k) == v for k, v in wanted.items())), None)

        return await self.until(find, seconds)

    async def ready(self, seconds=15):
        ready = await self.message("ready", seconds)
        if ready is None:
            raise ConnectionError(f"no ready: {self.tail()}")
        return ready

    async def end(self, seconds=10):
        """Waits for the server's close; gives its code, None if it does not come."""
        await self.until(lambda: self.is_closed, seconds)
        return self.code

    async def close(self, code=1000):
        self.closed_by_us = not self.is_closed
        await self.socket.close(code)
        await asyncio.wait([self.task], timeout=5)

    async def cut(self):
        """Loses the line, as Wi-Fi does: no close frame."""
        self.closed_by_us = True
        self.socket.transport.abort()
        await asyncio.wait([self.task], timeout=5)

    def tail(self, count=4):
        shown = [each.raw[:160].decode(errors="replace") if each.message else each.type for each in self.received[-count:]]
        return f"last received: {shown}, " + (f"closed with {self.code}" if self.is_closed else "open")
