"""A relay in one process with picows: picows_relay.py --port P --upstream ws://127.0.0.1:UP/v1/realtime?model=bench

Audio in its usual spelling is spliced as bytes, everything else goes through orjson. picows sets TCP_NODELAY and knows no
permessage-deflate.
"""

import argparse
import asyncio

import orjson
import uvloop
from picows import WSCloseCode, WSListener, WSMsgType, ws_connect, ws_create_server

PENDING_LIMIT = 256
MAX_MESSAGE = 1 << 20
MAX_EVENT = 16 << 20
CLOSE_TIMEOUT = 1.0

TEXT, CLOSE = WSMsgType.TEXT, WSMsgType.CLOSE
DATA_TYPES = frozenset((WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION))

# picows writes the frame header into the space before the message.
HEADER_ROOM = 14
CLIENT_HEAD = b'{"type":"audio","data":"'
APPEND_HEAD = bytes(HEADER_ROOM) + b'{"type":"input_audio_buffer.append","audio":"'
AUDIO_HEAD = bytes(HEADER_ROOM) + CLIENT_HEAD
DELTA_HEAD = b'{"type":"response.output_audio.delta",'
DELTA_KEY = b'"delta":"'
TAIL = b'"}'


class Peer(WSListener):
    """One of the two connections of a session."""

    def __init__(self):
        super().__init__()
        self.transport = None
        self.other = None
        self.parts = []
        self.parts_size = 0

    def on_ws_connected(self, transport):
        self.transport = transport

    def on_ws_frame(self, transport, frame):
        kind = frame.msg_type
        if kind in DATA_TYPES:
            payload = frame.get_payload_as_bytes()
            if self.parts or not frame.fin:
                self.parts.append(payload)
                self.parts_size += len(payload)
                if self.parts_size > MAX_EVENT:
                    self.close(WSCloseCode.MESSAGE_TOO_BIG)
                    return
                if not frame.fin:
                    return
                payload = b"".join(self.parts)
                self.parts, self.parts_size = [], 0
            self.receive(payload)
        elif kind == CLOSE:
            transport.send_close(frame.get_close_code() or WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, transport):
        if self.other is not None:
            self.other.close()

    def close(self, code=WSCloseCode.OK):
        # Without a transport it is still connecting, and is looked at once it has connected.
        if self.transport is None or self.transport.is_disconnected or self.transport.is_close_frame_sent:
            return
        self.transport.send_close(code)
        # The answer ends it sooner.
        asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, self.transport.disconnect)

    # Who sends faster than the other side reads has to wait, so that memory stays bounded.

    def pause_writing(self):
        if self.other is not None and self.other.transport is not None:
            self.other.transport.underlying_transport.pause_reading()

    def resume_writing(self):
        if self.other is not None and self.other.transport is not None:
            self.other.transport.underlying_transport.resume_reading()


class Client(Peer):
    def __init__(self, upstream_url):
        super().__init__()
        self.upstream_url = upstream_url
        self.pending = []
        self.is_ready = False

    def on_ws_connected(self, transport):
        super().on_ws_connected(transport)
        self.connecting = asyncio.get_running_loop().create_task(self.connect())

    async def connect(self):
        try:
            await ws_connect(
                lambda: Upstream(self), self.upstream_url, max_frame_size=MAX_EVENT,
                extra_headers={"Authorization": "Bearer bench"})
        except Exception as error:
            print(f"upstream: {error}", flush=True)
            self.close(WSCloseCode.INTERNAL_ERROR)
            return
        if self.transport.is_disconnected:
            self.other.close()

    def receive(self, payload):
        if self.is_ready:
            self.forward(payload)
        elif len(self.pending) < PENDING_LIMIT:
            self.pending.append(payload)
        else:
            self.close(WSCloseCode.TRY_AGAIN_LATER)

    def start(self):
        self.is_ready = True
        self.transport.send(TEXT, b'{"type":"ready"}')
        for payload in self.pending:
            self.forward(payload)
        self.pending = []

    def forward(self, payload):
        start, end = len(CLIENT_HEAD), len(payload) - len(TAIL)
        # The quote that ends the data has to end the message too, or there would be more in it than audio.
        if payload.startswith(CLIENT_HEAD) and payload.endswith(TAIL) and payload.find(b'"', start) == end:
            event = bytearray().join((APPEND_HEAD, payload[start:end], TAIL))
        else:
            message = orjson.loads(payload)
            if message.get("type") != "audio":
                return
            event = bytearray(bytes(HEADER_ROOM))
            event += orjson.dumps({"type": "input_audio_buffer.append", "audio": message["data"]})
        self.other.transport.send_reuse_external_bytearray(TEXT, event, HEADER_ROOM)


class Upstream(Peer):
    def __init__(self, client):
        super().__init__()
        self.other = client
        client.other = self

    def receive(self, payload):
        if payload.startswith(DELTA_HEAD):
            start = payload.find(DELTA_KEY) + len(DELTA_KEY)
            end = payload.find(b'"', start)
            if start >= len(DELTA_KEY) and end >= 0:
                message = bytearray().join((AUDIO_HEAD, payload[start:end], TAIL))
                self.other.transport.send_reuse_external_bytearray(TEXT, message, HEADER_ROOM)
                return
        event = orjson.loads(payload)
        kind = event.get("type")
        if kind == "response.output_audio.delta":
            self.other.transport.send(TEXT, orjson.dumps({"type": "audio", "data": event["delta"]}))
        elif kind == "session.created":
            self.transport.send(TEXT, b'{"type":"session.update","session":{}}')
        elif kind == "session.updated" and not self.other.is_ready:
            self.other.start()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True)
    arguments = parser.parse_args()
    server = await ws_create_server(
        lambda request: Client(arguments.upstream), "127.0.0.1", arguments.port,
        backlog=511, max_frame_size=MAX_MESSAGE)
    print(f"listening on 127.0.0.1:{arguments.port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        uvloop.run(main())
    except KeyboardInterrupt:
        pass
