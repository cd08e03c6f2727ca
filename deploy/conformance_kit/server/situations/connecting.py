"""The handshake."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from ..stage import with_query
from .list import SITUATIONS


def without_token(url, token=None):
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "token"]
    if token:
        query.append(("token", token))
    return urlunsplit(parts._replace(query=urlencode(query)))


@SITUATIONS.add("The token in the address", "server.connect.token-in-url", "server.ready.first", "server.ready.seq")
async def token_in_url(stage):
    created = await stage.session()
    line = await stage.line(created)
    ready = await line.message("ready", 15)
    stage.note("server.connect.token-in-url", ready is not None, line.tail())
    if ready:
        stage.note("server.ready.seq", ready.get("seq") == 0, f"{ready.get('seq')} in a new session")
        stage.note("server.ready.first", ready.get("sessionId") == created["sessionId"], f"{ready}")


@SITUATIONS.add("The token in a header", "server.connect.token-in-header")
async def token_in_header(stage):
    created = await stage.session()
    try:
        line = await stage.line_to(without_token(created["wsUrl"]),
                                   additional_headers={"Authorization": f"Bearer {created['wsToken']}"})
    except WebSocketException as error:
        return stage.note("server.connect.token-in-header", False, error)
    stage.note("server.connect.token-in-header", await line.message("ready", 15), line.tail())


@SITUATIONS.add("The token in a subprotocol", "server.connect.token-in-subprotocol")
async def token_in_subprotocol(stage):
    created = await stage.session()
    try:
        line = await stage.line_to(without_token(created["wsUrl"]), subprotocols=["bat.v1", f"bearer.{created['wsToken']}"])
    except WebSocketException as error:
        return stage.note("server.connect.token-in-subprotocol", False, error)
    selected = line.socket.subprotocol
    stage.note("server.connect.token-in-subprotocol", selected == "bat.v1", f"selected: {selected}")
    stage.note("server.connect.token-in-subprotocol", await line.message("ready", 15), line.tail())


def wrong_addresses(created, other):
    parts = urlsplit(created["wsUrl"])
    unknown = urlunsplit(parts._replace(path=parts.path.replace(created["sessionId"], "BAT-99999999")))
    return {
        "without a token": (without_token(created["wsUrl"]), (401,), (4401,)),
        "with a wrong token": (without_token(created["wsUrl"], "wrong-token"), (401, 403, 404), (4401, 4404)),
        "with another session's token": (without_token(created["wsUrl"], other["wsToken"]), (401, 403, 404), (4401, 4404)),
        "of an unknown session": (unknown, (401, 404), (4401, 4404)),
    }


@SITUATIONS.add("Refused connections", "server.connect.refused")
async def refused(stage):
    created, other = await stage.session(), await stage.session()
    for what, (url, statuses, _) in wrong_addresses(created, other).items():
        try:
            line = await stage.line_to(url)
            stage.note("server.connect.refused", False, f"{what} is accepted: {line.tail()}")
        except InvalidStatus as error:
            response = error.response
            kind = response.headers.get("Content-Type", "")
            stage.note("server.connect.refused", response.status_code in statuses, f"{what}: {response.status_code}")
            stage.note("server.connect.refused", kind.startswith("application/problem+json"), f"{what}: {kind!r}")
        except WebSocketException as error:
            stage.note("server.connect.refused", False, f"{what}: {error}")


@SITUATIONS.add("Refused with reject=close", "server.connect.reject-close")
async def reject_close(stage):
    created, other = await stage.session(), await stage.session()
    for what, (url, _, codes) in wrong_addresses(created, other).items():
        try:
            line = await stage.line_to(with_query(url, "reject=close"))
        except WebSocketException as error:
            stage.note("server.connect.reject-close", False, f"{what}: {error}")
            continue
        code = await line.end(10)
        errors = line.of("error")
        stage.note("server.connect.reject-close", code in codes, f"{what}: closed with {code}, {codes} expected")
        stage.note("server.connect.reject-close", errors and errors[0].get("code") in ("invalid_token", "session_not_found"),
                   f"{what}: {line.tail()}")


@SITUATIONS.add("Compression is offered", "server.connect.uncompressed")
async def compression(stage):
    created = await stage.session()
    line = await stage.line_to(created["wsUrl"], extensions=[ClientPerMessageDeflateFactory()])
    await line.ready()
    accepted = line.socket.response.headers.get("Sec-WebSocket-Extensions")
    stage.note("server.connect.uncompressed", not accepted, f"accepted: {accepted}")


@SITUATIONS.add("A client that follows moved", "server.connect.moved")
async def moved(stage):
    created = await stage.session()
    line = await stage.line(created, "moved=1")
    await line.until(lambda: line.of("ready", "moved"), 15)
    told = line.of("moved")
    if told:
        code = await line.end(5)
        is_address = str(told[0].get("wsUrl")).startswith(("ws://", "wss://"))
        stage.note("server.connect.moved", code == 1001 and is_address, f"{told[0]}, closed with {code}")
        line = await stage.line_to(told[0]["wsUrl"])
    stage.note("server.connect.moved", await line.message("ready", 15), line.tail())
