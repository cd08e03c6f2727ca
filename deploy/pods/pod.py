"""A pod, started, watched and stopped in the order of a kubelet."""

import signal
import threading
import time
import urllib.request

from machine import Failed, say, wait


class Pod:
    def __init__(self, name, spec, containers, address, volumes):
        self.name = name
        self.spec = spec
        self.sidecars = containers[:-1]
        self.relay = containers[-1]
        self.address = address
        self.volumes = volumes
        self.is_stopping = False
        self.is_away = True
        # What the Service knows.
        self.is_ready = False
        threading.Thread(target=self.watch, daemon=True).start()

    @property
    def containers(self):
        return [*self.sidecars, self.relay]

    # MARK: Start

    def start(self):
        began = time.monotonic()
        self.volumes.empty()
        self.is_stopping = False
        for container in self.containers:
            self.begin(container)
            wait(f"{self.name}: {container.name} starts; it said {container.last_words()}", 60,
                 lambda: container.passes("startupProbe"))
        self.is_away = False
        wait(f"{self.name} is ready", 60, lambda: self.is_ready)
        say(f"{self.name} is ready after {time.monotonic() - began:.1f} s")

    def begin(self, container):
        container.start()
        time.sleep(0.2)
        hook = container.spec.get("lifecycle", {}).get("postStart")
        if hook and container.execute(hook["exec"]["command"]) != 0:
            raise Failed(f"{self.name}: {container.name}: postStart failed")

    # MARK: Life

    def watch(self):
        """Asks whether it is ready, and starts what has died."""
        probe = next(each.spec["readinessProbe"] for each in self.containers if "readinessProbe" in each.spec)
        failures = 0
        while True:
            if self.is_away:
                self.is_ready = False
            elif self.answers():
                failures, self.is_ready = 0, True
            else:
                failures += 1
                self.is_ready = self.is_ready and failures < probe["failureThreshold"]
            if not self.is_away and not self.is_stopping:
                for container in self.containers:
                    if not container.is_running:
                        self.begin(container)
            # A pod that starts need not wait long.
            time.sleep(probe["periodSeconds"] if self.is_ready else 0.5)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://{self.address}:3001/readyz", timeout=3) as answer:
                return answer.status == 200
        except OSError:
            return False

    # MARK: End

    def stop(self):
        """As when it is deleted: the hook, the relay, and then each sidecar in reverse order."""
        began = time.monotonic()
        grace = self.spec["terminationGracePeriodSeconds"]
        self.is_stopping = True
        if self.relay.execute(self.relay.spec["lifecycle"]["preStop"]["exec"]["command"]) != 0:
            raise Failed(f"{self.name}: preStop failed")
        for container in [self.relay, *reversed(self.sidecars)]:
            # Once: a second one ends a process at once.
            container.signal(signal.SIGTERM)
            if container is self.relay:
                time.sleep(1)
                self.check_drain()
            if not container.has_ended(grace - (time.monotonic() - began)):
                raise Failed(f"{self.name}: {container.name} had to be killed")
        self.is_away = True
        say(f"{self.name} has stopped after {time.monotonic() - began:.1f} of {grace} s")

    def check_drain(self):
        """A relay that drains lives, and so does its gateway, which says that it is not ready."""
        gateway = next(each for each in self.sidecars if each.name == "gateway")
        for container in [gateway, self.relay]:
            if container.is_running and not container.passes("livenessProbe"):
                raise Failed(f"{self.name}: {container.name} is taken for dead while it drains")
        if self.relay.is_running and self.answers():
            raise Failed(f"{self.name}: says that it is ready while it drains")

    def lose(self):
        """As when its node is lost."""
        self.is_stopping = self.is_away = True
        for container in self.containers:
            container.signal(signal.SIGKILL)
        for container in self.containers:
            container.kill()

    def kill(self):
        self.is_stopping = self.is_away = True
        for container in self.containers:
            container.kill()
