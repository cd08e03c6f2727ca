"""What is looked at: settings, workers, sockets, logs, rights."""

import http.client
import importlib.util
import json
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from installation import SERVICES
from machine import check, say

LONGEST_LINE = 64 << 10
# Where something is mounted, by compose or by the engine.
MOUNTS = ("/run/bat", "/run/secrets", "/var/lib/bat", "/tmp", "/usr/sbin/docker-init")
# What Swift's dispatch library says by itself where a process may not raise the priority of its threads.
DISPATCH = "Failed to set thread priority"


def deployment():
    """deploy/check_deployment.py, which knows what each process reads."""
    spec = importlib.util.spec_from_file_location("check_deployment", "deploy/check_deployment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings_arrive(installation):
    """Every setting of .env.example, in a container of each service that reads it."""
    known = deployment()
    example = re.findall(r"^([A-Z][A-Z0-9_]*)=", Path(".env.example").read_text(), re.MULTILINE)
    values = {name: f"value-of-{name}" for name in example} | {"PORT": "3001", "SECRETS_DIR": "deploy/secrets"}
    file = installation.folder / "all.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    binaries = Path(".build") / os.environ["BUILD_CONFIGURATION"]
    expected = {
        service: (set(known.settings_of(binaries / service)) & set(example)) - known.FIXED_IN_CONTAINERS
        - {"INSTANCE_ID"}
        for service in SERVICES}

    def arrived(service):
        text = installation.compose(
            "--env-file", "all.env", "run", "--rm", "--no-deps", "-T", "--entrypoint", "env", service)
        return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"[A-Z_]+[A-Z0-9_]*=", line))

    with ThreadPoolExecutor(2) as pool:
        for service, found in zip(SERVICES, pool.map(arrived, SERVICES)):
            missing = [
                name for name in sorted(expected[service])
                if found.get(name) != values[name] and f"{name}_FILE" not in found]
            check(not missing, f"{service} does not get {', '.join(missing)}")
    say(f"containers: {len(set().union(*expected.values()))} settings arrive")


def ask(path, target):
    """One request to a Unix socket, however long its path is."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        connection = http.client.HTTPConnection("localhost", timeout=5)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(5)
        connection.sock.connect(f"/proc/self/fd/{folder}/{path.name}")
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
        os.close(folder)


def evaluations(installation):
    """How many evaluations each supervisor has made."""
    counts = []
    for path in installation.sockets("supervisor"):
        found = re.search(r"^bat_supervisor_eval_seconds_count\S* (\d+)", ask(path, "/metrics")[1], re.MULTILINE)
        counts.append(int(found[1]) if found else 0)
    return counts


def sockets_live(installation):
    """As many sockets as containers, and every one answers."""
    for service in SERVICES:
        if service == "gateway":
            continue
        paths = installation.sockets(service)
        count = len(installation.of(service))
        check(len(paths) == count, f"{count} containers of {service}, and the sockets {[path.name for path in paths]}")
        for path in paths:
            check(ask(path, "/healthz")[0] == 200, f"{path} does not answer")


def rights(installation):
    """No root, nothing written into the image, volumes for the containers' user alone."""
    for each in installation.containers():
        name = each["Name"].strip("/")
        service = each["Config"]["Labels"]["com.docker.compose.service"]
        text = json.dumps(each)
        check(not any(secret in text for secret in installation.secrets()), f"docker inspect shows a secret of {name}")
        if service in SERVICES:
            is_locked = each["Config"]["User"] == "10001" and each["HostConfig"]["ReadonlyRootfs"]
            check(is_locked, f"{name} is not locked down")
            changed = installation.engine.docker("diff", each["Id"]).split()
            outside = [path for path in changed[1::2] if not path.startswith(MOUNTS)
                       and not any(mount.startswith(f"{path}/") for mount in MOUNTS)]
            check(not outside, f"{name} has written {outside}")
    for volume in ("sockets", "sessions", "journal"):
        folder = installation.engine.folder / f"data/volumes/bat_{volume}/_data"
        status = folder.stat()
        is_private = status.st_uid == 10001 and status.st_mode & 0o777 == 0o700
        check(is_private, f"volume {volume}: {oct(status.st_mode)} of {status.st_uid}")


def logs(installation):
    """JSON, lines of a bounded length, no secret, and nobody gave up."""
    secrets = installation.secrets()
    count = longest = 0
    for service, text in installation.logs.values():
        if service not in SERVICES:
            continue
        for line in text.splitlines():
            count += 1
            longest = max(longest, len(line.encode()))
            check(not any(secret in line for secret in secrets), f"{service} logs a secret")
            if line.startswith(DISPATCH):
                continue
            event = json.loads(line)
            check(event["level"] != "critical", f"{service} gave up: {line}")
    say(f"containers: {count} log lines, the longest has {longest} bytes")
    check(longest <= LONGEST_LINE, f"a log line has {longest} bytes")
