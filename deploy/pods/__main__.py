"""Runs what the chart renders, without a cluster: each pod in namespaces of this machine, by the rules of a kubelet, while
calls go on. See README.md."""

import argparse
import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import helm_python as helm
import yaml

sys.path.insert(0, "deploy")
from calls import Calls, judge  # noqa: E402
from chart import rendering  # noqa: E402
from container import Container  # noqa: E402
from machine import Failed, Part, say  # noqa: E402
from network import HOST, Network, address, namespace  # noqa: E402
from pod import Pod  # noqa: E402
from service import PORT, Service  # noqa: E402
from standins import Database, Simulator  # noqa: E402
from volumes import Volumes  # noqa: E402

BINARIES = Path(f".build/{os.environ['BUILD_CONFIGURATION']}").resolve()
RELEASE = "bat-vr-trainer"
NAMESPACE = "trainer"
SERVER = f"http://{HOST}:{PORT}"
KEY = "headsets-headsets-headsets"


class Test:
    def __init__(self, folder, undo, options):
        self.folder = folder
        self.undo = undo
        self.options = options
        self.parts = []

    def run(self):
        network = Network(self.options.cells)
        self.undo.callback(network.stop)
        network.start()
        database, simulator = Database(self.folder), Simulator(self.folder, BINARIES)
        for each in [database, simulator]:
            self.undo.callback(each.stop)
            each.start()
        pods = self.pods(network, database.address, simulator.address)
        Service(pods).start()
        with self.part(f"start of {len(pods)} cells"):
            at_once([pod.start for pod in pods])
        # As long as a cell takes no other for dead.
        time.sleep(12)
        calls = Calls(
            self.options.chaos or BINARIES / "chaos", SERVER, KEY, self.options.calls, self.folder / "calls.log")
        self.undo.callback(calls.stop)
        time.sleep(20)
        self.parts.clear()
        self.disturb(pods)
        judge(calls.end(), self.parts)

    @contextlib.contextmanager
    def part(self, name):
        part = Part(name)
        with part:
            yield
        self.parts.append(part)

    def disturb(self, pods):
        with self.part("rolling upgrade"):
            for pod in reversed(pods):
                pod.stop()
                pod.start()
                # minReadySeconds
                time.sleep(10)
        time.sleep(15)
        with self.part("kill -9 of a relay"):
            pods[0].relay.signal(signal.SIGKILL)
            time.sleep(15)
        if len(pods) == 1:
            return
        with self.part("one cell fewer"):
            pods[-1].stop()
            time.sleep(20)
        with self.part("one cell more"):
            pods[-1].start()
            time.sleep(15)
        with self.part("a node is lost"):
            pods[0].lose()
            time.sleep(30)

    def pods(self, network, database, simulator):
        secrets = {
            "API_KEYS": f"headsets:client:{KEY},operator:admin:operator-operator-operator", "SESSION_SECRET": "s" * 40,
            "MONGODB_URI": database, "OPENAI_API_KEY": "sk-0123456789-pods"}
        stateful, settings = rendered(self.options, simulator)
        spec = stateful["spec"]["template"]["spec"]
        service = stateful["spec"]["serviceName"]
        name = stateful["metadata"]["name"]
        hosts = self.folder / "hosts"
        hosts.write_text(network.hosts(lambda number: [f"{name}-{number}.{service}.{NAMESPACE}.svc", f"{name}-{number}"]))
        pods = []
        for number in range(self.options.cells):
            own = f"{name}-{number}"
            volumes = Volumes(self.folder / own, self.folder, own, spec, secrets)
            fields = {"metadata.name": own, "metadata.namespace": NAMESPACE}
            containers = [
                Container(each, settings, fields, image_variables(), namespace(number), hosts, volumes)
                for each in [*spec["initContainers"], *spec["containers"]]]
            pods.append(Pod(own, spec, containers, address(number), volumes))
            self.undo.callback(pods[-1].kill)
        return pods


def rendered(options, simulator):
    """The StatefulSet of the cells, and their settings."""
    values = rendering.shapes()["three-cells" if options.cells > 1 else "one-cell"]
    values["cells"] = options.cells
    values["trialMongoDB"] = {"enabled": False}
    values["settings"] |= {"PUBLIC_URL": SERVER, "OPENAI_BASE_URL": simulator, "MAX_SESSIONS_PER_TRAINEE": 0}
    if options.drain is not None:
        values["settings"]["DRAIN_SECONDS"] = options.drain
    with helm.Chart.load(rendering.CHART) as chart:
        files = chart.render(values, name=RELEASE, namespace=NAMESPACE)
    things = [each for name, text in files.items() if name.endswith(".yaml") for each in yaml.safe_load_all(text) if each]
    kinds = {each["kind"]: each for each in things}
    return kinds["StatefulSet"], kinds["ConfigMap"]["data"]


def image_variables():
    """What the Dockerfile sets, with this machine's folders for the image's."""
    text = re.search(r"^ENV ((?:.*\\\n)*.*)", Path("deploy/Dockerfile").read_text(), re.MULTILINE)[1]
    variables = dict(re.findall(r"([A-Z_]+)=(\S+)", text))
    return variables | {"PATH": f"{BINARIES}:/usr/bin:/bin", "PERSONAS_DIR": str(Path("Shared/Personas").resolve())}


def at_once(actions):
    """Runs them side by side, and fails with the first that does."""
    faults = []

    def run(action):
        try:
            action()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def main():
    options = argparse.ArgumentParser(prog="deploy/test-pods")
    options.add_argument("--cells", type=int, default=2)
    options.add_argument("--calls", type=int, default=6)
    options.add_argument("--drain", type=int, help="DRAIN_SECONDS, instead of the shape's")
    options.add_argument("--chaos", help="another binary than the build's")
    options.add_argument("--keep", action="store_true", help="keep the folder with logs and volumes")
    options = options.parse_args()
    with contextlib.ExitStack() as undo:
        folder = tempfile.mkdtemp(prefix="pods-")
        if options.keep:
            say(f"everything is in {folder}")
        else:
            undo.callback(shutil.rmtree, folder)
        # The processes run as another user.
        os.chmod(folder, 0o755)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        try:
            Test(Path(folder), undo, options).run()
        except Failed as fault:
            say(f"FAILED: {fault}")
            return 1
    say("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
