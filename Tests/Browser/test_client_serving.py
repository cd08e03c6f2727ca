"""The client module as the server hands it out: loadable from everywhere, and with type declarations that fit."""

import re

import pytest

MODULES = ["call", "errors", "microphone", "player", "restClient", "session"]


@pytest.fixture
def elsewhere(other_origin, open_page):
    return open_page(other_origin.serve("/elsewhere.html", "<!doctype html><title>Elsewhere</title>"))


def test_a_page_of_any_origin_may_load_the_module(system, elsewhere):
    exports = elsewhere.evaluate(
        "async (url) => Object.keys(await import(url)).sort()", f"{system.url}/client/bat-client.js")
    assert exports == [
        "Call", "Microphone", "MicrophoneError", "Player", "RequestError", "RestClient", "Session", "SessionError",
        "createSession"]


def test_a_page_that_isolates_itself_may_load_it_too(system, elsewhere):
    answer = elsewhere.request.get(f"{system.url}/client/session.js", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("module", MODULES)
def test_the_type_declarations_name_what_the_module_has(system, elsewhere, module):
    types = elsewhere.request.get(f"{system.url}/client/{module}.d.ts")
    assert types.headers["content-type"] == "application/typescript; charset=utf-8"
    text = types.text()
    public = elsewhere.evaluate(
        """async (url) => Object.entries(await import(url)).flatMap(([name, value]) => [
            name, ...Object.getOwnPropertyNames(value.prototype ?? {}),
            ...Object.getOwnPropertyNames(value).filter((key) => !["length", "name", "prototype"].includes(key)),
        ]).filter((name) => name !== "constructor")""", f"{system.url}/client/{module}.js")
    assert public
    missing = [name for name in public if not re.search(rf"\b{name}\b", text)]
    assert missing == [], f"{module}.d.ts lacks them"
