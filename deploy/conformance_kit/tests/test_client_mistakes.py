"""The kit finds every mistake that is planted in a client, and none in a client without."""

import asyncio

import pytest
from conformance_kit.client.run import start
from conformance_kit.client.situations import SITUATIONS
from reference_client import Client

# mistake: (situations in which it shows, the rule that it breaks)
MISTAKES = {
    "text_plain": ("plain-call", "client.create.request"),
    "no_trainee": ("plain-call", "client.create.request"),
    "create_at_once": ("busy-server", "client.create.retry"),
    "new_key": ("busy-server", "client.create.retry"),
    "drop_query": ("plain-call", "client.connect.address"),
    "no_token": ("plain-call", "client.connect.token"),
    "no_bat": ("plain-call", "client.connect.token"),
    "second_connection": ("lost-line", "client.connect.once"),
    "eager": ("status-before-ready", "client.ready.wait"),
    "audio_before_ready": ("slow-ready", "client.ready.wait"),
    "ignore_moved": ("moved-elsewhere", "client.moved"),
    "crash_on_unknown": ("unknown-things", "client.ignore.unknown"),
    "leave_on_error": ("errors-not-fatal", "client.stay.error"),
    "leave_on_long": ("large-message", "client.frames.fragments"),
    "bad_json": ("plain-call", "client.message.shape"),
    "unmarked_audio": ("microphone", "client.audio.format"),
    "json_in_binary": ("microphone", "client.audio.format"),
    "no_base64": ("microphone", "client.audio.format"),
    "wrong_rate": ("microphone", "client.audio.pace"),
    "tiny_audio": ("microphone", "client.audio.size"),
    "huge_audio": ("microphone", "client.audio.size"),
    "silent_microphone+no_mute": ("microphone", "client.audio.mute"),
    "audio_after_end": ("audio-after-end", "client.audio.stop"),
    "stop_reading": ("minute-of-audio", "client.queue.all"),
    "played_ahead": ("played-reports", "client.played.known"),
    "played_unknown": ("played-reports", "client.played.known"),
    "played_back": ("played-reports", "client.played.forward"),
    "play_on": ("barge-in", "client.played.cleared"),
    "no_watchdog": ("silent-server", "client.silence.noticed"),
    "unknown_event": ("ten-events", "client.event.shape"),
    "long_id": ("ten-events", "client.event.shape"),
    "time_as_text": ("ten-events", "client.event.shape"),
    "counted_ids": ("ten-events open-at-the-end", "client.event.unique"),
    "one_id": ("ten-events", "client.event.unique"),
    "forget_events": ("event-without-ack", "client.event.again"),
    "new_id_on_resend": ("event-without-ack", "client.event.again"),
    "other_content_on_resend": ("event-without-ack", "client.event.again"),
    "ignore_acks": ("event-with-ack", "client.event.acknowledged"),
    "retry_nacks": ("invalid-event", "client.event.nack"),
    "drop_retry": ("not-durable", "client.event.retry"),
    "retry_at_once": ("not-durable", "client.event.retry"),
    "no_upload": ("open-at-the-end", "client.event.upload"),
    "upload_new_ids": ("open-at-the-end", "client.event.upload"),
    "end_thrice": ("goodbye", "client.end.once"),
    "leave_at_end": ("late-score", "client.end.stay"),
    "retry_1000": ("plain-call", "client.stop.ended"),
    "retry_4410": ("ended-elsewhere", "client.stop.ended"),
    "retry_4401": ("token-refused", "client.stop.refused"),
    "retry_4403": ("origin-refused", "client.stop.refused"),
    "retry_4404": ("refused-on-return", "client.stop.refused"),
    "retry_4409": ("replaced", "client.stop.replaced"),
    "retry_1002": ("protocol-error", "client.stop.protocol"),
    "retry_1009": ("too-large", "client.stop.protocol"),
    "stop_1001": ("going-away", "client.reconnect"),
    "stop_1006": ("lost-line", "client.reconnect"),
    "stop_4503": ("upstream-unreachable", "client.reconnect"),
    "late_first": ("lost-line", "client.reconnect.soon"),
    "no_backoff": ("server-away", "client.reconnect.backoff"),
    "fixed_pause": ("server-away", "client.reconnect.backoff"),
    "no_wait": ("going-away", "client.reconnect.wait"),
    "no_window": ("server-gone", "client.reconnect.window"),
    "no_resume": ("lost-line", "client.resume.sent"),
    "events_before_resume": ("lost-line", "client.resume.sent"),
    "resume_from_zero": ("lost-line", "client.resume.last-seq"),
    "resume_from_ready": ("missed-messages", "client.resume.last-seq"),
    "seq_as_text": ("lost-line", "client.resume.last-seq"),
    "seq_of_latest": ("doubled-messages", "client.resume.last-seq"),
    "count_messages+keep_duplicates": ("doubled-messages", "client.resume.last-seq"),
    "count_all": ("hints-and-status", "client.resume.last-seq"),
    "ignore_resume_failed": ("expired-history", "client.resume.failed"),
    "no_record": ("expired-history", "client.resume.record"),
    "append_lines": ("replaced-utterance", "client.shown.lines"),
    "keep_first": ("replaced-utterance", "client.shown.lines"),
    "unsorted": ("late-transcript", "client.shown.lines"),
    "keep_duplicates": ("repeated-lines", "client.shown.lines"),
    "first_score": ("revised-score", "client.shown.score"),
    "score_of_nothing": ("no-speech", "client.shown.score"),
}
BINARY = {"json_in_binary", "unmarked_audio", ""}
# Whatever has to do with audio in JSON and in binary, everything else in turn.
AUDIBLE = {"microphone", "audio-after-end", "minute-of-audio", "played-reports", "two-items", "barge-in"}
GOOD = [(each.name, binary) for index, each in enumerate(SITUATIONS.all) for binary in (False, True)
        if each.name in AUDIBLE or binary == bool(index % 2)]
