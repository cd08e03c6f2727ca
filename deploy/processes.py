"""Runs the processes of deploy/Procfile on this machine, with a database and a simulated OpenAI if none is configured.

Prints one line `ready http://…` once `/readyz` of one process of each kind answers 200: then calls can be held, and the
further ones of a kind start. Until then, a process that ends stops
everything with one clear line; later, it is restarted with backoff. SIGINT and SIGTERM stop everything, first the
processes that take calls; a second signal kills.
"""

import ctypes
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

READY_SECONDS = 60
LIBC = ctypes.CDLL(None)
OUTPUT = threading.Lock()
# A process that ran this long was healthy: its next restart is quick again.
HEALTHY_SECONDS = 30


class CannotStart(Exception):
    pass


def dotenv(path):
    """The same rules as Shared/Bootstrap/Settings/EnvironmentFile.swift."""
    if not path.exists():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise CannotStart(f"{path} is not UTF-8: {error}") from error
    variables = {}
    while text:
        line = text.partition("\n")[0]
        end = len(line)
        if match := ASSIGNMENT.match(line):
            if quoted := quoted_value(text[match.end():]):
                variables[match[1]], length = quoted
                end = match.end() + length
            else:
                variables[match[1]] = re.split(r"(?<=[ \t])#", line[match.end():])[0].strip(" \t")
        text = text[end + 1:]
    return variables


ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=")
QUOTED = re.compile(r"""[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)")[ \t]*(?:\#[^\n]*)?(?=\n|\Z)""")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def quoted_value(text):
    """The value in quotes that the text begins with, and where its last line ends; None when there is none."""
    match = QUOTED.match(text)
    if not match:
        return None
    if match[1] is not None:
        return match[1], match.end()
    return re.sub(r"\\([\s\S])", lambda pair: ESCAPES.get(pair[1], pair[0]), match[2]), match.end()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    """Linux sends SIGTERM to the child when this process is killed (prctl(2), PR_SET_PDEATHSIG)."""
    LIBC.prctl(1, signal.SIGTERM)


class Child:
    def __init__(self, name, command, environment, ready):
        self.name, self.command, self.environment, self.ready = name, command, environment, ready
        self.backoff, self.restart_at = 0.25, None
        self.last_lines = []
        self.start()

    def start(self):
        self.started, self.restart_at = time.monotonic(), None
        try:
            # Its own session, so that Ctrl-C reaches this process alone, which controls the order of stopping.
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=die_with_parent)
        except OSError as error:
            raise CannotStart(f"{self.name}: {error}") from error
        self.reader = threading.Thread(target=self.copy_output, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def copy_output(self, stream):
        for raw in stream:
            line = raw.decode(errors="replace").rstrip("\n")
            self.last_lines = [*self.last_lines[-9:], line]
            # A JSON line names its process and must stay parseable. Any other line gets a prefix, so that it cannot be
            # taken for one of ours.
            is_log = line.startswith("{") and not sys.stdout.isatty()
            say(line if is_log else f"{self.name:<13}| {line}")

    def why(self):
        """The log line that says why the process ended."""
        self.reader.join(1)
        for line in reversed(self.last_lines):
            try:
                event = json.loads(line)
                if event.get("level") == "critical":
                    return f"{event.get('msg')}: {event.get('error', '')}"
            except (ValueError, AttributeError):
                if "critical" in line:
                    return line
        return self.last_lines[-1] if self.last_lines else "no output"

    def signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)


def say(line):
    """One line, whole: the threads of several children call this at the same time."""
    try:
        with OUTPUT:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    except (BrokenPipeError, OSError):
        pass  # The reader of the log is gone; the calls continue.


class UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=5)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def readyz(connection):
    """None when ready, otherwise why not."""
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(65536).decode(errors="replace")
        return None if answer.status == 200 else f"{answer.status} {body}"
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return None
    except OSError as error:
        return str(error)


