"""What `--all` adds: a relay that drains for long beside another one, and several gateways."""

import socket
import threading
import time

import checks
from calls import Calls, judge
from machine import Part, answers_ready, check, wait

DRAIN_SECONDS = 35


def drain(installation):
    """A container that drains for longer than its health check has patience stays healthy, and its calls move on."""
    installation.set("DRAIN_SECONDS", DRAIN_SECONDS)
    with Part("--all: a relay drains beside another one"):
        installation.compose("up", "-d", "--scale", "supervisor=2", "--scale", "relay=2")
        installation.wait_until_healthy()
        calls = Calls(installation.address, installation.api_key("headsets"), 1, "DRAINING")
        try:
            calls.wait_until_connected()
            holder = wait("a relay has the call", 20, lambda: relay_with_session(installation))
            with Part("--all: the drain") as part:
                stopping = threading.Thread(target=installation.engine.docker, args=("stop", "-t", "75", holder))
                stopping.start()
                while stopping.is_alive():
                    state = next(each["State"] for each in installation.of("relay") if each["Id"].startswith(holder))
                    check(
                        state["Status"] != "running" or state["Health"]["Status"] == "healthy",
                        f"a draining relay is {state['Health']['Status']}: {state['Health']['Log'][-1:]}")
                    time.sleep(1)
            check(part.ended - part.began > DRAIN_SECONDS, "the relay did not drain")
            time.sleep(3)
            outcomes = calls.end()
        finally:
            calls.stop()
    judge(outcomes, installation.address, [part])


def relay_with_session(installation):
    for path in installation.sockets("relay"):
        if path.suffix == ".sock" and "\nbat_sessions_active 1" in checks.ask(path, "/metrics")[1]:
            return path.stem
    return None


def gateways(installation):
    """A range of ports lets each of several gateways have its own."""
    first = adjacent_ports()
    installation.set("PORT", f"{first}-{first + 1}")
    with Part("--all: two gateways"):
        installation.compose("up", "-d", "--scale", "gateway=2")
        wait("both gateways are ready", 40, lambda: all(
            answers_ready(f"http://127.0.0.1:{port}") for port in (first, first + 1)))
    installation.set("PORT", installation.port)


def adjacent_ports():
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("0.0.0.0", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("0.0.0.0", port + 1))
                return port
            except OSError:
                continue
