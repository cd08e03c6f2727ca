"""Fixtures of the browser tests: running installations, Chromium, and pages whose errors fail the test."""

import re
import subprocess
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect, sync_playwright
from support.eventually import eventually
from support.installation import BINARIES, PACKAGE, Installation, KeyedInstallation
from support.line import Line
from support.microphone import Microphone
from support.origin import Origin
from support.watch import TELL_VIOLATIONS, Watch

FAILURES = PACKAGE / ".build" / "browser-failures"
PATIENCE_MS = 15_000
PAGES = pytest.StashKey()

expect.set_options(timeout=PATIENCE_MS)


# MARK: installations


@pytest.fixture(scope="session")
def system(tmp_path_factory):
    """An installation without API keys."""
    yield from _running(Installation, tmp_path_factory, {})


@pytest.fixture(scope="session")
def keyed(tmp_path_factory):
    """An installation with an API key for each role."""
    yield from _running(KeyedInstallation, tmp_path_factory, {})


@pytest.fixture(scope="module")
def start_system(tmp_path_factory):
    """Starts an installation with other settings."""
    started = []

    def start(kind=Installation, **environment):
        started.append(kind(tmp_path_factory.mktemp("system"), environment))
        return started[-1]

    yield start
    for installation in started:
        installation.stop()


def _running(kind, tmp_path_factory, environment):
    installation = kind(tmp_path_factory.mktemp("system"), environment)
    yield installation
    installation.stop()


@pytest.fixture
def line():
    """Puts a line that can be cut in front of an installation."""
    lines = []

    def put(installation):
        lines.append(Line(installation.url))
        return lines[-1]

    yield put
    for each in lines:
        each.stop()


@pytest.fixture(scope="session")
def other_origin():
    origin = Origin()
    yield origin
    origin.stop()


@pytest.fixture(scope="session")
def demo_call(tmp_path_factory):
    """Holds a call without a browser; gives the record of the scored session."""

    def hold(installation, script="good", trainee=None):
        trainee = trainee or f"DEMO_{uuid.uuid4().hex[:8]}"
        key = ["--api-key", installation.api.key] if installation.api.key else []
        subprocess.run(
            [BINARIES / "demo-call", "--server", installation.url, "--script", script, "--trainee", trainee, "--text",
             "--fast", "--out", tmp_path_factory.mktemp("demo"), *key],
            check=True, timeout=60, stdout=subprocess.DEVNULL)
        [item] = installation.api.get("/api/sessions", traineeId=trainee)["items"]
        return eventually(
            lambda: (record := installation.api.session(item["sessionId"])).get("score") and record, "the call is scored")

    return hold


# MARK: browser and pages


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def launch(playwright):
    """Starts Chromium with a made-up microphone, and with sound that nobody hears."""

    def start(*arguments):
        return playwright.chromium.launch(
            executable_path="/usr/bin/chromium", ignore_default_args=["--mute-audio"],
            args=["--use-fake-device-for-media-stream", *arguments])

    return start


@pytest.fixture(scope="session")
def browser(launch):
    chromium = launch()
    yield chromium
    chromium.close()


@pytest.fixture
def spoken_browser(launch):
    """A Chromium whose microphone is a WAV file, heard from when a page opens the microphone, once or again and again."""
    started = []

    def start(path, again=False):
        started.append(launch(f"--use-file-for-fake-audio-capture={path}{'' if again else '%noloop'}"))
        return started[-1]

    yield start
    for chromium in started:
        chromium.close()


@pytest.fixture
def open_page(request, browser):
    """Opens an address in a browser profile of its own."""
    contexts = []

    def open_it(url, *, width=1280, height=800, dark=False, reduced_motion=False, locale="en-GB", microphone=None,
                allow_microphone=True, browser=browser):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if reduced_motion else "no-preference", locale=locale,
            permissions=["microphone"] if allow_microphone else [])
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(TELL_VIOLATIONS)
        if microphone:
            context.add_init_script(microphone.script)
        page = context.new_page()
        page.watch = Watch(page)
        request.node.stash.setdefault(PAGES, []).append(page)
        page.goto(url)
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page("about:blank")


@pytest.fixture
def microphone():
    return Microphone()


@pytest.fixture
def accessible():
    """Fails when axe-core finds something serious or critical."""

    def check(page):
        found = Axe().run(page).response["violations"]
        serious = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
            for violation in found if violation["impact"] in ("serious", "critical") for node in violation["nodes"]]
        assert not serious, "\n".join(serious)

    return check


# MARK: what fails a test, and what is kept of a failure


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    faults = [fault for page in item.stash.get(PAGES, []) for fault in page.watch.faults]
    assert not faults, "the browser reports:\n" + "\n".join(faults)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        for number, page in enumerate(item.stash.get(PAGES, [])):
            _keep(report, page, re.sub(r"\W+", "-", item.name) + (f"-{number}" if number else ""))
        for name, installation in item.funcargs.items():
            if isinstance(installation, Installation):
                report.sections.append((f"log of {name}", installation.log()))
    return report


def _keep(report, page, name):
    FAILURES.mkdir(parents=True, exist_ok=True)
    try:
        page.screenshot(path=FAILURES / f"{name}.png", full_page=True, timeout=5_000)
        content = page.locator("body").aria_snapshot(timeout=5_000)
    except Error as error:
        content = f"no picture: {error}"
    (FAILURES / f"{name}.txt").write_text("\n".join([page.url, *page.watch.faults, "", content, ""]))
    report.sections.append(("page", "\n".join([f"{FAILURES / name}.png and .txt", *page.watch.faults, content])))