class Installation:
    def __init__(self, binaries):
        self.binaries = binaries
        self.environment = {**dotenv(Path(".env")), **os.environ}
        self.stopping = 0
        self.stages = [[], [], [], []]  # in the order of stopping

    def get(self, name):
        return self.environment.get(name) or self.environment.get(name + "_FILE")

    def run(self):
        # The parent process may have blocked signals, and all children would inherit a blocked SIGTERM.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.on_signal)
        try:
            self.start()
            self.wait_until_ready()
            if not self.stopping:
                url = self.environment.get("PUBLIC_URL") or self.url
                say(f"ready {url}")
                say(f"  dashboard {url}/   API {url}/openapi.json   stop with Ctrl-C")
                for name, number in self.further:
                    self.start_service(name, number)
            while not self.stopping:
                self.restart_what_died()
                time.sleep(0.1)
            return 0
        except CannotStart as error:
            if self.stopping:
                return 0
            print(f"deploy/up: {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            self.stop()

    def on_signal(self, *_):
        self.stopping += 1
        if self.stopping > 1:
            for child in sum(self.stages, []):
                child.signal(signal.SIGKILL)

    def start(self):
        for name in ["gateway", "relay", "supervisor", "scoring", "reports"]:
            if not (self.binaries / name).exists():
                raise CannotStart(f"{self.binaries / name} is not built; run deploy/up without --no-build")
        if not self.environment.get("DRAIN_SECONDS"):
            self.environment["DRAIN_SECONDS"] = "5"
        if sys.stdout.isatty():
            self.environment.setdefault("LOG_FORMAT", "text")
        database = [] if self.get("MONGODB_URI") else [self.start_database()]
        if not self.get("OPENAI_API_KEY") and not self.get("OPENAI_BASE_URL"):
            self.start_simulator()
        self.choose_address()
        lines = [line.partition("#")[0].split() for line in Path("deploy/Procfile").read_text().splitlines()]
        processes = [(words[0], number) for words in lines if words for number in range(1, int(words[1]) + 1)]
        # These read their rules before they need the database, so they do that while it starts.
        early = ("scoring", "supervisor")
        self.further = [process for process in processes if process[1] > 1]
        for name, number in sorted(processes, key=lambda process: process[0] not in early):
            if name not in early:
                self.wait_for(database)
            if number == 1:
                self.start_service(name, number)

    def start_service(self, name, number):
        sockets = self.environment.get("SOCKET_DIR") or ".run/sockets"
        if name == "gateway":
            ready = lambda: readyz(self.gateway_connection())
        else:
            ready = lambda: readyz(UnixHTTP(f"{sockets}/{name}/{number}.sock"))
        stage = 0 if name in ("gateway", "relay") else 1
        self.add(stage, f"{name}.{number}", [self.binaries / name], {"INSTANCE_ID": str(number)}, ready)

    def add(self, stage, name, command, extra, ready):
        child = Child(name, [str(word) for word in command], {**self.environment, **extra}, ready)
        self.stages[stage].append(child)
        return child

    def start_database(self):
        port = free_port()
        beside = Path(self.environment.get("DATA_DIR") or "data/sessions").absolute().parent
        data = beside / ("mongodb" if shutil.which("mongod") else "secantusdb")
        data.mkdir(parents=True, exist_ok=True)
        if shutil.which("mongod"):
            command = ["mongod", "--dbpath", data, "--bind_ip", "127.0.0.1", "--port", port, "--quiet"]
        else:
            program = Path(".build-venv/bin/secantusd-py")
            if not program.exists():
                raise CannotStart("no MongoDB: set MONGODB_URI, install mongod, or run deploy/setup")
            command = [
                program, "--host", "127.0.0.1", "--port", port, "--standalone", "--storage-path", data,
                "--log-level", "WARNING"]
            say(f"no MONGODB_URI: using SecantusDB, for trying out only, with its data in {data}")
        database = self.add(3, "database", command, {}, lambda: listens(port))
        self.environment["MONGODB_URI"] = f"mongodb://127.0.0.1:{port}/bat-vr-trainer"
        return database

    def start_simulator(self):
        port = free_port()
        command = [self.binaries / "openai-simulator", "--port", port]
        if any(Path(".build-venv/lib").glob("python*/site-packages/moonshine_voice")):
            python, program = Path(".build-venv/bin/python"), Path("Tests/Tools/Recogniser/recogniser.py")
            command += ["--recogniser", python.absolute(), program.absolute()]
        simulator = self.add(2, "simulator", command, {}, lambda: listens(port))
        self.wait_for([simulator])
        self.environment |= {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "sk-simulated", "SIMULATED": "1"}
        say("SIMULATED: no OPENAI_API_KEY is set, so the customer is the bundled simulator, not OpenAI")

    def choose_address(self):
        host = self.environment.get("HOST") or "127.0.0.1"
        self.port = self.environment.get("PORT") or "3001"
        self.tls = bool(self.environment.get("TLS_CERT"))
        self.host = "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host
        self.url = f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def gateway_connection(self):
        if not self.tls:
            return http.client.HTTPConnection(self.host, self.port, timeout=5)
        import ssl
        # Our own process on this machine; its certificate is for another name.
        return http.client.HTTPSConnection(
            self.host, self.port, timeout=5, context=ssl._create_unverified_context())

    def wait_until_ready(self):
        self.wait_for(self.stages[0] + self.stages[1])

    def wait_for(self, children):
        """Waits until all are ready. Raises CannotStart when a process ends meanwhile or is not ready in time."""
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(children)
        while waiting and not self.stopping:
            for child in sum(self.stages, []):
                if child.process.poll() is not None:
                    raise CannotStart(f"{child.name} ended with {child.process.returncode}: {child.why()}")
            waiting = [child for child in waiting if child.ready() is not None]
            if waiting and time.monotonic() > deadline:
                raise CannotStart("; ".join(f"{child.name} is not ready: {child.ready()}" for child in waiting))
            if waiting:
                time.sleep(0.05)
        if self.stopping:
            raise CannotStart("stopped")

    def restart_what_died(self):
        now = time.monotonic()
        for child in sum(self.stages, []):
            if child.process.poll() is None:
                continue
            if child.restart_at is None:
                if now - child.started > HEALTHY_SECONDS:
                    child.backoff = 0.25
                child.restart_at = now + child.backoff
                say(f"{child.name} ended with {child.process.returncode}, restarting in {child.backoff:g} s")
                child.backoff = min(child.backoff * 2, 10)
            elif now >= child.restart_at:
                child.start()

    def stop(self):
        try:
            drain = float(self.environment.get("DRAIN_SECONDS") or 5)
        except ValueError:
            drain = 5
        for children, limit in zip(self.stages, (drain + 3, 3, 1, 3)):
            deadline = time.monotonic() + limit
            for child in children:
                child.signal(signal.SIGTERM)
            for child in children:
                try:
                    child.process.wait(max(0.01, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    say(f"{child.name} did not stop in {limit:g} s, killing it")
                    child.signal(signal.SIGKILL)
                    child.process.wait()


if __name__ == "__main__":
    sys.exit(Installation(Path(sys.argv[1])).run())
