"""A bridge, and a network namespace with an address for each pod."""

import subprocess

from machine import run

BRIDGE = "batp0"
# Where the database, the simulator and the Service are.
HOST = "10.216.1.1"


def namespace(number):
    return f"bat-pod-{number}"


def address(number):
    return f"10.216.1.{10 + number}"


class Network:
    def __init__(self, pods):
        self.pods = pods

    def start(self):
        # A run that was killed has left them.
        self.stop()
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "address", "add", f"{HOST}/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        for number in range(self.pods):
            inside, outside = f"batp-in{number}", f"batp-out{number}"
            run("ip", "netns", "add", namespace(number))
            run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside)
            run("ip", "link", "set", outside, "master", BRIDGE, "up")
            run("ip", "link", "set", inside, "netns", namespace(number))
            run("ip", "-n", namespace(number), "address", "add", f"{address(number)}/24", "dev", inside)
            for name in (inside, "lo"):
                run("ip", "-n", namespace(number), "link", "set", name, "up")

    def hosts(self, names):
        """/etc/hosts in every pod: what the cluster's names would say. `names` are those of a pod."""
        lines = [f"{address(number)} {' '.join(names(number))}" for number in range(self.pods)]
        return "\n".join(["127.0.0.1 localhost", *lines, ""])

    def stop(self):
        for number in range(self.pods):
            subprocess.run(["ip", "netns", "delete", namespace(number)], capture_output=True)
            subprocess.run(["ip", "link", "delete", f"batp-out{number}"], capture_output=True)
        subprocess.run(["ip", "link", "delete", BRIDGE], capture_output=True)
