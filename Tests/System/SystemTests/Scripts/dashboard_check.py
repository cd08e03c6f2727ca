#!/usr/bin/env python3
"""Opens the dashboard in a real browser and checks that a session is shown: in the list, and on a page of its own.

    dashboard_check.py http://127.0.0.1:3001 --session BAT-001 --trainee ANNA --score 57 [--api-key SECRET]

Then it has the page ask for answers that are made up after that session's, with everything in them that a judgement
can say (every state of a finding, each verdict, what is not counted), and with as little as the API may give. Both are
looked at in light and dark, and as narrow as a phone.

Chromium is driven over its DevTools pipe, so nothing but Chromium is needed. Exit codes: 0 when all is well (also,
after saying "skipped", where there is no Chromium), 1 with one line for each thing that is wrong.
"""

import argparse
import copy
import fcntl
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

DEADLINE_SECONDS = 60

STATES = {
    "violated": "Violated", "disputed": "Disputed", "suspected": "Suspected", "dismissed": "Dismissed",
    "satisfied": "Kept"}
STATES_OF = {word: state for state, word in STATES.items()}
SEVERITIES = {"blocker": "Blocker", "major": "Major", "minor": "Minor", "info": "Note"}
DECIDERS = {"code": "the rules", "review": "reading for meaning", "person": "a person"}
VERDICTS = {"passed": "Passed", "failed": "Not passed", "pending": "Open"}

# Text whose contrast with its ground is too small to be read.
FAINT = """
(() => {
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
    const ground = (node) => {
        for (; node; node = node.parentElement) {
            const colour = parse(getComputedStyle(node).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll("main :is(.badge, .box h3, .box li, .verdict-word, .decider, .instead)")]
        .filter((node) => {
            const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
        }).map((node) => `${node.className || node.parentElement.parentElement.className}: ${node.textContent}`);
})()"""


class Browser:
    """One Chromium with one page, and everything that went wrong in it."""

    def __init__(self, program, profile, address):
        self.address = address
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
        for kind in ("report", "data"):
            if not browser.evaluate(
                    f"!!document.querySelector('a[href=\"/api/sessions/{options.session}/{kind}\"]')"):
                wrong.append(f"the session's page has no link to its {kind}")
    record = browser.evaluate(f"fetch('/api/sessions/{options.session}').then(r => r.json())")
    if (score := record.get("score")) and VERDICTS[score["verdict"]] not in (row or ""):
        wrong.append(f"the list does not show that the verdict is {score['verdict']}: {row!r}")
    wrong += check_session(browser, record)
    if options.score is not None:
        wrong += check_made_up(browser, record)
    return wrong


