"""An engine of its own: dockerd with its data, pid file and sockets under one temporary folder."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import network
from machine import Failed, Skipped, descendants, ends_with_parent, run, wait


# The parent of the containers' control groups.
GROUP = "bat-containers"


class Engine:
    def __init__(self, folder, net):
        self.folder = folder
        self.net = net
        self.socket = folder / "docker.sock"
        self.log = folder / "dockerd.log"
        self.environment = {
            **os.environ, "DOCKER_HOST": f"unix://{self.socket}", "DOCKER_BUILDKIT": "0",
            "DOCKER_CONFIG": str(folder), "PATH": f"{net.filter.programs}:{os.environ['PATH']}"}
        self.process = None

    def start(self):
        command = [
            "dockerd", "--host", f"unix://{self.socket}", "--data-root", self.folder / "data",
            "--exec-root", self.folder / "exec", "--pidfile", self.folder / "pid",
            "--bridge", network.BRIDGE, "--default-address-pool", f"base={network.POOL},size=24",
            "--cgroup-parent", f"/{GROUP}", "--log-level", "warn", "--shutdown-timeout", "5"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment, start_new_session=True, preexec_fn=ends_with_parent)
        try:
            wait("the engine answers", 30, self.answers)
        except Failed as error:
            lines = self.log.read_text(errors="replace").splitlines()[-3:]
            raise Skipped(f"dockerd does not start: {' | '.join(lines) or error}") from error

    def answers(self):
        if self.process.poll() is not None:
            raise Failed("dockerd has ended")
        return "Storage Driver" in self.docker("info", check=False)

    def docker(self, *words, **options):
        return run("docker", *words, env=self.environment, **options)

    def die(self):
        """Power loss: the engine and all that it runs are gone at once."""
        below = self.below()
        for pid in [self.process.pid, *below] if self.process.poll() is None else below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        for path in (self.folder / "pid", self.folder / "exec/containerd/containerd.pid"):
            path.unlink(missing_ok=True)

    def below(self):
        """The processes of the engine. A container's first process belongs to a shim, which no dockerd owns."""
        own = str(self.folder)
        pids = descendants(self.process.pid) if self.process.poll() is None else []
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{name}/cmdline").read_bytes().decode(errors="replace")
                if "containerd" in words.partition("\0")[0] and own in words:
                    pids += [int(name), *descendants(int(name))]
        return list(dict.fromkeys(pids))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        if self.process:
            self.die()
        # What has been killed needs a moment to go.
        for _ in range(10):
            if not any([self.unmount(), self.remove_groups()]):
                break
            time.sleep(0.3)

    def unmount(self):
        """Whether there was anything left, the deepest mounts first."""
        mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
        own = sorted((path for path in mounts if path.startswith(str(self.folder))), key=len, reverse=True)
        for path in own:
            subprocess.run(["umount", "-l", path], capture_output=True)
        return bool(own)

    @staticmethod
    def remove_groups():
        """Whether there was anything left of the containers' control groups."""
        left = False
        for folder in [*Path("/sys/fs/cgroup").glob(f"*/{GROUP}"), Path("/sys/fs/cgroup") / GROUP]:
            for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True) + [folder]:
                if path.exists():
                    left = True
                    with contextlib.suppress(OSError):
                        path.rmdir()
        return left
