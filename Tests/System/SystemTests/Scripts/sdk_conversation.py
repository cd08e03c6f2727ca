"""The official OpenAI Python SDK as a client of a Realtime server, and every server event checked against its types.

The argument is the base URL. The script holds a conversation in text and in audio, interrupts, cancels, truncates,
deletes, retrieves, lets the customer call a function, and makes the mistakes that have an error. An event is valid if
the SDK's strict model accepts it and knows every key at every depth. Prints one line per fault, and exits with 1 if
there is any or if an expected event never comes.
"""

import asyncio
import base64
import json
import math
import struct
import sys
import typing

import openai
import pydantic
from openai.types.realtime import RealtimeServerEvent

from validate_realtime_events import unknown_keys

RATE = 24_000
MODEL = "gpt-realtime-2.1"
SESSION = {
    "type": "realtime",
    "instructions": "You are Karel, a smoker in a shop.",
    "output_modalities": ["audio"],
    "audio": {
        "input": {
            "format": {"type": "audio/pcm", "rate": RATE},
            "transcription": {"model": "gpt-transcribe", "language": "en"},
            "turn_detection": {
                "type": "server_vad",
                "threshold": 0.5,
                "prefix_padding_ms": 300,
                "silence_duration_ms": 500,
                "create_response": True,
                "interrupt_response": True,
            },
        },
        "output": {"format": {"type": "audio/pcm", "rate": RATE}, "voice": "verse"},
    },
    "tools": [
        {
            "type": "function",
            "name": "end_conversation",
            "description": "Ends the conversation.",
            "parameters": {
                "type": "object",
                "properties": {"outcome": {"type": "string", "enum": ["converted", "rejected", "walked_away"]}},
                "required": ["outcome"],
            },
        }
    ],
    "tool_choice": "auto",
}
# What the API sends and the SDK's types leave out.
UNDECLARED = {"session.object", "session.id", "session.expires_at", "item.phase", "response.output.phase"}


class Faults:
    def __init__(self):
        union = typing.get_args(RealtimeServerEvent)[0]
        self.models = {
            name: model
            for model in typing.get_args(union)
            for name in typing.get_args(model.model_fields["type"].annotation)
        }
        self.found = []
        self.types = set()
        self.count = 0

    def check(self, connection, raw):
        """The event as the SDK's own parser gives it, after the strict check."""
        self.count += 1
        name = json.loads(raw).get("type", "?")
        self.types.add(name)
        parsed = connection.parse_event(raw)
        if name not in self.models:
            self.found.append(f"{name}: unknown type")
            return parsed
        try:
            # The parser takes anything, so the model is asked too.
            event = self.models[name].model_validate_json(raw, strict=True)
        except pydantic.ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                self.found.append(f"{name}: {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}")
            return parsed
        if type(event) is not type(parsed) or event.type != name:
            self.found.append(f"{name}: is read as {type(event).__name__}")
        for fault in unknown_keys(event, ""):
            path = fault.removesuffix(": unknown key").strip(".")
            if path not in UNDECLARED:
                self.found.append(f"{name}: {path}: unknown key")
        return parsed


