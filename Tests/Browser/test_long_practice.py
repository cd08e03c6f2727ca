"""A page that is left open for call after call. Not in every run: `deploy/browser -m long`.

BROWSER_MINUTES is how long (60).
"""

import os
import time

import pytest
from support.memory import Memory
from support.practice import SCENARIO, Practice

MINUTES = float(os.environ.get("BROWSER_MINUTES", "60"))
MOST_MEGABYTES_AN_HOUR = 20
LINES = [
    "Good afternoon, do you have a minute?",
    "What do you like about your cigarettes?",
    "How many do you smoke on a normal day?",
    "Before we go on, may I ask for your date of birth?",
    "This is the glo device. It heats a stick of tobacco instead of burning it.",
    "It is not risk free, and nicotine is addictive.",
]


@pytest.mark.long
@pytest.mark.timeout(MINUTES * 60 + 600)
def test_a_page_hardly_grows_in_an_hour_of_calls(system, open_page, microphone, capsys):
    title = next(item["title"] for item in system.api.get("/api/scenarios")["items"] if item["id"] == SCENARIO)
    page = open_page(f"{system.url}/practice", microphone=microphone)
    page.set_default_timeout(60_000)
    practice = Practice(page)
    practice.go_to_briefing(title, name="LONG", types=False)
    call(practice)
    memory = Memory(page)
    # The first call loads what every page needs once.
    began, first = time.monotonic(), (memory.heap(), memory.process(), memory.nodes())
    calls = 0
    while time.monotonic() - began < MINUTES * 60:
        practice.button("The same customer again").click()
        practice.heading(title)
        call(practice)
        calls += 1
        heap, process, nodes = memory.heap(), memory.process(), memory.nodes()
        minutes = (time.monotonic() - began) / 60
        with capsys.disabled():
            print(f"\n{minutes:5.1f} min, {calls} calls: heap {heap:.1f} MB ({heap - first[0]:+.1f}), "
                  f"process {process:.0f} MB ({process - first[1]:+.0f}), {nodes} nodes ({nodes - first[2]:+d})", end="")
    assert heap - first[0] < MOST_MEGABYTES_AN_HOUR * max(1, MINUTES / 60)


def call(practice):
    """One that lasts as long as its words."""
    practice.start()
    for line in LINES:
        practice.is_the_customer("is listening")
        practice.say_typed(line)
        practice.is_the_customer("is speaking")
    practice.is_the_customer("is listening")
    practice.end()
    practice.result()
