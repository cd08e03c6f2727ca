import ctypes
import os
import re
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from support.api import API
from support.eventually import eventually

PACKAGE = Path(__file__).resolve().parents[3]
BINARIES = PACKAGE / ".build" / os.environ.get("BUILD_CONFIGURATION", "debug")
LIBC = ctypes.CDLL(None)
WENT_WELL = re.compile(r'"msg":"request".*"status":"[23]')


class Installation:
    """The five processes with the simulator and an embedded database, as `deploy/up` starts them.

    They run in a folder that looks like the checkout, but has no `.env` and data of its own.
    """

    def __init__(self, folder, environment):
        self.folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.api = API(self.url)
        for entry in PACKAGE.iterdir():
            if entry.name not in (".env", ".run", "data"):
                (folder / entry.name).symlink_to(entry)
        own = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", PACKAGE / "deploy/processes.py", BINARIES], cwd=folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_end_with_the_tests,
                env={**own, "PORT": str(port), "LOG_FORMAT": "json", "DRAIN_SECONDS": "1", **environment})
        try:
            eventually(self._is_ready, "the installation is ready", within=60)
        except BaseException:
            self.stop()
            raise

    def log(self, lines=30):
        """The last lines of all processes, without requests that went well."""
        written = self._log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in written if not WENT_WELL.search(line)][-lines:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _is_ready(self):
        assert self.process.poll() is None, f"deploy/processes.py ended: {self.log()}"
        return f"ready {self.url}\n" in self._log.read_text(errors="replace")


class KeyedInstallation(Installation):
    """One that wants API keys: one for each role."""

    def __init__(self, folder, environment):
        self._keys = {role: secrets.token_hex(16) for role in ("client", "viewer", "trainer", "admin")}
        super().__init__(folder, {
            "API_KEYS": ",".join(f"the-{role}:{role}:{key}" for role, key in self._keys.items()),
            "HOST": "127.0.0.1", **environment})
        self.api = self.api_as("admin")

    def key(self, role):
        return self._keys[role]

    def api_as(self, role):
        return API(self.url, self._keys[role])

    def ticket(self, trainee, scenarios=None):
        """The answer of POST /api/tickets: `ticket`, `url`, `expiresAt`."""
        return self.api_as("client").post("/api/tickets", {"traineeId": trainee, "scenarioIds": scenarios})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_the_tests():
    """Linux sends SIGTERM to the child when the tests are killed (prctl(2), PR_SET_PDEATHSIG)."""
    LIBC.prctl(1, signal.SIGTERM)