def check_session(browser, record):
    """What is wrong with the page of a session that is open, by its record."""
    wrong = []
    name = record["sessionId"]
    lines = len(record["transcript"])
    shown = browser.evaluate("document.querySelectorAll('.transcript > .line').length")
    if lines != shown:
        wrong.append(f"{name}: the transcript shows {shown} of {lines} lines")
    # The replay's axis sets its sizes.
    if browser.evaluate("document.querySelectorAll('main :is(img, script, iframe, style), main [style]:not(.replay *)').length"):
        wrong.append(f"{name}: something of the data has become markup")
    if browser.evaluate("document.querySelector('main .columns h2')?.textContent") != "Compliance":
        wrong.append(f"{name}: compliance does not come first")

    score = record.get("score")
    findings = (score or {}).get("findings") or ([] if score else record["findings"])
    items = {item["id"]: item for item in browser.evaluate("""
        [...document.querySelectorAll("[data-finding]")].map((item) => ({
            id: item.dataset.finding, text: item.innerText,
            badges: [...item.querySelectorAll(".badge")].map((badge) => badge.innerText),
            look: item.querySelector(".badge").className, link: item.querySelector("a.evidence")?.getAttribute("href"),
        }))""")}
    if len(items) != len(findings):
        wrong.append(f"{name}: {len(items)} of {len(findings)} findings are shown")
    for finding in findings:
        item = items.get(finding["findingId"])
        if not item:
            wrong.append(f"{name}: the finding {finding['findingId']} is not shown")
            continue
        evidence = finding["evidence"]
        # The status is said first, then the severity, each in words.
        badges = [STATES[finding["status"]], SEVERITIES[finding["severity"]]]
        if [badge.strip("✓") for badge in item["badges"]] != badges:
            wrong.append(f"{name}: the badges of {finding['findingId']} say {item['badges']}, not {badges}")
        wanted = [finding["findingId"], finding["rule"].replace("_", " ").capitalize(), DECIDERS[finding["decidedBy"]],
                  finding.get("reason"), evidence.get("text"), finding.get("sayInstead")]
        if finding["id"] != finding["rule"]:
            wanted.append(finding["id"].replace("_", " ").replace("-", " "))
        if finding["message"].startswith("«") and "»: " in finding["message"]:
            wanted.append("You said " + finding["message"].replace("»: ", "». ", 1))
        else:
            wanted.append(finding["message"])
        wrong += [f"{name}: the finding {finding['findingId']} does not say {want!r}: {item['text']!r}"
                  for want in wanted if want and want not in item["text"]]
        place = evidence.get("utteranceId") or evidence.get("eventId")
        places = [line["utteranceId"] for line in record["transcript"]] + [e.get("eventId") for e in record["events"]]
        if place in places and not (item.get("link") or "").startswith(f"/sessions/{name}"):
            wrong.append(f"{name}: the finding {finding['findingId']} has no link to its evidence")
    looks = {STATES_OF[item["badges"][0].strip("✓")]: item["look"] for item in items.values()
             if item["badges"] and item["badges"][0].strip("✓") in STATES_OF}
    if len(set(looks.values())) != len(looks):
        wrong.append(f"{name}: different states of findings look the same: {looks}")
    return wrong + (check_score(browser, record, score) if score else [])


def check_score(browser, record, score):
    name, revision = record["sessionId"], score.get("revision", 1)
    verdict = browser.evaluate("document.querySelector('.panel.verdict')?.innerText") or ""
    head = browser.evaluate("document.querySelector('.session-head')?.innerText") or ""
    talk = browser.evaluate("document.querySelector('.talk-facts')?.innerText") or ""
    wrong = []

    def expect(where, text, wanted, isThere=True):
        if (wanted in text) != isThere:
            wrong.append(f"{name}: the {where} {'lacks' if isThere else 'has'} {wanted!r}: {text!r}")

    shown = browser.evaluate("document.querySelector('.ring-number')?.textContent")
    if shown != str(score["overall"]):
        wrong.append(f"{name}: the score is shown as {shown}, not {score['overall']}")
    for word in VERDICTS.values():
        expect("head", head.split("\n"), word, word == VERDICTS[score["verdict"]])
    word = browser.evaluate("document.querySelector('.verdict-word')?.textContent") or ""
    if not word.startswith(VERDICTS[score["verdict"]]):
        wrong.append(f"{name}: the verdict {score['verdict']} is shown as {word!r}")
    reasons = score.get("pendingReasons", []) + (score.get("failReasons", []) if score["verdict"] == "failed" else [])
    for reason in reasons:
        expect("verdict", verdict, reason.split("»: ")[-1])
    expect("verdict", verdict, "Why it did not pass", score["verdict"] == "failed")
    if score.get("passMark"):
        expect("verdict", verdict, f"Pass mark {score['passMark']}")
    expect("head", head, "Needs review", score.get("needsReview", False))
    expect("verdict", verdict, "A person should look at this score", score.get("needsReview", False))
    notes = ["contradicts_rules", "score_clamped", "short_conversation", "no_trainee_speech"]
    for flag in score.get("flags", []):
        expect("verdict", verdict, flag.replace("_", " ") if flag in notes else flag.replace("_", " ").capitalize())
    expect("head", head, "Not counted", score.get("counted") is False)
    expect("verdict", verdict, "left out of averages and conversion", score.get("counted") is False)
    expect("head", head, f"Revision {revision}", revision > 1)
    expect("head", head, "Being judged again", record.get("rejudging", False))
    expect("verdict", verdict, f"revision {revision}")
    outcome = score.get("outcome") or record["outcome"]
    if outcome:
        expect("verdict", verdict, f"Outcome as judged: {outcome.replace('_', ' ')}.")
    latest = {claim["source"]: claim["outcome"] for claim in record.get("outcomeClaims", [])}
    expect("verdict", verdict, "Claimed by", any(claimed != outcome for claimed in latest.values()))

    facts = score.get("facts")
    if not facts:
        return wrong + ([f"{name}: facts are shown that nobody counted"] if talk else [])
    seconds = facts.get("secondsToAgeCheck")
    for wanted in (
            f"{int(facts['talkShare'] * 100 + 0.5)}%", f"{facts['longestTurnWords']} words",
            f"{facts['openQuestions']} open, {facts['closedQuestions']} closed",
            "never" if seconds is None else f"after {int(seconds + 0.5)} s",
            f"{facts['traineeInterruptions']} by the trainee, {facts['customerInterruptions']} by the customer"):
        expect("counted facts", talk, wanted)
    longest = re.search(r"words; ([\d.]+) s", talk)
    if abs(float(longest[1] if longest else 0) - facts["longestTurnSeconds"]) > 0.051:
        wrong.append(f"{name}: the longest turn of {facts['longestTurnSeconds']} s is not shown: {talk!r}")
    return wrong


