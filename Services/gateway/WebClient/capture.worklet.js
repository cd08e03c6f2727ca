// The microphone's side of the audio thread. Posts `{samples, rms, peak}` every 20 ms; ends at the message "stop".

import { FrameMaker } from "./frameMaker.js";

class Capture extends AudioWorkletProcessor {
    #isRunning = true;
    #frames = new FrameMaker(sampleRate, (frame) => this.port.postMessage(frame, [frame.samples.buffer]));

    constructor() {
        super();
        this.port.onmessage = ({ data }) => {
            if (data === "stop") this.#isRunning = false;
        };
    }

    process([channels]) {
        if (this.#isRunning) this.#frames.take(channels);
        return this.#isRunning;
    }
}

registerProcessor("bat-capture", Capture);
