"""REST before the call: sessions, refusals, tickets, the notice."""

import secrets
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from .list import SITUATIONS


def problem(stage, answer, status, code=None):
    """The form of a refusal."""
    body = answer.json if isinstance(answer.json, dict) else {}
    statuses = status if isinstance(status, tuple) else (status,)
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    stage.note("server.rest.problem", answer.status in statuses, f"{statuses} expected: {answer}")
    kind = answer.headers.get("content-type")
    stage.note("server.rest.problem", is_problem, f"not application/problem+json: {kind}: {answer}")
    stage.note("server.rest.problem", {"type", "title", "status", "code", "detail"} <= set(body), f"lacks keys: {answer}")
    stage.note("server.rest.problem", body.get("status") == answer.status, f"status differs in the body: {answer}")
    if code:
        stage.note("server.rest.problem", body.get("code") == code, f"code {code} expected: {answer}")
    return body


@SITUATIONS.add("A session is created", "server.create.answer", "server.create.address")
async def create_session(stage):
    answer = await stage.deployment.ask("POST", "/api/sessions", stage.deployment.request(metadata={"kit": True}))
    body = answer.json if isinstance(answer.json, dict) else {}
    stage.note("server.create.answer", answer.status == 201, f"{answer}")
    missing = {"sessionId", "wsUrl", "wsToken", "persona", "scenario", "notice"} - set(body)
    stage.note("server.create.answer", not missing, f"lacks {sorted(missing)}")
    location = answer.headers.get("location", "")
    stage.note("server.create.answer", location.endswith(f"/api/sessions/{body.get('sessionId')}"), f"Location: {location!r}")
    url = urlsplit(body.get("wsUrl", ""))
    stage.note("server.create.address", url.scheme in ("ws", "wss") and bool(url.netloc), f"wsUrl: {body.get('wsUrl')!r}")
    token = parse_qs(url.query).get("token")
    stage.note("server.create.address", bool(token) and token == [body.get("wsToken")], "token of wsUrl is not wsToken")
    shown = await stage.deployment.ask("GET", f"/api/sessions/{body.get('sessionId')}")
    stage.note("server.create.answer", shown.status == 200, f"GET of the new session: {shown}")


@SITUATIONS.add("A request is repeated with its Idempotency-Key", "server.create.idempotent")
async def idempotency(stage):
    request, headers = stage.deployment.request(), {"Idempotency-Key": secrets.token_hex(16)}
    first = await stage.deployment.ask("POST", "/api/sessions", request, headers=headers)
    again = await stage.deployment.ask("POST", "/api/sessions", request, headers=headers)
    same = (first.json or {}).get("sessionId")
    stage.note("server.create.idempotent", again.status in (200, 201) and same == (again.json or {}).get("sessionId"),
               f"{first.status} {same}, again: {again}")
    stage.note("server.create.idempotent", first.json and again.json and first.json.get("wsToken") == again.json.get("wsToken"),
               "another token when repeated")
    other = await stage.deployment.ask("POST", "/api/sessions", {**request, "traineeId": "CONFORMANCE_other"}, headers=headers)
    stage.note("server.create.idempotent", other.code == "idempotency_conflict", f"with another body: {other}")


@SITUATIONS.add("Wrong fields, no JSON, no such thing", "server.create.refusal", "server.rest.problem")
async def refusals(stage):
    ask = stage.deployment.ask
    unknown = await ask("POST", "/api/sessions", stage.deployment.request(scenarioId="no_such_scenario"))
    body = problem(stage, unknown, 422, "invalid_request")
    errors = body.get("errors") or []
    stage.note("server.create.refusal", unknown.status == 422 and unknown.code == "invalid_request", f"{unknown}")
    stage.note("server.create.refusal", any(e.get("pointer") == "/scenarioId" and e.get("detail") for e in errors),
               f"errors do not point at /scenarioId: {errors}")
    missing = await ask("POST", "/api/sessions", {"scenarioId": stage.deployment.scenario})
    stage.note("server.create.refusal", any(e.get("pointer") == "/traineeId" for e in (missing.json or {}).get("errors") or []),
               f"without traineeId: {missing}")
    problem(stage, missing, 422, "invalid_request")
    problem(stage, await ask("POST", "/api/sessions", raw=b'{"scenarioId": '), 400, "invalid_json")
    problem(stage, await ask("GET", "/api/sessions/BAT-999999999"), 404)
    problem(stage, await ask("GET", "/api/no-such-path"), 404, "not_found")
    problem(stage, await ask("DELETE", "/api/sessions"), 405, "method_not_allowed")


@SITUATIONS.add("REST without a key, and with a wrong one", "server.rest.key", "server.rest.problem")
async def wrong_key(stage):
    if not stage.deployment.key:
        return
    for key in (False, "no-such-key"):
        answer = await stage.deployment.ask("POST", "/api/sessions", stage.deployment.request(), key=key)
        stage.note("server.rest.key", answer.status == 401 and answer.code == "unauthorized", f"{answer}")
        problem(stage, answer, 401)


@SITUATIONS.add("The notice that an AI speaks", "server.notice.open")
async def notice(stage):
    answer = await stage.deployment.ask("GET", "/api/notice?language=cs", key=False)
    body = answer.json if isinstance(answer.json, dict) else {}
    stage.note("server.notice.open", answer.status == 200 and {"version", "language", "text"} <= set(body), f"{answer}")
    stage.note("server.notice.open", body.get("language") == "cs", f"language=cs gives {body.get('language')}")


@SITUATIONS.add("A ticket for a page", "server.ticket.answer", "server.ticket.bounds")
async def tickets(stage):
    ask, scenario = stage.deployment.ask, stage.deployment.scenario
    trainee = stage.deployment.request()["traineeId"]
    answer = await ask("POST", "/api/tickets", {"traineeId": trainee, "scenarioIds": [scenario], "expiresInSeconds": 600})
    body = answer.json if isinstance(answer.json, dict) else {}
    stage.note("server.ticket.answer", answer.status == 201 and bool(body.get("ticket")), f"{answer.status}")
    try:
        left = datetime.fromisoformat(str(body.get("expiresAt"))) - datetime.now(timezone.utc)
        stage.note("server.ticket.answer", timedelta(0) < left <= timedelta(seconds=3_700), f"expires in {left}")
    except (ValueError, TypeError):
        stage.note("server.ticket.answer", False, f"expiresAt: {body.get('expiresAt')!r}")
    long = await ask("POST", "/api/tickets", {"traineeId": trainee, "expiresInSeconds": 86_400})
    stage.note("server.ticket.answer", long.status == 422, f"a day is refused with 422: got {long.status}")
    if not body.get("ticket") or not stage.deployment.key:
        return
    own = await ask("POST", "/api/sessions", {"scenarioId": scenario, "traineeId": trainee}, key=body["ticket"])
    stage.note("server.ticket.bounds", own.status == 201, f"its own session: {own}")
    foreign = await ask("POST", "/api/sessions", {"scenarioId": scenario, "traineeId": trainee + "x"}, key=body["ticket"])
    stage.note("server.ticket.bounds", foreign.status in (401, 403, 404, 422), f"another trainee's session: {foreign.status}")
    listed = await ask("GET", "/api/scenarios", key=body["ticket"])
    shown = listed.json if isinstance(listed.json, list) else (listed.json or {}).get("items", [])
    stage.note("server.ticket.bounds", [each.get("id") for each in shown] == [scenario], f"lists other scenarios: {len(shown)}")
