"""Recognises English speech, for the simulator, which starts this program and asks it through its standard input.

A request is the number of bytes (32 bit, little endian), then so many bytes of PCM16, mono, 24 kHz. Every answer is a
line of JSON: {"ready": SECONDS} once the model is loaded, then for each request {"text": "…", "memory": MB} or
{"error": "…"}. The library keeps about a megabyte of each turn, so that the simulator starts it anew now and then.
It ends when its input ends, even while it recognises, so that it never outlives the simulator.
"""

import array
import importlib.util
import json
import os
import queue
import struct
import sys
import threading
import time
import types
from pathlib import Path

SAMPLE_RATE = 24_000
LONGEST_BYTES = 120 * SAMPLE_RATE * 2
# The model loses the first word of speech that begins at once.
PADDING = [0.0] * (SAMPLE_RATE * 3 // 10)


class Recogniser:
    """The model that moonshine-voice carries."""

    def __init__(self):
        spec = importlib.util.find_spec("moonshine_voice")
        if spec is None:
            raise ImportError("moonshine-voice is not installed; deploy/setup installs it")
        # The package's own __init__ imports what downloads models. In its place stands an empty one.
        package = types.ModuleType("moonshine_voice")
        package.__path__ = list(spec.submodule_search_locations)
        sys.modules["moonshine_voice"] = package
        from moonshine_voice.moonshine_api import ModelArch
        from moonshine_voice.transcriber import Transcriber

        self.assets = Path(package.__path__[0]) / "assets"
        # The model hears "You" and "Thank you" in noise; the detector of speech before it keeps noise away.
        options = {"vad_threshold": "0.3", "identify_speakers": "false", "return_audio_data": "false"}
        self.model = Transcriber(str(self.assets / "tiny-en"), ModelArch.TINY, options=options)

    def text(self, pcm):
        samples = array.array("h", pcm[: len(pcm) & ~1])
        if sys.byteorder == "big":
            samples.byteswap()
        sound = PADDING + [sample / 32_768 for sample in samples] + PADDING
        lines = self.model.transcribe_without_streaming(sound, SAMPLE_RATE).lines
        return " ".join(text for text in (line.text.strip() for line in lines) if text)


def resident():
    """The memory of this process, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // (1 << 20)


def read_requests(stream, requests):
    """Puts the audio of every request into a queue. Ends the process at the end of the input."""
    while header := stream.read(4):
        if len(header) < 4:
            break
        length = struct.unpack("<I", header)[0]
        if length > LONGEST_BYTES:
            break
        pcm = stream.read(length)
        if len(pcm) < length:
            break
        requests.put(pcm)
    os._exit(0)


def main():
    # What the library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def answer(**members):
        answers.write(json.dumps(members, ensure_ascii=False) + "\n")

    requests = queue.Queue(maxsize=4)
    threading.Thread(target=read_requests, args=(sys.stdin.buffer, requests), daemon=True).start()
    # While an installation starts, its services come first; during a call, the audio does.
    os.nice(10)
    begun = time.monotonic()
    try:
        recogniser = Recogniser()
    except Exception as error:
        answer(error=f"{type(error).__name__}: {error}")
        os._exit(1)
    answer(ready=round(time.monotonic() - begun, 3))
    while True:
        pcm = requests.get()
        try:
            answer(text=recogniser.text(pcm), memory=resident())
        except Exception as error:
            answer(error=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
