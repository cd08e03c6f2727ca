"""The client module and the server keep every rule that deploy/conformance holds them to."""

import json
import socket
import subprocess

import pytest
from support.installation import PACKAGE


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def kit(tmp_path):
    """The scripted server; `report()` waits for its end."""
    port, written = free_port(), tmp_path / "report.json"
    process = subprocess.Popen(
        [PACKAGE / "deploy/conformance", "client", "--listen", str(port), "--json", written, "--idle", "20"],
        stdout=subprocess.PIPE, text=True)

    def report():
        text, _ = process.communicate(timeout=60)
        return json.loads(written.read_text()), text

    assert "listening" in process.stdout.readline()
    yield f"http://127.0.0.1:{port}", report
    process.kill()
    process.wait()


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_the_client_module_keeps_the_rules(kit, launch, other_origin):
    server, report = kit
    chromium = launch("--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream")
    page = chromium.new_page()
    page.set_default_timeout(150_000)
    page.goto(other_origin.serve("/conformance.html", "<!doctype html><title>Conformance</title>"))
    troubles = page.evaluate(
        """async ([client, server]) => (await import("/conformance.js")).hold(client, server)""",
        [other_origin.url + "/client", server])
    chromium.close()
    found, text = report()
    assert troubles == []
    broken = [rule["id"] for rule in found["rules"] if rule["result"] != "kept" and rule["id"] != "client.moved"]
    assert not broken and found["passed"], text


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_the_server_keeps_the_rules(keyed, tmp_path):
    written = tmp_path / "report.json"
    run = subprocess.run(
        [PACKAGE / "deploy/conformance", "server", "--url", keyed.url, "--key", keyed.key("client"), "--json", written,
         "--patience", "2"],
        stdout=subprocess.PIPE, text=True, timeout=150)
    found = json.loads(written.read_text())
    assert [rule["id"] for rule in found["rules"] if rule["result"] != "kept"] == [], run.stdout
    assert run.returncode == 0, run.stdout
