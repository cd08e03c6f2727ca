"""Listens for a client until every situation has been played, or no client comes any more."""

import asyncio
import time

from ..report import Report
from ..rules import rules_of
from .exam import Exam
from .http import MOST_HEAD
from .situations import SITUATIONS


async def start(host, port, names=()):
    """Gives the exam and its server, for tests too."""
    report = Report(rules_of("client"))
    exam = Exam([each for each in SITUATIONS.all if not names or each.name in names], report)
    server = await asyncio.start_server(exam.serve, host, port, limit=MOST_HEAD)
    return exam, server


async def listen(host, port, names, idle):
    exam, server = await start(host, port, names)
    print(f"listening on http://{host}:{port}: {len(exam.waiting)} situations, as scenarios; Ctrl-C ends", flush=True)
    try:
        while not exam.is_over and (exam.is_busy or time.monotonic() - exam.heard_at < idle):
            await asyncio.sleep(0.2)
    except asyncio.CancelledError:
        pass  # Ctrl-C: what was seen is reported
    server.close()
    for name in exam.waiting:
        print(f"–    {name} was not played")
    return exam.report
