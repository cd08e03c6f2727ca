"""What the client shows. It tells by `POST /api/sessions/:id/shown`, because nobody else can see it."""

import asyncio

from ..scene import result
from .list import SITUATIONS

TASK = "At the end POST /api/sessions/:id/shown {lines: [{utteranceId, text}], score: {overall} or null}."


async def shown(scene):
    for _ in range(40):
        if scene.shown is not None:
            return scene.shown
        await asyncio.sleep(0.1)
    for rule in ("client.shown.lines", "client.shown.score"):
        scene.report.skipped.setdefault(rule, "the client did not tell what it shows")
    return None


async def lines(scene, *wanted):
    told = await shown(scene)
    if told is None:
        return
    got = [(each.get("utteranceId"), each.get("text")) for each in told.get("lines") or [] if isinstance(each, dict)]
    scene.note("client.shown.lines", got == list(wanted), f"shown {got}, expected {list(wanted)}")


@SITUATIONS.add("Words that come after their answer", "client.shown.lines", task=TASK)
async def late_transcript(scene):
    wire = await scene.begin()
    wire.send(scene.line("AVATAR", "I smoke a pack a day.", at=4, id_="answer"))
    wire.send(scene.line("TRAINEE", "What do you smoke?", at=1, id_="question"))
    await scene.end(wire)
    await lines(scene, ("question", "What do you smoke?"), ("answer", "I smoke a pack a day."))


@SITUATIONS.add("An utterance is replaced", "client.shown.lines", task=TASK)
async def replaced_utterance(scene):
    wire = await scene.begin()
    wire.send(scene.line("TRAINEE", "Hallo.", at=1, id_="first"))
    wire.send(scene.line("AVATAR", "Well, if you ask me, I would rather go now.", at=3, id_="cut"))
    scene.audio(wire, "item_1", 300)
    scene.clear_audio(wire, "item_1", 200)
    wire.send(scene.line("AVATAR", "Well, if you ask", at=3, id_="cut", interrupted=True))
    wire.send(scene.line("TRAINEE", "Hello.", at=1, id_="first"))
    await scene.end(wire)
    await lines(scene, ("first", "Hello."), ("cut", "Well, if you ask"))


@SITUATIONS.add("Lines that are repeated after a loss", "client.shown.lines", "client.resume.last-seq", task=TASK)
async def repeated_lines(scene):
    wire = await scene.begin()
    wire.send(scene.line("AVATAR", "One.", at=1, id_="a"))
    wire.send(scene.line("TRAINEE", "Tow.", at=2, id_="b"))
    wire.send(scene.line("TRAINEE", "Two.", at=2, id_="b"))
    await wire.cut()
    wire = await scene.back()
    if not wire:
        return
    for message in scene.record[:2]:  # older than lastSeq: dropped, or «Tow.» comes back
        wire.send(message)
    await scene.end(wire)
    await lines(scene, ("a", "One."), ("b", "Two."))


@SITUATIONS.add("The score is revised", "client.shown.score", task=TASK)
async def revised_score(scene):
    wire = await scene.begin()
    scene.ack_all(wire)
    scene.is_ended = True
    wire.send(scene.numbered("session_ended", outcome="converted", endTrigger="end_conversation:converted"))
    await asyncio.sleep(0.2)
    for revision, overall in ((1, 40), (2, 85)):
        scene.score = scene.numbered("score", revision=revision, verdict="passed", data=result(overall, revision))
        wire.send(scene.score)
    await wire.ping(2)
    await wire.close(1000)
    told = await shown(scene)
    if told is not None:
        score = told.get("score") or {}
        scene.note("client.shown.score", score.get("overall") == 85, f"shown {score}, revision 2 has 85")


@SITUATIONS.add("A call without a score", "client.shown.score", task=TASK)
async def no_speech(scene):
    wire = await scene.begin()
    scene.ack_all(wire)
    scene.is_ended = True
    wire.send(scene.numbered("session_ended", outcome="walked_away", endTrigger="end_conversation:walked_away"))
    scene.score = scene.numbered("score", error="no_speech")
    wire.send(scene.score)
    await wire.ping(2)
    await wire.close(1000)
    told = await shown(scene)
    if told is not None:
        scene.note("client.shown.score", told.get("score") is None, f"shown {told.get('score')}, there is none")
