"""What the other modules share: running programs, and lines that are said at once."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
import urllib.request


class Skipped(Exception):
    """No engine can run here, and why."""


class Failed(Exception):
    """Something that was tested does not hold."""


def say(line):
    print(line, flush=True)


def run(*command, check=True, timeout=300, **options):
    """The output of a program, both streams together. A failure shows it."""
    result = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        stdin=options.pop("stdin", subprocess.DEVNULL), timeout=timeout, **options)
    if check and result.returncode != 0:
        words = " ".join(str(word) for word in command)
        raise Failed(f"{words} ended with {result.returncode}:\n{result.stdout[-4000:]}")
    return result.stdout


def wait(what, seconds, holds):
    """Waits until `holds` returns something true, which is returned. A failure names what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        if result := holds():
            return result
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.2)


def answers_ready(address):
    """Whether a gateway's /readyz says yes."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=3) as answer:
            return answer.status == 200
    except OSError:
        return False


def check(holds, fault):
    if not holds:
        raise Failed(fault)


class Part:
    """One part of the test, with its seconds in the output."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.began = time.time()
        return self

    def __exit__(self, kind, error, trace):
        self.ended = time.time()
        say(f"containers: {'FAILED' if kind else 'ok'} {self.ended - self.began:5.1f} s  {self.name}")


def ends_with_parent():
    """Linux sends SIGTERM to the child when this process is killed (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def descendants(pid):
    """The processes below one, by /proc."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/stat") as file:
                    parents.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
    found = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found
