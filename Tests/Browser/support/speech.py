import functools
import io
import subprocess
import wave

# The voice that the recogniser understands best.
VOICE = "en-us+klatt"
WORDS_PER_MINUTE = 150


@functools.cache
def spoken(text, voice=VOICE):
    """The text as a WAV file in memory."""
    program = ["espeak-ng", "-v", voice, "-s", str(WORDS_PER_MINUTE), "--stdout", text]
    return _with_true_length(subprocess.run(program, capture_output=True, check=True).stdout)


def write_file(path, *lines, before=1.0, gap=2.0):
    """A WAV file of the lines with silence around them: seconds `before` the first, and `gap` after each."""
    with wave.open(str(path), "wb") as out:
        for number, line in enumerate(lines):
            with wave.open(io.BytesIO(spoken(line))) as said:
                if number == 0:
                    out.setparams((1, 2, said.getframerate(), 0, "NONE", "not compressed"))
                    out.writeframes(_silence(said.getframerate(), before))
                out.writeframes(said.readframes(said.getnframes()))
                out.writeframes(_silence(said.getframerate(), gap))
    return path


def _silence(rate, seconds):
    return bytes(2 * int(rate * seconds))


def _with_true_length(data):
    """espeak-ng writes to a pipe, so it cannot return to the head of the file to fill in the length."""
    def length(after):
        return (len(data) - after).to_bytes(4, "little")

    return data[:4] + length(8) + data[8:40] + length(44) + data[44:]
