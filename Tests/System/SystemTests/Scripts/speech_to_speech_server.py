"""Hugging Face's speech-to-speech as a Realtime server, without model weights.

The WebSocket protocol, the turns, the pipeline and its queues are the package's own. Only what needs weights has a
small substitute: voice activity is energy, the recogniser is pocketsphinx with a grammar of the sentences that are
expected, the customer's answers are scripted, and espeak-ng is the voice.

Arguments: the port, and the sentences that the trainee may say, one argument each. Besides /v1/realtime it answers
/v1/pool, which tells that it is up.
"""

import io
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
import wave
from queue import Queue

import numpy as np
from scipy.signal import resample_poly

STORY = (
    "Well, that is a long story. I began when I was twenty, in the army, because everybody did. Later I worked in a "
    "factory, and every break was a cigarette. My wife never liked the smell in the curtains, and my children open "
    "the windows. I tried to stop three times, and three times I came back to it."
)
# What the customer answers to the word that was said last.
ANSWERS = {
    "": "Hm. Go on.",
    "story": STORY,
    "question": "All right, then ask.",
    "goodbye": "Goodbye, and thank you.",
}
# The voice generates little faster than it plays, so that an interruption finds the answer still under way.
PACE = 1.2
BLOCK = 512
RATE = 16_000


class Tensor(np.ndarray):
    """As much of a tensor as the package's voice activity detection touches."""

    def dim(self):
        return self.ndim

    def cpu(self):
        return self

    def numpy(self):
        return np.asarray(self)


class Energy:
    """Stands for the Silero model: speech is what is loud."""

    def __call__(self, samples, rate):
        return np.float64(1.0 if np.sqrt(np.mean(np.square(np.asarray(samples)))) > 0.01 else 0.0)

    def reset_states(self):
        pass


def substitute(name, **members):
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
    return module


def tensor(samples):
    return np.asarray(samples).view(Tensor)


substitute(
    "torch",
    Tensor=Tensor,
    is_tensor=lambda value: isinstance(value, Tensor),
    from_numpy=tensor,
    cat=lambda parts: tensor(np.concatenate(parts)),
    no_grad=lambda: lambda function: function,
    hub=types.SimpleNamespace(load=lambda *_, **__: (Energy(), None)),
)
substitute("nltk", sent_tokenize=lambda text: re.findall(r"[^.!?]+[.!?]*\s*", text))
# Only for pictures.
substitute("requests")
substitute("PIL", Image=types.SimpleNamespace(Image=object))

from pocketsphinx import Config, Decoder, get_model_path  # noqa: E402
from speech_to_speech.api.openai_realtime.pipeline_unit import PipelineUnit  # noqa: E402
from speech_to_speech.api.openai_realtime.server import RealtimeServer  # noqa: E402
from speech_to_speech.api.openai_realtime.service import RealtimeService  # noqa: E402
from speech_to_speech.baseHandler import BaseHandler  # noqa: E402
from speech_to_speech.LLM.chat_completions_language_model import ChatCompletionsApiModelHandler  # noqa: E402
from speech_to_speech.LLM.lm_output_processor import LMOutputProcessor  # noqa: E402
from speech_to_speech.pipeline.cancel_scope import CancelScope  # noqa: E402
from speech_to_speech.pipeline.messages import AUDIO_RESPONSE_DONE, EndOfResponse, Transcription  # noqa: E402
from speech_to_speech.pipeline.speculative_turns import SpeculativeTurnTracker  # noqa: E402
from speech_to_speech.pipeline.turn_latency import TurnLatencyStore  # noqa: E402
from speech_to_speech.STT.base_stt_handler import BaseSTTHandler  # noqa: E402
from speech_to_speech.STT.transcription_notifier import TranscriptionNotifier  # noqa: E402
from speech_to_speech.utils.thread_manager import ThreadManager  # noqa: E402
from speech_to_speech.VAD.vad_handler import VADHandler  # noqa: E402


def words(sentence):
    return re.sub(r"[^a-z' ]", "", sentence.lower()).split()


class Recognizer(BaseSTTHandler):
    def setup(self, sentences, speculative_turns):
        self.speculative_turns = speculative_turns
        self.sentences = {" ".join(words(sentence)): sentence for sentence in sentences}
        self.decoder = Decoder(
            Config(hmm=get_model_path("en-us/en-us"), dict=get_model_path("en-us/cmudict-en-us.dict"), loglevel="FATAL")
        )
        self.decoder.add_jsgf_string(
            "trainee", "#JSGF V1.0; grammar trainee; public <line> = " + " | ".join(self.sentences) + ";"
        )
        self.decoder.activate_search("trainee")

    def process(self, audio):
        self.decoder.start_utt()
        self.decoder.process_raw((np.clip(audio.audio, -1, 1) * 32_767).astype("<i2").tobytes(), full_utt=True)
        self.decoder.end_utt()
        found = self.decoder.hyp()
        yield Transcription(
            text=self.sentences.get(found.hypstr, found.hypstr) if found else "",
            turn_id=audio.turn_id,
            turn_revision=audio.turn_revision,
            speech_stopped_at_s=audio.speech_end_at_s,
        )


