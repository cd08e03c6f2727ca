"""As much of HTTP as a client of the trainer needs."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

MOST_HEAD = 64 * 1024
MOST_BODY = 4 * 1024 * 1024
PHRASES = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
           404: "Not Found", 409: "Conflict", 422: "Unprocessable Content", 503: "Service Unavailable"}


@dataclass
class Request:
    method: str
    path: str
    query: dict
    headers: dict
    head: bytes
    body: bytes = b""

    @property
    def is_websocket(self):
        return self.headers.get("upgrade", "").lower() == "websocket"

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None


async def read_request(reader):
    """The next request; None if it is none."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    url = urlsplit(target)
    request = Request(method, unquote(url.path), parse_qs(url.query), headers, head)
    length = int(headers.get("content-length", 0))
    if length > MOST_BODY:
        return None
    if length:
        request.body = await reader.readexactly(length)
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        request.body = await _chunks(reader)
    return request


async def _chunks(reader):
    body = b""
    while (size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)) and len(body) + size <= MOST_BODY:
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


def answer(writer, status, body=None, **headers):
    """JSON, readable by pages of any origin."""
    content = b"" if body is None else json.dumps(body).encode()
    kind = "application/problem+json" if status >= 400 else "application/json"
    lines = [f"HTTP/1.1 {status} {PHRASES.get(status, 'Status')}", f"Content-Length: {len(content)}", "Connection: close",
             "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *, Authorization",
             "Access-Control-Allow-Methods: GET, POST, OPTIONS", "Access-Control-Expose-Headers: Location, Retry-After"]
    if content:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)


def problem(writer, status, code, detail, **headers):
    answer(writer, status, {"type": f"urn:bat-vr:problem:{code}", "title": PHRASES.get(status, ""), "status": status,
                            "code": code, "detail": detail}, **headers)
