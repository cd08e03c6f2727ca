"""deploy/systemd/bat@.service under a real systemd, in a container that is a whole machine."""

import time

import network
from calls import Calls, judge
from images import SYSTEMD
from installation import KEY, SERVICES, free_port
from machine import Failed, Part, answers_ready, check, say, wait

NAME = "bat-machine"


class Machine:
    def __init__(self, installation, images, base_url):
        self.installation = installation
        self.engine = installation.engine
        self.images = images
        self.base_url = base_url
        self.port = free_port()
        self.address = f"http://{network.HOST_ADDRESS}:{self.port}"

    def inside(self, *words, **options):
        return self.engine.docker("exec", NAME, *words, **options)

    def systemctl(self, *words, **options):
        return self.inside("systemctl", *words, **options)

    def state(self, *question):
        """One word, whatever the exit code says."""
        return self.systemctl(*question, check=False).strip()

    def units(self):
        return [f"bat@{service}" for service in SERVICES]

    def start(self):
        """With the database of the compose installation, but a name of its own in it."""
        self.images.build_systemd()
        # Not privileged: that asks for every capability, also for those that this machine has given up itself.
        self.engine.docker(
            "run", "-d", "--name", NAME, "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined",
            "--volume", "/sys/fs/cgroup:/sys/fs/cgroup", "--network", "bat_default", "-p", f"{self.port}:3001",
            "--tmpfs", "/run:exec", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec", SYSTEMD)
        wait("systemd is up", 30, lambda: self.state("is-system-running") in ("running", "degraded"))
        uri = (self.installation.folder / "deploy/secrets/mongodb_uri").read_text()
        settings = {
            "MONGODB_URI": uri.replace("/bat-vr-trainer?", "/machine?"), "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": self.base_url, "DRAIN_SECONDS": "5",
            "API_KEYS": f"headsets:client:{self.installation.api_key('headsets')}",
            "DATA_DIR": "/var/lib/bat/sessions", "JOURNAL_DIR": "/var/lib/bat/journal"}
        for service in SERVICES:
            lines = "".join(f"{name}={value}\n" for name, value in settings.items())
            self.inside("sh", "-c", f"mkdir -p /etc/bat && umask 077 && printf %s '{lines}' >/etc/bat/{service}.env")
        self.systemctl("enable", "--now", *self.units())
        self.wait_until_ready()

    def wait_until_ready(self):
        wait("the machine's /readyz answers 200", 60, lambda: answers_ready(self.address))

    def kill_seven_times(self):
        for _ in range(7):
            self.systemctl("kill", "-s", "KILL", "bat@relay", check=False)
            time.sleep(9 / 7)
        wait("the relay is active", 20, lambda: self.state("is-active", "bat@relay") == "active")
        self.wait_until_ready()

    def stop_and_start(self):
        began = time.monotonic()
        self.systemctl("stop", *self.units())
        seconds = time.monotonic() - began
        check(seconds < 15, f"systemctl stop took {seconds:.1f} s")
        self.systemctl("start", *self.units())
        self.wait_until_ready()

    def test(self):
        try:
            self.disturb()
        except Failed:
            say(self.inside("journalctl", "-n", "30", "--no-pager", check=False))
            raise
        self.engine.docker("rm", "-f", NAME)

    def disturb(self):
        with Part("systemd: start"):
            self.start()
        calls = Calls(self.address, self.installation.api_key("headsets"), 1, "MACHINE")
        try:
            calls.wait_until_connected()
            with Part("systemd: kill -9 seven times in nine seconds") as kills:
                self.kill_seven_times()
            time.sleep(3)
            with Part("systemd: stop and start in mid-call") as stop:
                self.stop_and_start()
            time.sleep(3)
            with Part("systemd: the call's end and score"):
                outcomes = calls.end()
        finally:
            calls.stop()
        judge(outcomes, self.address, [kills, stop])
        failed = self.systemctl("--failed", "--plain", "--no-legend", check=False)
        check("bat@" not in failed, f"units have failed: {failed}")