class Customer(ChatCompletionsApiModelHandler):
    """The package's client of a chat API, with the answers of the API made up here."""

    def warmup(self):
        pass

    def _request(self, api_input, optional_kwargs):
        users = [str(message["content"]).lower() for message in api_input if message["role"] == "user"]
        said = users[-1] if users else ""
        # Without the answer that was interrupted, two turns are one message.
        key = max(ANSWERS, key=lambda word: said.rfind(word) if word else -0.5)
        tools = [tool["function"]["name"] for tool in optional_kwargs.get("tools") or []]
        calls = []
        if key == "goodbye" and "end_conversation" in tools:
            arguments = '{"outcome": "walked_away"}'
            function = types.SimpleNamespace(name="end_conversation", arguments=arguments)
            calls = [types.SimpleNamespace(id="call_1", function=function)]
        message = types.SimpleNamespace(content=ANSWERS[key], tool_calls=calls)
        choice = types.SimpleNamespace(message=message, finish_reason="tool_calls" if calls else "stop")
        return types.SimpleNamespace(choices=[choice], usage=None)


class Voice(BaseHandler):
    def setup(self, cancel_scope, speculative_turns):
        self.cancel_scope = cancel_scope
        self.speculative_turns = speculative_turns

    def process(self, given):
        if isinstance(given, EndOfResponse):
            if not self.speculative_turns.wait_for_gate(given.turn_id, given.turn_revision):
                if given.response_key is None:
                    return
                given.cleanup_only = True
            yield AUDIO_RESPONSE_DONE
            return
        if not self.speculative_turns.wait_for_gate(given.turn_id, given.turn_revision, commit=True):
            return
        began = time.monotonic()
        for number, block in enumerate(self.blocks(given.text)):
            generation = given.cancel_generation
            if generation is not None and self.cancel_scope.is_stale(generation):
                return
            yield block
            time.sleep(max(0.0, began + number * BLOCK / RATE / PACE - time.monotonic()))

    @staticmethod
    def blocks(text):
        program = shutil.which("espeak-ng") or sys.exit("espeak-ng is not installed")
        command = [program, "--stdin", "--stdout", "-v", "en-us+m3"]
        spoken = subprocess.run(command, input=text.encode(), capture_output=True)
        with wave.open(io.BytesIO(spoken.stdout)) as file:
            rate = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        samples = np.clip(resample_poly(samples.astype(np.float64), RATE, rate), -32_768, 32_767).astype(np.int16)
        samples = np.pad(samples, (0, -len(samples) % BLOCK))
        return samples.reshape(-1, BLOCK)


def unit(stop, sentences):
    """The chain of one call, put together as the package does it."""
    audio_in, spoken, transcribed, prompts, written, ordered, audio_out, events = (Queue() for _ in range(8))
    listening, scope, turns, latency = threading.Event(), CancelScope(), SpeculativeTurnTracker(), TurnLatencyStore()
    service = RealtimeService(
        text_prompt_queue=prompts,
        should_listen=listening,
        chat_size=30,
        speculative_turns=turns,
        turn_latency_store=latency,
        default_instructions=None,
    )
    handlers = [
        VADHandler(
            stop,
            queue_in=audio_in,
            queue_out=spoken,
            setup_args=(listening,),
            setup_kwargs={
                "speculative_turns": turns,
                "text_output_queue": events,
                "smart_turn": False,
                "speculative_reopen_ms": 300,
            },
        ),
        Recognizer(
            stop,
            queue_in=spoken,
            queue_out=transcribed,
            setup_kwargs={"sentences": sentences, "speculative_turns": turns},
        ),
        TranscriptionNotifier(
            stop,
            queue_in=transcribed,
            queue_out=prompts,
            setup_kwargs={"text_output_queue": events, "should_listen": listening},
        ),
        Customer(
            stop,
            queue_in=prompts,
            queue_out=written,
            setup_kwargs={
                "base_url": "http://127.0.0.1:9/v1",
                "api_key": "none",
                "stream": False,
                "cancel_scope": scope,
                "speculative_turns": turns,
            },
        ),
        LMOutputProcessor(
            stop,
            queue_in=written,
            queue_out=ordered,
            setup_kwargs={"speculative_turns": turns, "text_output_queue": events, "detect_llm_output_language": False},
        ),
        Voice(
            stop,
            queue_in=ordered,
            queue_out=audio_out,
            setup_kwargs={"cancel_scope": scope, "speculative_turns": turns},
        ),
    ]
    for handler in handlers:
        handler.pipeline_index = 0
        handler.turn_latency_store = latency
    return PipelineUnit(
        index=0,
        service=service,
        cancel_scope=scope,
        should_listen=listening,
        response_playing=threading.Event(),
        input_queue=audio_in,
        output_queue=audio_out,
        text_output_queue=events,
        text_prompt_queue=prompts,
        handlers=handlers,
    )


def main():
    port, sentences = int(sys.argv[1]), sys.argv[2:]
    stop = threading.Event()
    pool = [unit(stop, sentences)]
    server = RealtimeServer(stop, pool, host="127.0.0.1", port=port)
    manager = ThreadManager([*pool[0].handlers, server])
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    manager.start()
    manager.wait()


if __name__ == "__main__":
    main()
