"""The kit finds every mistake that is planted in a server, and none in a server without."""

import asyncio

import pytest
from conformance_kit.server.deployment import Deployment
from conformance_kit.server.line import PATIENCE
from conformance_kit.server.run import play
from conformance_kit.server.situations import SITUATIONS
from reference_server import KEY, Server

# mistake: (situation in which it shows, the rule that it breaks)
MISTAKES = {
    "no_location": ("create-session", "server.create.answer"),
    "no_notice": ("create-session", "server.create.answer"),
    "status_200": ("create-session", "server.create.answer"),
    "relative_url": ("create-session", "server.create.address"),
    "url_without_token": ("create-session", "server.create.address"),
    "new_session_each_time": ("idempotency", "server.create.idempotent"),
    "no_conflict": ("idempotency", "server.create.idempotent"),
    "no_pointer": ("refusals", "server.create.refusal"),
    "plain_errors": ("refusals", "server.rest.problem"),
    "html_404": ("refusals", "server.rest.problem"),
    "open_to_all": ("wrong-key", "server.rest.key"),
    "notice_needs_key": ("notice", "server.notice.open"),
    "long_tickets": ("tickets", "server.ticket.answer"),
    "ticket_for_all": ("tickets", "server.ticket.bounds"),
    "no_header_token": ("token-in-header", "server.connect.token-in-header"),
    "no_subprotocol": ("token-in-subprotocol", "server.connect.token-in-subprotocol"),
    "any_token": ("refused", "server.connect.refused"),
    "ignore_reject_close": ("reject-close", "server.connect.reject-close"),
    "close_4000": ("reject-close", "server.connect.reject-close"),
    "compress": ("compression", "server.connect.uncompressed"),
    "moved_nowhere": ("moved", "server.connect.moved"),
    "word_before_ready": ("token-in-url", "server.ready.first"),
    "ready_without_limits": ("token-in-url", "server.ready.first"),
    "ready_seq_zero": ("lost-line", "server.ready.seq"),
    "unknown_type": ("token-in-url", "server.message.shape"),
    "json_as_binary": ("token-in-url", "server.binary.framed"),
    "no_mark": ("binary-audio", "server.binary.framed"),
    "no_audio_item": ("binary-audio", "server.binary.item"),
    "ignore_unknown_binary": ("unknown-binary", "server.binary.unknown"),
    "offsets_in_bytes": ("typed-line", "server.audio.offsets"),
    "no_item_id": ("typed-line", "server.audio.offsets"),
    "no_burst": ("burst", "server.audio.burst"),
    "strict_base64": ("burst", "server.audio.encoding"),
    "no_rate_report": ("too-fast-microphone", "server.audio.rate"),
    "rate_report_always": ("too-fast-microphone", "server.audio.rate"),
    "no_audio_limit": ("audio-flood", "server.audio.limit"),
    "no_retry_after": ("audio-flood", "server.audio.limit"),
    "text_only": ("binary-json", "server.json.binary-frame"),
    "bom_is_error": ("binary-json", "server.json.binary-frame"),
    "integers_only": ("small-messages", "server.json.numbers"),
    "strict_keys": ("small-messages", "server.json.unknown-keys"),
    "no_echo": ("typed-line", "server.text.line"),
    "long_text_taken": ("typed-limits", "server.text.limit"),
    "pong_without_t": ("pings", "server.ping.pong"),
    "no_pings": ("pings", "server.ping.heartbeat"),
    "mute_is_unknown": ("small-messages", "server.mute.accepted"),
    "error_each_time": ("useless", "server.useless.once"),
    "close_on_bad_json": ("useless", "server.useless.once"),
    "no_useless_limit": ("useless-flood", "server.useless.limit"),
    "no_size_limit": ("large-message", "server.limit.size"),
    "small_messages": ("large-message", "server.limit.size"),
    "drop_events": ("event-flood", "server.limit.rate"),
    "take_bad_utf8": ("not-utf8", "server.protocol.utf8"),
    "silent_close": ("not-utf8", "server.close.explained"),
    "close_4999": ("takeover", "server.close.explained"),
    "error_without_fatal": ("useless", "server.error.shape"),
    "duplicate_unanswered": ("event-twice", "server.event.ack"),
    "ack_all": ("refused-events", "server.event.nack"),
    "nack_without_retry": ("refused-events", "server.event.nack"),
    "reuse_ok": ("refused-events", "server.event.reused"),
    "any_date": ("refused-events", "server.event.date"),
    "large_event_ok": ("refused-events", "server.event.size"),
    "silent_without_id": ("refused-events", "server.event.without-id"),
    "batch_all_stored": ("batch", "server.events.batch"),
    "batch_unbounded": ("batch", "server.events.limit"),
    "seq_gap": ("typed-line", "server.seq.gapless"),
    "seq_from_two": ("typed-line", "server.seq.gapless"),
    "seq_on_pong": ("pings", "server.seq.kinds"),
    "attitude_without_seq": ("typed-line", "server.seq.kinds"),
    "replay_marked": ("lost-line", "server.resume.bytes"),
    "replay_skips": ("lost-line", "server.resume.bytes"),
    "no_resumed": ("lost-line", "server.resume.resumed"),
    "resumed_if_missed": ("lost-line", "server.resume.resumed"),
    "bad_resume_silent": ("nothing-missed", "server.resume.bad"),
    "unheard_words": ("lost-answer", "server.heard"),
    "lost_answer": ("lost-answer", "server.answer.again"),
    "no_takeover": ("takeover", "server.takeover"),
    "oldest_wins": ("takeover", "server.takeover"),
    "two_endings": ("whole-call", "server.end.once"),
    "score_twice": ("whole-call", "server.end.once"),
    "score_first": ("whole-call", "server.end.order"),
    "no_close": ("whole-call", "server.end.order"),
    "score_of_nothing": ("no-word", "server.end.no-speech"),
    "record_without_transcript": ("whole-call", "server.end.record"),
    "open_after_end": ("whole-call", "server.end.closed"),
}
AT_ONCE = 32


async def look(mistakes=(), names=None):
    server = Server(mistakes)
    deployment = Deployment(await server.start(), KEY)
    report = await play(deployment, names, at_once=8)
    server.server.close()
    return report


async def all_reports():
    places = asyncio.Semaphore(AT_ONCE)

    async def one(mistake):
        async with places:
            return mistake, await look(*(((mistake,), (MISTAKES[mistake][0],)) if mistake else ()))

    return dict(await asyncio.gather(*(one(mistake) for mistake in ("", *MISTAKES))))


@pytest.fixture(scope="module")
def reports():
    PATIENCE.factor = 0.3
    yield asyncio.run(all_reports())
    PATIENCE.factor = 1


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_found(reports, mistake):
    situation, rule = MISTAKES[mistake]
    assert reports[mistake].broken(rule), f"{situation}: {rule} counts as {reports[mistake].troubles or 'kept'}"


def test_a_server_without_mistakes_passes(reports):
    report = reports[""]
    broken = [f"{finding.situation}: {finding.rule}: {finding.what}" for finding in report.findings if not finding.holds]
    assert not broken and not report.troubles, f"{broken} {report.troubles}"
    assert len(report.played) == len(SITUATIONS.all)


def test_every_rule_is_seen(reports):
    assert [rule.id for rule in reports[""].rules if reports[""].result(rule) != "kept"] == []
