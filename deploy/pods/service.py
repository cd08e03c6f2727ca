"""The Service in front of the pods: a new connection goes to the next one that is ready and does not stop."""

import asyncio
import itertools
import threading

from machine import Failed
from network import HOST

PORT = 8080


class Service:
    def __init__(self, pods):
        self.pods = pods
        self.turn = itertools.count()
        self.has_begun = threading.Event()

    def start(self):
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        if not self.has_begun.wait(10):
            raise Failed("the Service does not listen")

    async def serve(self):
        server = await asyncio.start_server(self.pass_on, HOST, PORT)
        self.has_begun.set()
        await server.serve_forever()

    async def pass_on(self, client, to_client):
        ready = [pod for pod in self.pods if pod.is_ready and not pod.is_stopping]
        if not ready:
            return to_client.close()
        try:
            pod = ready[next(self.turn) % len(ready)]
            cell, to_cell = await asyncio.open_connection(pod.address, 3001)
        except OSError:
            return to_client.close()
        await asyncio.gather(copy(client, to_cell), copy(cell, to_client))


async def copy(source, target):
    try:
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    target.close()
