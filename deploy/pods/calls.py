"""The headsets: `chaos hold`, this project's client."""

import json
import signal
import subprocess

from machine import Failed, ends_with_parent, say, wait

LONGEST_SILENCE = 25


class Calls:
    """Calls that go on while things happen to the pods."""

    def __init__(self, chaos, server, key, count, log):
        self.count = count
        self.log = log
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                [chaos, "hold", "--server", server, "--api-key", key, "--calls", str(count), "--minutes", "30",
                 "--trainee", "POD"],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, preexec_fn=ends_with_parent)
        wait("all calls are connected", 60, lambda: self.log.read_text().count('"connected":true') == count)

    def end(self):
        """What became of the calls."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(240)
        outcomes = [json.loads(line) for line in self.log.read_text().splitlines() if '"silences"' in line]
        if len(outcomes) != self.count:
            raise Failed(f"{self.count} calls, and {len(outcomes)} outcomes: {self.log.read_text()[-2000:]}")
        return outcomes

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()


def judge(outcomes, parts):
    """Every call went on, and was never silent for long. Prints the silences of each part."""
    for each in outcomes:
        if not each["hasEnded"] or not each["hasScore"] or each["unacknowledged"] or "problem" in each:
            raise Failed(f"a call did not go on to its score: {each}")
    silences = [silence for each in outcomes for silence in each["silences"]]
    for part in parts:
        # Of each call the longest that overlaps with the part.
        longest = sorted(
            max((each["seconds"] for each in outcome["silences"]
                 if each["from"] < part.ended and each["from"] + each["seconds"] > part.began), default=0)
            for outcome in outcomes)
        half, most = longest[len(longest) // 2], longest[-1]
        say(f"longest silence of a call: p50 {half:4.1f} s, p95 {longest[int(len(longest) * 0.95)]:4.1f} s, most {most:4.1f} s  {part.name}")
    longest = max((each["seconds"] for each in silences), default=0)
    lost = sum(each["losses"] for each in outcomes)
    say(f"{len(outcomes)} calls went on to their scores; every event was acknowledged; {lost} connections were lost")
    if longest >= LONGEST_SILENCE:
        raise Failed(f"a call was silent for {longest:.1f} s")
