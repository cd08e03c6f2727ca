"""The headset: `chaos hold` in a network namespace of its own. Its calls are this project's client."""

import json
import os
import signal
import subprocess
import threading
import time

import network
from machine import Failed, check, ends_with_parent, say, wait

LONGEST_SILENCE = 25


class Calls:
    """Calls that go on while things happen to the server."""

    def __init__(self, server, key, count, name="HEADSET"):
        chaos = f".build/{os.environ['BUILD_CONFIGURATION']}/chaos"
        command = [
            "ip", "netns", "exec", network.HEADSET, chaos, "hold", "--server", server, "--api-key", key,
            "--calls", count, "--minutes", 30, "--trainee", name]
        self.server = server
        self.count = count
        self.lines = []
        # When each call last began to hear an answer, in seconds since 1970.
        self.heard = {}
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, preexec_fn=ends_with_parent)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if '"hears"' in line:
                self.heard[json.loads(line)["call"]] = time.time()
            else:
                self.lines.append(line.strip())

    def wait_until_connected(self):
        def connected():
            if self.process.poll() is not None:
                raise Failed(f"the calls have ended: {self.lines}")
            return sum('"connected":true' in line for line in list(self.lines)) == self.count

        wait(f"{self.count} calls are connected", 40, connected)

    def wait_until_heard(self, since):
        """Until each has begun to hear an answer after a time."""
        wait("every call hears an answer again", 60, lambda: self.count == sum(
            at > since for at in list(self.heard.values())))

    def end(self):
        """What became of the calls."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(180)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"the calls do not end: {self.lines}") from error
        self.reader.join(5)
        outcomes = [json.loads(line) for line in self.lines if '"silences"' in line]
        check(len(outcomes) == self.count, f"{self.count} calls, and this is what they said: {self.lines}")
        return outcomes

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def judge(outcomes, server, parts):
    """Every call went on, and was never silent for long. Prints the longest silence of each part."""
    for each in outcomes:
        check(
            each["hasEnded"] and each["hasScore"] and not each["unacknowledged"] and "problem" not in each,
            f"a call did not go on to its score: {each}")
        check(
            each["address"].startswith(server.replace("http", "ws", 1) + "/"),
            f"{server} was asked, and the client was sent to {each['address']}")
    silences = [silence for each in outcomes for silence in each["silences"]]
    for part in parts:
        own = [each["seconds"] for each in silences
               if each["from"] < part.ended and each["from"] + each["seconds"] > part.began]
        say(f"containers: longest silence {max(own, default=0):4.1f} s  {part.name}")
    longest = max((each["seconds"] for each in silences), default=0)
    say(f"containers: {len(outcomes)} calls went on to their scores; {sum(each['losses'] for each in outcomes)} "
        f"connections were lost, the longest silence was {longest:.1f} s")
    check(longest < LONGEST_SILENCE, f"a call was silent for {longest:.1f} s")
