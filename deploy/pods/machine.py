"""What the other modules share: running programs, and lines that are said at once."""

import ctypes
import signal
import subprocess
import time


class Failed(Exception):
    """Something that was tested does not hold."""


def say(line):
    print(f"pods: {line}", flush=True)


def run(*command):
    """The output of a program. A failure shows it."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    if result.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def wait(what, seconds, holds):
    """Waits until `holds` returns something true. A failure names what was waited for."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.2)


class Part:
    """One part of the test, with its seconds in the output."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.began = time.time()
        return self

    def __exit__(self, kind, error, trace):
        self.ended = time.time()
        say(f"{'FAILED' if kind else 'ok'} {self.ended - self.began:5.1f} s  {self.name}")


def ends_with_parent():
    """Linux sends SIGTERM to the child when this process is killed (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
