"""Plays all situations to a deployment."""

import asyncio

from ..report import Report
from ..rules import rules_of
from .line import PATIENCE
from .situations import SITUATIONS
from .stage import Stage


async def play(deployment, names=None, at_once=4):
    """Gives the report. `names` chooses situations."""
    report = Report(rules_of("server"))
    await deployment.choose_scenario()
    if not deployment.key:
        for rule in ("server.rest.key", "server.ticket.bounds"):
            report.skipped[rule] = "no key was given"
    places = asyncio.Semaphore(at_once)
    chosen = [each for each in SITUATIONS.all if not names or each.name in names]
    # The longest first, so that the run ends soon.
    await asyncio.gather(*(
        _play(each, deployment, report, places) for each in sorted(chosen, key=lambda each: -each.seconds)))
    return report


async def _play(situation, deployment, report, places):
    async with places:
        stage = Stage(situation, deployment, report)
        try:
            await asyncio.wait_for(situation.play(stage), situation.seconds * max(1, PATIENCE.factor))
        except asyncio.TimeoutError:
            report.trouble(situation.name, f"not over after {situation.seconds} s")
        except Exception as error:  # whatever the server did that the situation did not expect
            report.trouble(situation.name, f"{type(error).__name__}: {error}")
        try:
            await asyncio.wait_for(stage.clear(), 15)
        except Exception as error:
            report.trouble(situation.name, f"closing: {type(error).__name__}: {error}")
        report.played.append(situation.name)
