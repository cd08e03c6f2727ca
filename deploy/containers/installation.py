"""An installation as an operator makes it: deploy/README.md's steps in a copy of the project's files."""

import json
import os
import re
import shutil
import signal
import socket
from pathlib import Path

import network
from machine import answers_ready, check, descendants, run, wait

SERVICES = ["gateway", "relay", "supervisor", "scoring", "reports"]
KEY = "sk-simulated-key-of-the-containers"


def free_port():
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return probe.getsockname()[1]


def readme_steps():
    """The commands of the README's section on containers."""
    section = Path("deploy/README.md").read_text().partition("\n## Containers\n")[2].partition("\n## ")[0]
    return re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1]


class Installation:
    def __init__(self, engine, folder, base_url):
        self.engine = engine
        # Compose names everything after the folder.
        self.folder = folder / "bat"
        self.port = free_port()
        self.address = f"http://{network.HOST_ADDRESS}:{self.port}"
        self.settings = {
            "PORT": self.port, "OPENAI_BASE_URL": base_url, "LOG_LEVEL": "debug",
            # The test does not wait a minute for a stop beside connected clients.
            "DRAIN_SECONDS": 5}
        self.environment = {**engine.environment, "OPENAI_API_KEY": KEY}
        self.logs = {}
        self.copy()

    def copy(self):
        (self.folder / "deploy").mkdir(parents=True)
        for name in ("docker-compose.yml", ".env.example"):
            shutil.copy(name, self.folder)
        (self.folder / "deploy/secrets").mkdir(mode=0o755)
        shutil.copy("deploy/secrets/make", self.folder / "deploy/secrets")
        # `docker compose` is a program of its own in Debian.
        docker = self.engine.net.filter.programs / "docker"
        real = shutil.which("docker", path=self.engine.environment["PATH"])
        docker.write_text(f'#!/bin/sh\n[ "$1" = compose ] && shift && exec docker-compose "$@"\nexec {real} "$@"\n')
        docker.chmod(0o755)

    def shell(self, commands, **options):
        return run("bash", "-euc", commands, cwd=self.folder, env=self.environment, **options)

    def compose(self, *words, **options):
        return run("docker-compose", *words, cwd=self.folder, env=self.environment, **options)

    # What the README says.

    def refuses_to_start_unprepared(self):
        lines = self.shell("docker compose up", check=False).strip().splitlines()
        check(len(lines) == 1 and "run deploy/secrets/make" in lines[0], f"nothing is prepared, and up says: {lines}")

    def set(self, name, value):
        """A line of .env."""
        file = self.folder / ".env"
        lines = file.read_text().splitlines() if file.exists() else []
        kept = [line for line in lines if not line.startswith(f"{name}=")]
        file.write_text("\n".join([*kept, f"{name}={value}", ""]))

    def follow_readme(self):
        for name, value in self.settings.items():
            self.set(name, value)
        self.shell(readme_steps())
        secrets = self.folder / "deploy/secrets"
        check(secrets.stat().st_mode & 0o777 == 0o700, f"deploy/secrets is open: {oct(secrets.stat().st_mode)}")

    def api_key(self, name):
        keys = (self.folder / "deploy/secrets/api_keys").read_text().split(",")
        return next(key.split(":")[2] for key in keys if key.startswith(f"{name}:"))

    def secrets(self):
        """Every text that must never be seen."""
        folder = self.folder / "deploy/secrets"
        texts = [KEY, (folder / "mongo_password").read_text()]
        return texts + [each.split(":")[2] for each in (folder / "api_keys").read_text().split(",")]

    # How it is.

    def containers(self):
        ids = self.engine.docker("ps", "-aq", "--filter", "label=com.docker.compose.project=bat").split()
        return json.loads(self.engine.docker("inspect", *ids)) if ids else []

    def of(self, service):
        return [each for each in self.containers() if each["Config"]["Labels"]["com.docker.compose.service"] == service]

    def unhealthy(self):
        return [
            f"{each['Name']} {each['State']['Status']} {each['State'].get('Health', {}).get('Status')}"
            for each in self.containers() if each["State"].get("Health", {}).get("Status") != "healthy"]

    def wait_until_ready(self, seconds=60):
        wait(f"{self.address}/readyz answers 200", seconds, lambda: answers_ready(self.address))

    def wait_until_healthy(self, seconds=60):
        wait("all containers are healthy", seconds, lambda: self.containers() and not self.unhealthy())

    def sockets(self, service):
        folder = self.engine.folder / "data/volumes/bat_sockets/_data" / service
        return sorted(path for path in folder.glob("*.s*")) if folder.exists() else []

    # What happens to it.

    def kill(self, *services, whole):
        """Kills the process, or the whole container with it, of each container of the services."""
        before = {}
        for service in services:
            for each in self.of(service):
                before[each["Id"]] = each["State"]["StartedAt"]
                init = each["State"]["Pid"]
                below = descendants(init)
                os.kill(init if whole or not below else below[0], signal.SIGKILL)

        def are_back():
            states = {each["Id"]: each["State"] for each in self.containers()}
            return all(states[id]["Running"] and states[id]["StartedAt"] != began for id, began in before.items())

        wait(f"{', '.join(services)} are back after kill -9", 40, are_back)

    def keep_logs(self):
        """Reads the logs of all containers; `down` and an upgrade throw them away."""
        for each in self.containers():
            service = each["Config"]["Labels"]["com.docker.compose.service"]
            self.logs[each["Id"]] = (service, self.engine.docker("logs", each["Id"]))
