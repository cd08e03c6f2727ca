"""Runs the image, docker-compose.yml and the systemd unit on an engine of its own, and disturbs them during calls.
Prints a line for each part, and exits with 1 if something does not hold. See README.md."""

import contextlib
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import checks
import longer
from calls import Calls, judge
from engine import Engine
from images import Images
from installation import Installation
from machine import Failed, Part, Skipped, check, say, wait
from network import Network
from simulator import Simulator
from systemd import Machine

CALLS = 4


class Test:
    def __init__(self, folder, undo, everything):
        self.folder = folder
        self.undo = undo
        self.everything = everything
        self.disturbances = []

    def run(self):
        with Part("engine"):
            network = Network(self.folder)
            self.undo.callback(network.stop)
            network.start()
            self.engine = Engine(self.folder, network)
            self.undo.callback(self.engine.stop)
            self.engine.start()
        with Part("images"):
            self.images = Images(self.engine, self.folder)
            self.images.make()
        simulator = Simulator(self.folder)
        self.undo.callback(simulator.stop)
        simulator.start()
        self.installation = Installation(self.engine, self.folder, simulator.url)
        self.start()
        self.hold_calls()
        checks.rights(self.installation)
        self.installation.keep_logs()
        checks.logs(self.installation)
        with Part("settings"):
            checks.settings_arrive(self.installation)
        if self.everything:
            longer.gateways(self.installation)
            longer.drain(self.installation)
        Machine(self.installation, self.images, simulator.url).test()

    def show(self):
        """The state and the last words of every container, after a failure."""
        with contextlib.suppress(Failed, AttributeError):
            for each in self.installation.containers():
                state = each["State"]
                health = state.get("Health", {})
                said = "".join(probe["Output"].strip()[-300:] for probe in health.get("Log", [])[-1:])
                say(f"--- {each['Name']}: {state['Status']}, {health.get('Status')} {said}")
                for line in self.engine.docker("logs", "--tail", "5", each["Id"]).splitlines():
                    say(line[:300])

    def start(self):
        with Part("up with nothing prepared"):
            self.installation.refuses_to_start_unprepared()
        with Part("the README's steps, until ready"):
            self.installation.follow_readme()
            self.installation.wait_until_ready()
            self.installation.wait_until_healthy()
        with Part("up --scale supervisor=4"):
            self.installation.compose("up", "-d", "--scale", "supervisor=4")
            self.installation.wait_until_healthy()

    @contextlib.contextmanager
    def disturbance(self, name, calls):
        """A part during calls, until all of them talk again."""
        with Part(name) as part:
            yield
            self.installation.wait_until_ready()
            calls.wait_until_heard(part.began + 1)
        self.disturbances.append(part)

    def hold_calls(self):
        calls = Calls(self.installation.address, self.installation.api_key("headsets"), CALLS)
        self.undo.callback(calls.stop)
        with Part("four calls on four supervisors"):
            calls.wait_until_connected()
            wait("each of four supervisors evaluates a call", 40,
                 lambda: len(found := checks.evaluations(self.installation)) == 4 and min(found) > 0)
        for whole in (False, True):
            what = "containers" if whole else "processes"
            with self.disturbance(f"kill -9 of the {what}: gateway", calls):
                self.installation.kill("gateway", whole=whole)
            with self.disturbance(f"kill -9 of the {what}: relay", calls):
                self.installation.kill("relay", whole=whole)
            with self.disturbance(f"kill -9 of the {what}: the others", calls):
                self.installation.kill("supervisor", "scoring", "reports", "mongo", whole=whole)
        with Part("healthy after the kills"):
            self.installation.wait_until_healthy()
            checks.sockets_live(self.installation)
        with self.disturbance("stop and start", calls):
            self.stop("stop")
            self.installation.compose("start")
        with self.disturbance("down and up", calls):
            self.installation.keep_logs()
            self.stop("down")
            self.installation.compose("up", "-d")
        self.installation.keep_logs()
        self.images.build_ours("2")
        with self.disturbance("upgrade to a new image", calls):
            self.installation.compose("up", "-d")
            builds = {each["Config"]["Labels"].get("bat.build") for each in self.installation.of("relay")}
            check(builds == {"2"}, f"the relay's image is {builds}")
        with self.disturbance("power loss", calls):
            self.engine.die()
            self.engine.start()
        with Part("healthy after the power loss"):
            self.installation.wait_until_healthy()
            checks.sockets_live(self.installation)
        with Part("the calls' ends and scores"):
            outcomes = calls.end()
        judge(outcomes, self.installation.address, self.disturbances)

    def stop(self, *words):
        began = time.monotonic()
        self.installation.compose(*words)
        seconds = time.monotonic() - began
        say(f"containers: {' '.join(words)} took {seconds:.1f} s")
        check(seconds < 30, f"{' '.join(words)} took {seconds:.1f} s")


def main():
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="batc-"))
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            test = Test(folder, undo, "--all" in sys.argv)
            test.run()
        except Skipped as reason:
            print(f"deploy/test-containers: SKIPPED, NO CONTAINER WAS RUN: {reason}", file=sys.stderr)
            return 0
        except Failed as fault:
            test.show()
            print(f"deploy/test-containers: FAILED: {fault}", file=sys.stderr)
            return 1
    say(f"deploy/test-containers: passed in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
