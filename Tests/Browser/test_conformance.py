"""The client module, the example client and the server keep the rules that deploy/conformance holds them to."""

import json
import socket
import subprocess

import pytest
from support.installation import PACKAGE

pytestmark = [pytest.mark.alone, pytest.mark.timeout(180)]

KIT = PACKAGE / "deploy/conformance"
# Where the example has gone wrong before, or could.
OF_THE_EXAMPLE = [
    "plain-call", "going-away", "too-slow", "lost-line", "expired-history", "not-durable", "invalid-event", "nack-after-end",
    "replaced"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def play(tmp_path, launch, other_origin):
    """Has a page hold the calls of the situations; gives the report of the kit, and its text."""
    port, written = free_port(), tmp_path / "report.json"
    kit = chromium = None

    def start(function, client, situations=()):
        nonlocal kit, chromium
        chosen = [argument for situation in situations for argument in ("--only", situation)]
        kit = subprocess.Popen(
            [KIT, "client", "--listen", str(port), "--json", written, "--idle", "20", *chosen],
            stdout=subprocess.PIPE, text=True)
        assert "listening" in kit.stdout.readline()
        chromium = launch("--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream")
        page = chromium.new_page()
        page.set_default_timeout(150_000)
        page.goto(other_origin.serve("/conformance.html", "<!doctype html><title>Conformance</title>"))
        troubles = page.evaluate(
            """async ([name, ...rest]) => (await import("/conformance.js"))[name](...rest)""",
            [function, client, f"http://127.0.0.1:{port}"])
        assert troubles == []
        text, _ = kit.communicate(timeout=60)
        return json.loads(written.read_text()), text

    yield start
    if chromium:
        chromium.close()
    if kit:
        kit.kill()
        kit.wait()


def test_the_client_module_keeps_every_rule(play, other_origin):
    found, text = play("holdModule", f"{other_origin.url}/client")
    not_kept = {rule["id"]: rule["result"] for rule in found["rules"] if rule["result"] != "kept"}
    assert not_kept == {"client.moved": "not applicable"}, text
    assert found["passed"], text


def test_the_example_client_keeps_the_rules(play, other_origin):
    example = (PACKAGE / "Docs/Examples/client.mjs").read_text()
    found, text = play("holdExample", other_origin.serve("/client.mjs", example, "text/javascript"), OF_THE_EXAMPLE)
    assert found["passed"] and len(found["situations"]) == len(OF_THE_EXAMPLE), text


def test_the_server_keeps_every_rule(keyed, tmp_path):
    written = tmp_path / "report.json"
    run = subprocess.run(
        [KIT, "server", "--url", keyed.url, "--key", keyed.key("client"), "--json", written, "--patience", "2"],
        stdout=subprocess.PIPE, text=True, timeout=150)
    found = json.loads(written.read_text())
    assert [rule["id"] for rule in found["rules"] if rule["result"] != "kept"] == [], run.stdout
    assert run.returncode == 0, run.stdout
