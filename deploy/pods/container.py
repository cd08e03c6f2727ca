"""One container of a pod: a process in namespaces of this machine, with the mounts, rights and settings of its manifest."""

import os
import signal
import subprocess
from pathlib import Path

from machine import ends_with_parent, run

USER = "10001"


class Container:
    """
    spec       of the manifest
    settings   of the ConfigMap
    fields     what the manifest may refer to, such as metadata.name
    image      the variables that the image sets
    """

    def __init__(self, spec, settings, fields, image, namespace, hosts, volumes):
        self.spec = spec
        self.name = spec["name"]
        self.namespace = namespace
        self.hosts = hosts
        self.volumes = volumes
        self.environment = {**image, **settings}
        for each in spec["env"]:
            value = each["value"] if "value" in each else fields[each["valueFrom"]["fieldRef"]["fieldPath"]]
            for name, known in self.environment.items():
                value = value.replace(f"$({name})", known)
            self.environment[each["name"]] = value
        self.hostname = fields["metadata.name"]
        self.process = None

    def start(self):
        log = self.volumes.folder / f"{self.name}.log"
        with open(log, "ab") as file:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, "unshare", "-m", "-u", "sh", "-ec", self.mounts(), "sh",
                 *self.as_user(self.spec["command"])],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, preexec_fn=ends_with_parent)

    def mounts(self):
        """What the shell does before it becomes the process: a root that is read-only, and the volumes in it."""
        lines = [
            f"hostname {self.hostname}",
            "mount --make-rprivate /",
            f"mount --bind {self.hosts} /etc/hosts",
            "mount -t tmpfs none /run",
            "mkdir -p /run/bat /run/upper/bat/secrets /run/work",
            "mount -t overlay none -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc",
            f"mount --bind {self.hosts} /etc/hosts",
            "mount -t tmpfs none /var/lib",
            "mkdir -p /var/lib/bat/journal /var/lib/bat/sessions",
        ]
        for each in self.spec["volumeMounts"]:
            # The repository may be there.
            if each["mountPath"] != "/tmp" or not Path.cwd().is_relative_to("/tmp"):
                lines.append(f"mount --bind {self.volumes.path(each['name'])} {each['mountPath']}")
        return "\n".join([*lines, "mount -o remount,bind,ro /", "cd /var/lib/bat", 'exec "$@"'])

    def as_user(self, command):
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--no-new-privs", "--bounding-set=-all",
                "env", "-i", *variables, *command]

    def execute(self, command):
        """As `kubectl exec`, a probe or a hook does. Returns the exit code."""
        inside = ["nsenter", "-t", str(self.process.pid), "-m", "-u", "-n", *self.as_user(command)]
        return subprocess.run(inside, capture_output=True, timeout=120).returncode

    def passes(self, probe):
        return self.is_running and self.execute(self.spec[probe]["exec"]["command"]) == 0

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        if self.is_running:
            os.kill(self.process.pid, number)

    def has_ended(self, seconds):
        """Waits for its end after SIGTERM, and then kills it. Returns whether it ended by itself."""
        try:
            self.process.wait(max(seconds, 2))
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def kill(self):
        self.signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def last_words(self):
        log = self.volumes.folder / f"{self.name}.log"
        return run("tail", "-n", "3", log)
