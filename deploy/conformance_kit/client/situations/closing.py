"""The server closes: when to come back, and when not."""

import asyncio
import time

from .list import SITUATIONS


async def talk(scene):
    wire = await scene.begin()
    wire.send(scene.line())
    await wire.ping()
    return wire


async def comes_back(scene, code, message, wait_ms=0):
    wire = await talk(scene)
    wire.send(message)
    await wire.ping(2)
    told = time.monotonic()
    await wire.close(code)
    again = await scene.back(seconds=8, what=f"after {code}", since=told)
    if not again:
        return
    if wait_ms:
        scene.note("client.reconnect.wait", again.back_ms >= wait_ms - 60,
                   f"after {code} it came back after {again.back_ms} ms; retryAfterMs is {wait_ms}")
    await scene.end(again)


def fatal(code, **more):
    return {"type": "error", "code": code, "message": f"The kit says {code}.", "fatal": True, **more}


@SITUATIONS.add("The server restarts", "client.reconnect", "client.reconnect.wait")
async def going_away(scene):
    await comes_back(scene, 1001, {"type": "going_away", "reason": "restart", "retryAfterMs": 900}, 900)


@SITUATIONS.add("An error of the server", "client.reconnect")
async def internal_error(scene):
    await comes_back(scene, 1011, fatal("internal"))


@SITUATIONS.add("The client was too slow", "client.reconnect", "client.reconnect.wait")
async def too_slow(scene):
    await comes_back(scene, 4408, fatal("too_slow", retryAfterMs=900), 900)


@SITUATIONS.add("The client was too fast", "client.reconnect", "client.reconnect.wait")
async def too_fast(scene):
    await comes_back(scene, 4429, fatal("too_fast", retryAfterMs=900), 900)


@SITUATIONS.add("OpenAI cannot be reached", "client.reconnect", "client.reconnect.wait")
async def upstream_unreachable(scene):
    await comes_back(scene, 4503, fatal("upstream_unreachable", retryAfterMs=900), 900)


async def stays_away(scene, rule, code, message=None):
    wire = await talk(scene)
    if message:
        wire.send(message)
        await wire.ping(2)
    await wire.close(code)
    await scene.quiet(rule, 2, what=str(code))


@SITUATIONS.add("Another device takes over", "client.stop.replaced")
async def replaced(scene):
    await stays_away(scene, "client.stop.replaced", 4409, fatal("replaced"))


@SITUATIONS.add("The session has ended elsewhere", "client.stop.ended")
async def ended_elsewhere(scene):
    await stays_away(scene, "client.stop.ended", 4410, fatal("session_ended"))


@SITUATIONS.add("The token is not taken any more", "client.stop.refused")
async def token_refused(scene):
    await stays_away(scene, "client.stop.refused", 4401, fatal("invalid_token"))


@SITUATIONS.add("The origin is not allowed", "client.stop.refused")
async def origin_refused(scene):
    await stays_away(scene, "client.stop.refused", 4403, fatal("origin_not_allowed"))


@SITUATIONS.add("The session is not known any more", "client.stop.refused")
async def session_unknown(scene):
    await stays_away(scene, "client.stop.refused", 4404, fatal("session_not_found"))


@SITUATIONS.add("A protocol error", "client.stop.protocol")
async def protocol_error(scene):
    await stays_away(scene, "client.stop.protocol", 1002, fatal("protocol_violation"))


@SITUATIONS.add("Data that cannot be taken", "client.stop.protocol")
async def unsupported_data(scene):
    await stays_away(scene, "client.stop.protocol", 1003, fatal("protocol_violation"))


@SITUATIONS.add("Text that is not UTF-8", "client.stop.protocol")
async def not_utf8(scene):
    await stays_away(scene, "client.stop.protocol", 1007, fatal("protocol_violation"))


@SITUATIONS.add("A message that was too large", "client.stop.protocol")
async def too_large(scene):
    await stays_away(scene, "client.stop.protocol", 1009, fatal("protocol_violation"))


@SITUATIONS.add("Refused when it comes back", "client.stop.refused", "client.reconnect", seconds=40)
async def refused_on_return(scene):
    wire = await talk(scene)
    count = len(scene.attempts)
    scene.refusing = (404, "session_not_found", 4404)
    await wire.cut()
    for _ in range(200):
        if len(scene.attempts) > count:
            break
        await asyncio.sleep(0.05)
    scene.note("client.reconnect", len(scene.attempts) > count, "no attempt within 10 s")
    await asyncio.sleep(0.3)
    await scene.quiet("client.stop.refused", 2.5, what="a refusal with 404, or 4404")
