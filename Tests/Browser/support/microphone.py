import base64

from support.eventually import eventually
from support.speech import spoken

# The device and its permission are the browser's own; only the sound of the track is ours.
SCRIPT = """
(() => {
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const asked = devices.getUserMedia.bind(devices);
    let context = null;
    let speaking = null;
    const outputs = new Set();

    devices.getUserMedia = async (constraints) => {
        const given = await asked(constraints);
        if (!constraints.audio) return given;
        context ??= new AudioContext({ sampleRate: 48_000 });
        await context.resume();
        const output = context.createMediaStreamDestination();
        const [track] = output.stream.getAudioTracks();
        const [real] = given.getAudioTracks();
        track.getSettings = () => real.getSettings();
        const stop = track.stop.bind(track);
        track.stop = () => { stop(); real.stop(); outputs.delete(output); };
        outputs.add(output);
        return output.stream;
    };

    window.testMicrophone = {
        isOpen: () => outputs.size > 0,
        async say(sound) {
            const bytes = Uint8Array.from(atob(sound), (character) => character.charCodeAt(0));
            const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
            for (const output of outputs) source.connect(output);
            speaking = source;
            source.start();
            await new Promise((resolve) => source.addEventListener("ended", resolve, { once: true }));
        },
        quiet: () => speaking?.stop(),
    };
})();
"""


class Microphone:
    """The microphone of a trainee who speaks when the test says so. Give it to `open_page`."""

    script = SCRIPT

    def say(self, page, text):
        """Returns when the text has been said."""
        self._wait(page)
        page.evaluate("(sound) => testMicrophone.say(sound)", _encoded(text))

    def start(self, page, text):
        """Begins to say the text and returns at once."""
        self._wait(page)
        page.evaluate("(sound) => { testMicrophone.say(sound); }", _encoded(text))

    def quiet(self, page):
        page.evaluate("() => testMicrophone.quiet()")

    def _wait(self, page):
        # Playwright's own waiting is an `eval` in the page, which our content security policy refuses.
        eventually(lambda: page.evaluate("() => testMicrophone.isOpen()"), "the page opens the microphone")


def _encoded(text):
    return base64.b64encode(spoken(text)).decode()
