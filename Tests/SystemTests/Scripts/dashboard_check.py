#!/usr/bin/env python3
"""Opens the dashboard in a real browser and checks that a session is shown: in the list, and on a page of its own.

    dashboard_check.py http://127.0.0.1:3001 --session BAT-001 --trainee ANNA --score 57 [--api-key SECRET]

Chromium is driven over its DevTools pipe, so nothing but Chromium is needed. Exit codes: 0 when all is well (also,
after saying "skipped", where there is no Chromium), 1 with one line for each thing that is wrong.
"""

import argparse
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

DEADLINE_SECONDS = 60


class Browser:
    """One Chromium with one page, and everything that went wrong in it."""

    def __init__(self, program, profile):
        # DevTools reads commands from descriptor 3 and writes answers to 4, each ended by a NUL.
        commands, self.commands = (fcntl.fcntl(end, fcntl.F_DUPFD, 16) for end in os.pipe())
        self.answers, answers = (fcntl.fcntl(end, fcntl.F_DUPFD, 16) for end in os.pipe())

        def connect():
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=connect, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.unread, self.number, self.session, self.faults = b"", 0, None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            answer = self.read(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.note(answer)

    def read(self, deadline):
        while b"\0" not in self.unread:
            if not select.select([self.answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise RuntimeError("the browser does not answer")
            part = os.read(self.answers, 1 << 16)
            if not part:
                raise RuntimeError("the browser has ended")
            self.unread += part
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def note(self, message):
        parameters = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description", details["text"]))
        elif message.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            entry = parameters["entry"]
            self.faults.append(f"{entry['text']} {entry.get('url', '')}")

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['text']}")
        return result["result"].get("value")

    def wait(self, expression):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            if value := self.evaluate(expression):
                return value
            time.sleep(0.1)
        return None

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(10)
        except (RuntimeError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def check(browser, options):
    """What is wrong, one sentence each."""
    text = json.dumps
    browser.call("Page.navigate", url=f"{options.address}/")
    state = browser.wait(
        "document.querySelector('#key') ? 'sign-in' : document.querySelector('.view:not([aria-busy])') && 'shown'")
    if state == "sign-in":
        browser.faults.clear()  # The answer 401 that led here is an error in the browser's log.
        browser.evaluate(f"document.querySelector('#key').value = {text(options.api_key or '')};"
                         "document.querySelector('form').requestSubmit()")
        state = browser.wait("document.querySelector('.view:not([aria-busy])') && 'shown'")
    if not state:
        return ["the list was not shown: " + browser.evaluate("document.body.innerText")[:300]]

    wrong = []
    row = browser.wait(f"document.querySelector('tr[data-session={text(options.session)}]')?.innerText")
    for name, wanted in (("session", options.session), ("trainee", options.trainee), ("score", options.score)):
        if wanted is not None and str(wanted) not in (row or "").replace("\n", "\t").split("\t"):
            wrong.append(f"the list does not show the {name} {wanted}: {row!r}")

    browser.evaluate(f"document.querySelector('tr[data-session={text(options.session)}] a')?.click()")
    if not browser.wait("document.querySelector('.session-head') && document.querySelector('.view:not([aria-busy])')"
                        " && true"):
        return wrong + ["the session's page was not shown"]
    page = browser.evaluate("document.querySelector('main').innerText")
    if options.session not in page or (options.trainee and options.trainee not in page):
        wrong.append("the session's page does not name the session and the trainee")
    if options.score is not None:
        shown = browser.evaluate("document.querySelector('.ring-number')?.textContent")
        if shown != str(options.score):
            wrong.append(f"the session's page shows the score {shown}, not {options.score}")
        for kind in ("report", "data"):
            if not browser.evaluate(
                    f"!!document.querySelector('a[href=\"/api/sessions/{options.session}/{kind}\"]')"):
                wrong.append(f"the session's page has no link to its {kind}")
    lines = browser.evaluate(
        f"fetch('/api/sessions/{options.session}').then(r => r.json()).then(s => s.transcript.length)")
    shown = browser.evaluate("document.querySelectorAll('.transcript > .line').length")
    if lines != shown:
        wrong.append(f"the transcript shows {shown} of {lines} lines")
    if browser.evaluate("document.querySelectorAll('main :is(img, script, iframe, style, [style])').length"):
        wrong.append("something of the data has become markup")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--session", required=True)
    parser.add_argument("--trainee")
    parser.add_argument("--score", type=int)
    parser.add_argument("--api-key")
    options = parser.parse_args()
    options.address = options.address.rstrip("/")

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        print("skipped: no Chromium is installed")
        return 0
    with tempfile.TemporaryDirectory(prefix="dashboard-check-", ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            wrong = check(browser, options)
            wrong += [f"the browser reports: {fault}" for fault in browser.faults]
        except RuntimeError as error:
            wrong = [str(error)]
        finally:
            browser.close()
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if not wrong:
        print(f"the dashboard shows {options.session}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
