"""The networks of the test: a bridge for the engine, a namespace with an address of its own for the headset, and the
packet filter as it was before."""

import contextlib
import json
import shutil
import subprocess
from pathlib import Path

from machine import Failed, Skipped, run

BRIDGE = "batc0"
BRIDGE_ADDRESS = "10.213.1.1"
# Compose's own networks.
POOL = "10.214.0.0/16"
HEADSET = "bat-headset"
HOST_END, HEADSET_END = "batc1", "batc2"
# What a headset calls this machine.
HOST_ADDRESS, HEADSET_ADDRESS = "10.213.2.1", "10.213.2.2"
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
TABLES = {
    "filter": ["INPUT", "FORWARD", "OUTPUT"], "nat": ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
    "mangle": ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"], "raw": ["PREROUTING", "OUTPUT"]}


class PacketFilter:
    """iptables, in the variant that this kernel knows."""

    def __init__(self, folder):
        self.variant = next((name for name in ("nft", "legacy") if self.works(name)), None)
        if not self.variant:
            raise Skipped("the kernel knows neither nftables nor iptables with NAT")
        # The engine finds this variant under the usual names.
        self.programs = folder / "programs"
        self.programs.mkdir()
        for name in ("iptables", "ip6tables", "iptables-save", "iptables-restore"):
            prefix, _, suffix = name.partition("-")
            target = shutil.which("-".join(filter(None, [prefix, self.variant, suffix])))
            if target:
                (self.programs / name).symlink_to(target)
        self.saved = self.save()

    @staticmethod
    def works(variant):
        program = f"iptables-{variant}"
        if not shutil.which(program):
            return False
        return subprocess.run([program, "-w", "-t", "nat", "-L", "-n"], capture_output=True).returncode == 0

    def save(self):
        return run(self.programs / "iptables-save")

    def restore(self):
        """As before; a table that was not there before is emptied."""
        text = self.saved
        for table, chains in TABLES.items():
            if f"*{table}\n" not in self.saved and f"*{table}\n" in self.save():
                text += "\n".join([f"*{table}", *(f":{chain} ACCEPT [0:0]" for chain in chains), "COMMIT", ""])
        subprocess.run([self.programs / "iptables-restore"], input=text, text=True, check=False, capture_output=True)


def interfaces():
    return {each["ifname"] for each in json.loads(run("ip", "-j", "link"))}


class Network:
    def __init__(self, folder):
        if self.is_used():
            raise Skipped("another run goes on")
        self.filter = PacketFilter(folder)
        self.before = interfaces()
        self.forwarding = FORWARDING.read_text()

    def start(self):
        # A run that was killed has left them.
        subprocess.run(["ip", "netns", "delete", HEADSET], capture_output=True)
        for name in (BRIDGE, HOST_END):
            subprocess.run(["ip", "link", "delete", name], capture_output=True)
        self.before -= {BRIDGE, HOST_END}
        try:
            run("ip", "link", "add", BRIDGE, "type", "bridge")
            run("ip", "address", "add", f"{BRIDGE_ADDRESS}/24", "dev", BRIDGE)
            run("ip", "link", "set", BRIDGE, "up")
            run("ip", "netns", "add", HEADSET)
            run("ip", "link", "add", HOST_END, "type", "veth", "peer", "name", HEADSET_END, "netns", HEADSET)
            run("ip", "address", "add", f"{HOST_ADDRESS}/24", "dev", HOST_END)
            run("ip", "link", "set", HOST_END, "up")
            for words in (["address", "add", f"{HEADSET_ADDRESS}/24", "dev", HEADSET_END],
                          ["link", "set", HEADSET_END, "up"], ["link", "set", "lo", "up"],
                          ["route", "add", "default", "via", HOST_ADDRESS]):
                run("ip", "-n", HEADSET, *words)
        except Failed as error:
            raise Skipped(f"no bridge or no network namespace can be made: {error}") from error

    @staticmethod
    def is_used():
        """Whether an engine runs on the bridge."""
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_bytes().decode(errors="replace").split("\0")
                if "--bridge" in words and BRIDGE in words:
                    return True
        return False

    def stop(self):
        subprocess.run(["ip", "netns", "delete", HEADSET], capture_output=True)
        with contextlib.suppress(Failed):
            for name in interfaces() - self.before:
                subprocess.run(["ip", "link", "delete", name], capture_output=True)
        self.filter.restore()
        FORWARDING.write_text(self.forwarding)