class Conversation:
    def __init__(self, connection, faults):
        self.connection = connection
        self.faults = faults
        self.log = []

    async def until(self, kind, within=15, **members):
        """Reads events until one of this type with these members, and returns it."""
        try:
            async with asyncio.timeout(within):
                while True:
                    event = self.faults.check(self.connection, await self.connection.recv_bytes())
                    self.log.append(event)
                    if event.type == kind and all(self.member(event, name) == value for name, value in members.items()):
                        return event
        except TimeoutError:
            last = [event.type for event in self.log[-5:]]
            raise TimeoutError(f"no {kind} {members or ''} within {within} s, last came {last}") from None

    @staticmethod
    def member(event, path):
        for name in path.split("__"):
            event = getattr(event, name, None)
        return event

    async def refused(self, code):
        event = await self.until("error")
        if event.error.code != code:
            self.faults.found.append(f"error: {event.error.code} instead of {code}")
        return event

    async def say(self, text):
        await self.connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        )
        return (await self.until("conversation.item.done")).item

    async def speak(self, milliseconds, silence=700):
        samples = [int(8_000 * math.sin(number / 12)) for number in range(milliseconds * RATE // 1000)]
        pcm = struct.pack(f"<{len(samples)}h", *samples) + bytes(2 * silence * RATE // 1000)
        for start in range(0, len(pcm), 4_800):
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(pcm[start : start + 4_800]).decode())


def expect(faults, condition, what):
    if not condition:
        faults.found.append(what)


async def talk(client, faults):
    async with client.realtime.connect(model=MODEL) as connection:
        talk = Conversation(connection, faults)
        await talk.until("session.created")
        await connection.session.update(session=SESSION)
        updated = await talk.until("session.updated")
        expect(faults, updated.session.instructions == SESSION["instructions"], "session.updated: other instructions")

        # A typed turn, answered in speech.
        await talk.say("Good afternoon! What do you smoke?")
        await connection.response.create()
        done = await talk.until("response.done")
        expect(faults, done.response.status == "completed", f"response.done: {done.response.status}")
        spoken = done.response.output[0]
        expect(faults, spoken.content[0].transcript, "response.done: no transcript")
        deltas = [event for event in talk.log if event.type == "response.output_audio.delta"]
        expect(faults, sum(len(base64.b64decode(event.delta)) for event in deltas) > RATE, "no second of audio")

        # Truncated, retrieved and deleted.
        await connection.conversation.item.truncate(item_id=spoken.id, content_index=0, audio_end_ms=200)
        await talk.until("conversation.item.truncated", item_id=spoken.id, audio_end_ms=200)
        await connection.conversation.item.retrieve(item_id=spoken.id)
        await talk.until("conversation.item.retrieved", item__id=spoken.id)
        await connection.conversation.item.delete(item_id=spoken.id)
        await talk.until("conversation.item.deleted", item_id=spoken.id)

        # An answer in text, and one outside of the conversation.
        await connection.response.create(response={"output_modalities": ["text"]})
        done = await talk.until("response.done")
        expect(faults, done.response.output[0].content[0].text, "response.done: no text")
        await connection.response.create(
            response={"conversation": "none", "metadata": {"for": "test"}, "output_modalities": ["text"]}
        )
        done = await talk.until("response.done")
        expect(faults, done.response.metadata == {"for": "test"}, f"response.done: metadata {done.response.metadata}")

        # A spoken turn.
        await talk.speak(900)
        await talk.until("input_audio_buffer.speech_started")
        await talk.until("input_audio_buffer.committed")
        item = (await talk.until("conversation.item.done")).item
        await talk.until("response.done", response__status="completed")
        if not any(getattr(event, "item_id", "") == item.id and hasattr(event, "transcript") for event in talk.log):
            await talk.until("conversation.item.input_audio_transcription.completed", item_id=item.id)

        # Interrupted by the trainee, and cancelled by the client.
        await talk.say("Tell me the whole story.")
        await connection.response.create()
        await talk.until("response.output_audio.delta")
        await talk.speak(600)
        done = await talk.until("response.done", response__status="cancelled")
        expect(faults, done.response.status_details.reason == "turn_detected", "response.done: not turn_detected")
        await talk.until("response.done", response__status="completed")
        await talk.say("Tell me the whole story.")
        await connection.response.create()
        await talk.until("response.output_audio.delta")
        await connection.response.create()
        await talk.refused("conversation_already_has_active_response")
        await connection.response.cancel()
        done = await talk.until("response.done")
        expect(faults, done.response.status_details.reason == "client_cancelled", "response.done: not client_cancelled")

        # Turns by hand.
        by_hand = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        await connection.session.update(session=by_hand)
        await talk.until("session.updated")
        await talk.speak(300, silence=0)
        await connection.input_audio_buffer.clear()
        await talk.until("input_audio_buffer.cleared")
        await connection.input_audio_buffer.commit()
        await talk.refused("input_audio_buffer_commit_empty")
        await talk.speak(300, silence=0)
        await connection.input_audio_buffer.commit()
        await talk.until("input_audio_buffer.committed")

        # Mistakes.
        await connection.response.cancel()
        await talk.refused("response_cancel_not_active")
        await connection.conversation.item.truncate(item_id="none", content_index=0, audio_end_ms=1)
        await talk.refused("item_truncate_invalid_item_id")
        await connection.send({"type": "session.update", "event_id": "mine", "session": {"type": "realtime", "x": 1}})
        refused = await talk.refused("unknown_parameter")
        expect(faults, refused.error.event_id == "mine", f"error: event_id {refused.error.event_id}")
        await connection.send({"type": "nonsense"})
        await talk.until("error")

        # The customer ends the conversation.
        await talk.say("Thank you for your time. Goodbye!")
        await connection.response.create()
        call = await talk.until("response.function_call_arguments.done")
        expect(faults, json.loads(call.arguments).get("outcome"), f"arguments: {call.arguments}")
        await talk.until("response.done")
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": '{"ok":true}'}
        )
        await talk.until("conversation.item.done")


async def refuse(client, faults):
    """A model that does not exist: an error event, then the close."""
    async with client.realtime.connect(model="gpt-none") as connection:
        talk = Conversation(connection, faults)
        await talk.refused("model_not_found")


async def main():
    client = openai.AsyncOpenAI(base_url=sys.argv[1], api_key="sk-simulated", max_retries=0)
    faults = Faults()
    for part in (talk, refuse):
        try:
            await part(client, faults)
        except Exception as error:  # Whatever it is, it is a fault of the conversation.
            faults.found.append(f"{part.__name__}: {type(error).__name__} {error}")
    for fault in dict.fromkeys(faults.found):
        print(fault)
    print(f"{faults.count} events of {len(faults.types)} types, {len(faults.found)} faults")
    return 1 if faults.found else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