AT_ONCE = 40  # clients, so that none waits for the processor


async def hold(names, mistakes=(), binary=False):
    """One client, or one after the other, through these situations; gives the report."""
    exam, server = await start("127.0.0.1", 0, names)
    port = server.sockets[0].getsockname()[1]

    async def calls():
        for name in names:
            await Client(f"http://127.0.0.1:{port}", name, mistakes, binary, moved=True).run()

    client = asyncio.create_task(calls())
    for _ in range(400):
        if exam.is_over:
            break
        await asyncio.sleep(0.1)
    client.cancel()
    await asyncio.wait([client])
    server.close()
    error = None if client.cancelled() else client.exception()
    if error and not mistakes:
        raise error
    return exam.report


async def all_reports():
    places = asyncio.Semaphore(AT_ONCE)

    async def one(key, *arguments):
        async with places:
            return key, await hold(*arguments)

    runs = [one(("", name, binary), (name,), (), binary) for name, binary in GOOD]
    # The longest first.
    runs += [one((mistake,), tuple(situations.split()), mistake.split("+"), mistake in BINARY)
             for mistake, (situations, _) in MISTAKES.items()]
    return dict(await asyncio.gather(*reversed(runs)))


@pytest.fixture(scope="module")
def reports():
    return asyncio.run(all_reports())


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_found(reports, mistake):
    situations, rule = MISTAKES[mistake]
    report = reports[(mistake,)]
    assert report.broken(rule), f"{situations}: {rule} counts as kept\n{report.troubles}"


@pytest.mark.parametrize("name, binary", GOOD)
def test_a_client_without_mistakes_passes(reports, name, binary):
    report = reports[("", name, binary)]
    broken = [f"{finding.rule}: {finding.what}" for finding in report.findings if not finding.holds]
    assert not broken and not report.troubles, f"{broken} {report.troubles}"


def test_every_rule_is_seen(reports):
    seen = {finding.rule for key, report in reports.items() if key[0] == "" for finding in report.findings}
    everything = {rule.id for rule in next(iter(reports.values())).rules}
    assert everything <= seen, sorted(everything - seen)
