"""How well and how fast the recogniser hears: shop-talk.txt by three voices of espeak-ng, and the recordings that
moonshine-voice carries.

    .build-venv/bin/python Tests/Tools/Recogniser/measure.py [--words-per-minute 150] [--show] [--voice NAME …]
"""

import argparse
import array
import os
import re
import resource
import subprocess
import sys
import time
import wave
from pathlib import Path

sys.dont_write_bytecode = True
from recogniser import SAMPLE_RATE, Recogniser

# What is said in the recordings: Beckett, «Worstward Ho»; Dickens, «A Tale of Two Cities».
RECORDINGS = {
    "beckett.wav": "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
    "two_cities.wav": """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of
        foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of light, it was the
        season of darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had
        nothing before us, we were all going direct to heaven, we were all going direct the other way. In short, the
        period was so far like the present period, that some of its noisiest authorities insisted on its being received,
        for good or for evil, in the superlative degree of comparison only.""",
}
ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelled(match):
    number = int(match[0])
    if number < 20:
        return ONES[number]
    if number > 99:
        return match[0]
    return TENS[number // 10 - 2] + (f" {ONES[number % 10]}" if number % 10 else "")


def words(text):
    text = re.sub(r"\d+", spelled, text.lower().replace("’", "'").replace("-", " "))
    return re.sub(r"[^a-z0-9' ]", " ", text).split()


def errors(wanted, heard):
    """Words that were inserted, left out or replaced: the Levenshtein distance."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def at_our_rate(samples, rate):
    count = len(samples) * SAMPLE_RATE // rate
    out = array.array("h", bytes(2 * count))
    for index in range(count):
        left, share = divmod(index * rate, SAMPLE_RATE)
        right = samples[min(left + 1, len(samples) - 1)]
        out[index] = samples[left] + (right - samples[left]) * share // SAMPLE_RATE
    return out.tobytes()


def spoken(text, voice, speed):
    command = ["espeak-ng", "--stdin", "--stdout", "-v", voice, "-s", str(speed)]
    wav = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    rate = int.from_bytes(wav[24:28], "little")
    body = wav[wav.index(b"data") + 8 :]
    return at_our_rate(array.array("h", body[: len(body) & ~1]), rate)


def recorded(path):
    with wave.open(str(path)) as file:
        frames = array.array("h", file.readframes(file.getnframes()))
        return at_our_rate(frames[:: file.getnchannels()], file.getframerate())


def memory(field):
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+)", status)[1]) / 1024


class Tally:
    def __init__(self, name):
        self.name = name
        self.errors = self.words = self.sentences = self.exact = 0
        self.seconds = self.cpu = self.longest = 0.0

    def add(self, recogniser, text, pcm, show):
        cpu, begun = time.process_time(), time.monotonic()
        heard = recogniser.text(pcm)
        self.cpu += time.process_time() - cpu
        self.longest = max(self.longest, time.monotonic() - begun)
        self.seconds += len(pcm) / 2 / SAMPLE_RATE
        wrong = errors(words(text), words(heard))
        self.errors += wrong
        self.words += len(words(text))
        self.sentences += 1
        self.exact += wrong == 0
        if show:
            print(f"  {wrong:2} {text} | {heard}")

    def show(self):
        print(
            f"{self.name:<16} {self.errors / self.words:6.1%} of {self.words} words wrong, {self.exact} of {self.sentences} "
            f"without a fault, {self.seconds:.0f} s of speech, {self.cpu / self.seconds:.3f} CPU s per s, longest wait "
            f"{self.longest:.2f} s",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words-per-minute", type=int, default=150)
    parser.add_argument("--voice", action="append", help="a voice of espeak-ng (en-us, en-gb, en-us+klatt)")
    parser.add_argument("--show", action="store_true", help="show each sentence and what was heard")
    options = parser.parse_args()

    cpu, begun, before = time.process_time(), time.monotonic(), memory("VmRSS")
    recogniser = Recogniser()
    print(
        f"loaded in {time.monotonic() - begun:.2f} s ({time.process_time() - cpu:.2f} CPU s), "
        f"{memory('VmRSS'):.0f} MB resident, {before:.0f} before")
    sentences = Path(__file__).with_name("shop-talk.txt").read_text().splitlines()
    for voice in options.voice or ["en-us", "en-gb", "en-us+klatt"]:
        tally = Tally(voice)
        for sentence in sentences:
            tally.add(recogniser, sentence, spoken(sentence, voice, options.words_per_minute), options.show)
        tally.show()
    for name, text in RECORDINGS.items():
        tally = Tally(name)
        tally.add(recogniser, text, recorded(recogniser.assets / name), options.show)
        tally.show()
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB resident")
    # The library does not survive the end of the interpreter.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
