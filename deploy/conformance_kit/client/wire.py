"""One WebSocket of a client, under full control: fragments, silence, any close code, a cut line."""

import asyncio
import json
import time
from dataclasses import dataclass

from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

MOST_MESSAGE = 4 * 1024 * 1024
MOST_KEPT = 20_000  # messages of one wire
MOST_BYTES = 64 * 1024 * 1024  # of one wire
ENOUGH_AUDIO = 2 * 48_000  # bytes that are welcome before `ready`


@dataclass
class Taken:
    at: float
    is_text: bool
    raw: bytes
    message: object  # parsed JSON; None for audio and for what cannot be parsed
    after_ready: bool

    @property
    def type(self):
        return self.message.get("type") if isinstance(self.message, dict) else None


def _choose(protocol, offered):
    return "bat.v1" if "bat.v1" in offered else None


class Wire:
    def __init__(self, reader, writer, path, query):
        self.reader, self.writer, self.path, self.query = reader, writer, path, query
        self.protocol = ServerProtocol(select_subprotocol=_choose, max_size=MOST_MESSAGE)
        self.opened = time.monotonic()
        self.taken = []
        self.told = []  # (time, message) that was sent
        self.bytes = 0
        self.pongs = 0
        self.is_silent = False
        self.is_ready = False
        self.ready_at = None
        self.ended_at = None  # when session_ended had arrived
        self.let_go = False  # we have closed or cut it
        self.gone_at = None
        self.peer_code = None
        self.changed = asyncio.Event()
        self._parts, self._opcode = [], None

    @property
    def is_binary(self):
        return self.query.get("audio") == ["binary"]

    # The handshake and the reading

    def accept(self, head):
        """Gives whether the request is a WebSocket's."""
        self.protocol.receive_data(head)
        for request in self.protocol.events_received():
            response = self.protocol.accept(request)
            self.protocol.send_response(response)
            self.flush()
            return response.status_code == 101
        return False

    async def read(self):
        try:
            while (data := await self.reader.read(65_536)) and self.bytes <= MOST_BYTES:
                self.bytes += len(data)
                if self.is_silent:
                    continue
                self.protocol.receive_data(data)
                for frame in self.protocol.events_received():
                    self._take(frame)
                self.flush()
                if self.protocol.state in (State.CLOSING, State.CLOSED) and self.protocol.close_rcvd:
                    break
        except (ConnectionError, OSError):
            pass
        finally:
            self.gone_at = time.monotonic()
            if self.protocol.close_rcvd:
                self.peer_code = self.protocol.close_rcvd.code
            self.writer.close()
            self._wake()

    def _take(self, frame):
        if frame.opcode is Opcode.PONG:
            self.pongs += 1
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._parts, self._opcode = [frame.data], frame.opcode
        elif frame.opcode is Opcode.CONT:
            self._parts.append(frame.data)
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) and frame.fin and len(self.taken) < MOST_KEPT:
            raw = b"".join(bytes(part) for part in self._parts)
            message = None
            if self._opcode is Opcode.TEXT or raw[:1] in (b"{", b"\xef"):
                try:
                    message = json.loads(raw.decode("utf-8-sig"))
                except ValueError:
                    message = None
            self.taken.append(Taken(time.monotonic(), self._opcode is Opcode.TEXT, raw, message, self.is_ready))
        self._wake()

    def _wake(self):
        self.changed.set()
        self.changed = asyncio.Event()

    # Sending

    def flush(self):
        for data in self.protocol.data_to_send():
            if data and not self.is_silent and not self.writer.is_closing():
                self.writer.write(data)

    @property
    def is_open(self):
        return self.gone_at is None and self.protocol.state is State.OPEN

    def _note(self, message):
        now = time.monotonic()
        self.told.append((now, message))
        if message.get("type") == "ready":
            self.is_ready, self.ready_at = True, now

    def send(self, message):
        if self.is_open:
            self._note(message)
            self.protocol.send_text(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())
            self.flush()

    def send_in_fragments(self, message, count):
        if not self.is_open:
            return
        self._note(message)
        data = json.dumps(message).encode()
        size = max(1, len(data) // count)
        parts = [data[i:i + size] for i in range(0, len(data), size)]
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            if index == 0:
                self.protocol.send_text(part, fin=last)
            else:
                self.protocol.send_continuation(part, fin=last)
            self.flush()

    def send_binary(self, data):
        if self.is_open:
            self.protocol.send_binary(data)
            self.flush()

    async def ping(self, seconds=5):
        """Gives whether the client answers: then it has also read everything before."""
        if not self.is_open:
            return False
        before = self.pongs
        self.protocol.send_ping(b"kit")
        self.flush()
        return await self.until(lambda: self.pongs > before, seconds)

    async def until(self, holds, seconds):
        deadline = time.monotonic() + seconds
        while not (value := holds()):
            left = deadline - time.monotonic()
            if left <= 0 or self.gone_at is not None:
                return holds()
            changed = self.changed
            try:
                await asyncio.wait_for(changed.wait(), min(left, 0.25))
            except asyncio.TimeoutError:
                pass
        return value

    def of(self, *types):
        return [each.message for each in self.taken if each.type in types]

    async def message(self, *types, seconds=5, after=0):
        """The first message of these types behind the first `after` ones; None if none comes."""
        return await self.until(lambda: next(iter(self.of(*types)[after:]), None), seconds)

    async def gone(self, seconds=5):
        return await self.until(lambda: self.gone_at is not None, seconds)

    # Ending

    async def close(self, code):
        self.let_go = True
        if self.is_open:
            self.protocol.send_close(code, "")
            self.flush()
        await self.gone(2)
        self.writer.close()

    async def cut(self):
        """Loses the line once the client has read everything."""
        await self.ping(3)
        await asyncio.sleep(0.05)
        self.let_go = True
        self.writer.transport.abort()
        await self.gone(2)

    def fall_silent(self):
        self.let_go = True
        self.is_silent = True
