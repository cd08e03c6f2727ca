import asyncio
import random
import threading
from urllib.parse import urlsplit


class Line:
    """A TCP line in front of a server, which can be cut and can be slow.

    A page that is opened at `url` has its WebSocket on this line too, because the server answers with the address that
    it was asked at.
    """

    def __init__(self, target):
        self._port = urlsplit(target).port
        self._is_cut = False
        self._writers = set()
        # Seconds that a chunk is held back at most; each chunk gets its own share, and the order is kept.
        self.jitter = 0.0
        # How many connections were made so far.
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._on_loop(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self):
        """Resets all connections; new ones are reset at once until `mend()`."""
        self._on_loop(self._cut())

    def mend(self):
        self._is_cut = False

    def stop(self):
        self._server.close()
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _on_loop(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _cut(self):
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader, writer):
        if self._is_cut:
            writer.transport.abort()
            return
        self.connections += 1
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        finally:
            self._writers -= {writer, far_writer}
            writer.transport.abort()
            far_writer.transport.abort()

    async def _copy(self, reader, writer):
        chunks = asyncio.Queue(maxsize=256)
        await asyncio.gather(self._read(reader, chunks), self._write(chunks, writer), return_exceptions=True)

    async def _read(self, reader, chunks):
        try:
            while data := await reader.read(65536):
                await chunks.put((self._loop.time() + random.uniform(0, self.jitter), data))
        finally:
            await chunks.put((0, b""))

    async def _write(self, chunks, writer):
        while True:
            due, data = await chunks.get()
            if not data:
                break
            if (wait := due - self._loop.time()) > 0:
                await asyncio.sleep(wait)
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