def made_up(record):
    """Three sessions after a real one: with all that a judgement can say, with as little as it may, and passed."""
    line = next((line for line in record["transcript"] if line["speaker"] == "TRAINEE"), None)
    if not line:
        line = {"startTime": 0, "endTime": 1, "speaker": "TRAINEE", "text": "It is healthy.", "utteranceId": "made-1"}
        record = record | {"transcript": [line, *record["transcript"]]}
    quote = line["text"].split(".")[0][:40]

    def session(name, **score):
        made = copy.deepcopy(record)
        made |= {"sessionId": name, "outcomeClaims": []}
        made.pop("rejudging", None)
        made["score"] |= {
            "counted": True, "needsReview": False, "flags": [], "revision": 1, "failReasons": [], "pendingReasons": [],
            "highlights": [], "improvements": [], "passMark": 60}
        for key in ("passed", "coaching"):
            made["score"].pop(key, None)
        made["score"].pop("notCountedReason", None)
        made["score"] |= score
        return made

    def finding(status, severity, decided_by, **more):
        return {
            "findingId": f"{line['utteranceId']}.{status}-{decided_by}", "id": f"{status}_entry",
            "rule": "forbidden_word", "status": status, "severity": severity, "decidedBy": decided_by,
            "message": f"«{quote}»: Leave it <b>out</b>.",
            "evidence": {"utteranceId": line["utteranceId"], "text": quote}, "time": line["startTime"]} | more

    findings = [
        finding("satisfied", "info", "code", rule="greeting", id="greeting", message="The customer was greeted."),
        finding("dismissed", "major", "review", reason="Read as a denial."),
        finding("suspected", "blocker", "code", message=f"«{quote}» may break a rule."),
        finding("disputed", "blocker", "review", reason="The words break the rule; read by meaning it is a question."),
        finding("violated", "minor", "review"),
        finding("violated", "major", "person"),
        finding("violated", "info", "code", message=f"You said «{quote}». Leave health out.",
                evidence={"eventId": "gone"}),
    ]
    full = session(
        "MADE-901", overall=71, verdict="pending", needsReview=True, counted=False, notCountedReason="upstream",
        revision=2, outcome="rejected", findings=findings,
        flags=["decision_pending", "finding_disputed", "short_conversation"],
        pendingReasons=["«x»: The <i>first</i> thing to decide.", "The second thing to decide."], reviewed=True,
        samples=[60, 71, 76], spread=16, improvements=[f"Begin later («{quote}») Say instead: How do you do?"],
        facts={"talkShare": 0.574, "turns": 7, "longestTurnWords": 43, "longestTurnSeconds": 12.34, "openQuestions": 5,
               "closedQuestions": 2, "secondsToAgeCheck": 83.2, "traineeInterruptions": 3, "customerInterruptions": 1})
    full |= {"outcome": "rejected", "rejudging": True, "findings": findings, "outcomeClaims": [
        {"source": "client", "outcome": "converted", "time": 3},
        {"source": "supervisor", "outcome": "rejected", "time": 4}]}
    full["pipeline"]["scoring"] = {"state": "leased", "attempts": 1}

    # What the API's description requires, and not a key more.
    bare = session("MADE-902")
    bare["score"] = {
        "overall": 41, "categories": {"empathy": 41}, "highlights": [], "improvements": [], "summary": "Short.",
        "verdict": "failed", "failReasons": ["41 of 100 points; 60 are needed to pass."]}
    for key in ("outcomeClaims", "rules", "metadata"):
        bare.pop(key, None)
    bare |= {"metadata": {}, "findings": []}

    passed = session("MADE-903", overall=88, verdict="passed", passed=True, outcome="converted", findings=findings[:1])
    passed |= {"outcome": "converted"}
    return full, bare, passed


def in_list(made):
    score = made["score"]
    keys = ("sessionId", "traineeId", "personaId", "personaName", "scenarioId", "status", "phase", "outcome",
            "durationMs", "client", "createdAt", "rejudging")
    judged = ("verdict", "passed", "needsReview", "counted", "notCountedReason")
    item = {key: made[key] for key in keys if made.get(key) is not None} | {"score": score["overall"]}
    return item | {key: score[key] for key in judged if key in score}


def check_made_up(browser, record):
    wrong = []
    sessions = made_up(record)
    full, bare, passed = sessions
    figures = {"averageScore": 64.5, "averageScoreOf": 2, "conversionRate": 0.5, "conversionRateOf": 2}
    group = {"key": "k", "name": "n", "sessions": 3, **figures}
    dashboard = {
        "items": [in_list(made) for made in sessions],
        "stats": {
            "totalSessions": 3, "activeSessions": 0, "endedSessions": 3, "scoredSessions": 3, "notCountedSessions": 1,
            **figures, "outcomes": {"rejected": 1, "converted": 1},
            "byPersona": [group], "byTrainee": [group],
            "unknownInteractions": [
                {"object": "<img src=x onerror=alert(1)>", "action": "WAVE", "sessions": 2},
                {"object": "Hologram", "action": "", "sessions": 1}]}}
    progress = {
        "counted": [
            {"sessionId": made["sessionId"], "createdAt": made["createdAt"], "personaName": made["personaName"],
             "score": made["score"]["overall"]} for made in (passed, bare)],
        "leftOut": 1, "isComplete": True, "sinceLast": -47, "first": 88, "best": 88,
        "change": {"finding": "too_few", "needed": 10}, "fewest": 5, "personas": [], "categories": []}
    answers = {f"/api/sessions/{made['sessionId']}": made for made in sessions} | {
        "/api/dashboard": dashboard, "/api/progress": progress}
    browser.call("Page.addScriptToEvaluateOnNewDocument", source=f"""{{
        const [real, answers] = [window.fetch.bind(window), {json.dumps(answers)}];
        window.fetch = (path, options) => {{
            const answer = answers[new URL(path, location).pathname];
            return answer ? Promise.resolve(Response.json(answer)) : real(path, options);
        }};
    }}""")
    browser.call("Page.navigate", url="about:blank")

    def show(path, wanted):
        browser.evaluate(
            f"history.pushState(null, '', {json.dumps(path)}); dispatchEvent(new PopStateEvent('popstate'))")
        shown = "document.querySelector('.view:not([aria-busy])') && document.querySelector('main').innerText"
        if not browser.wait(f"({shown})?.includes({json.dumps(wanted)})"):
            wrong.append(f"{path} was not shown: {browser.evaluate('document.body.innerText')[:300]!r}")
            return ""
        return browser.evaluate(shown)

    browser.call("Page.navigate", url=f"{browser.address}/")
    list_text = show("/", "MADE-901")
    for wanted in (
            "of 100, n 2, 1 not counted", "n 2, where a sale was possible", "HANDOVER_OBJECTS", "vr-objects.yaml",
            "<img src=x onerror=alert(1)>", "WAVE", "Hologram"):
        if wanted not in list_text:
            wrong.append(f"the overview does not say {wanted!r}")
    for made, badges in (
            (full, ["Open", "Needs review", "Not counted: the voice service failed", "Being judged again"]),
            (bare, ["Not passed"]), (passed, ["Passed"])):
        found = browser.evaluate(
            f"[...document.querySelectorAll('tr[data-session={made['sessionId']}] td.verdict .badge')]"
            ".map(badge => badge.innerText)")
        if found != badges:
            wrong.append(f"the list says {found} of {made['sessionId']}, not {badges}")
    wrong += check_looks(browser, "the overview")

    for made in sessions:
        if show(f"/sessions/{made['sessionId']}", made["sessionId"]):
            wrong += check_session(browser, made)
            wrong += check_looks(browser, made["sessionId"])
    page = show("/sessions/MADE-901", "MADE-901")
    for wanted in (
            "Not counted: the voice service failed", "Claimed by the client: converted.", "What a person has to decide",
            "3 judgements of it lie 16 points apart", "3 violated, 1 disputed, 1 suspected, 1 dismissed, 1 kept.",
            "A person has the last word", "What you see is revision 2"):
        if wanted not in page:
            wrong.append(f"the session's page does not say {wanted!r}")
    remark = browser.evaluate(
        "[...document.querySelectorAll('.remarks :is(a.evidence q, .instead)')].map(node => node.innerText)")
    if remark != [full["score"]["findings"][1]["evidence"]["text"], "Say instead: How do you do?"]:
        wrong.append(f"a remark is not shown with its quote and with what to say instead: {remark}")
    trainee = show("/trainees/ANYBODY", "ANYBODY")
    for wanted in ("First 88, best 88, latest 41.",):
        if wanted not in trainee:
            wrong.append(f"the trainee's page does not say {wanted!r}")
    return wrong + check_looks(browser, "the trainee's page")


def check_looks(browser, name):
    """Whether it can be read in light and dark, and fits the width of a phone and of a tablet."""
    wrong = []
    for scheme in ("dark", "light"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        wrong += [f"{name}: hard to read in {scheme}: {text!r}" for text in browser.evaluate(FAINT)]
    for screen in (360, 768):
        browser.call("Emulation.setDeviceMetricsOverride", width=screen, height=740, deviceScaleFactor=1, mobile=False)
        width = browser.evaluate("document.documentElement.scrollWidth")
        if width > screen:
            wrong.append(f"{name}: {width} points wide on a screen of {screen}")
        if browser.evaluate(
                "[...document.querySelectorAll('.panel')].some((panel) => panel.scrollWidth > panel.clientWidth)"):
            wrong.append(f"{name}: something is cut off on a screen of {screen}")
    browser.call("Emulation.clearDeviceMetricsOverride")
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
        browser = Browser(program, profile, options.address)
        try:
            wrong = check(browser, options)
            # The server knows nothing of the sessions that are made up, and the page asks it for their streams.
            wrong += [f"the browser reports: {fault}" for fault in browser.faults if "/MADE-" not in fault]
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
