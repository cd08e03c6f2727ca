// The player's side of the audio thread. Takes `{itemId, offsetMs, samples}`, "clear" and "stop"; posts what `Playback`
// tells.

import { Playback } from "./playback.js";

class PlayerProcessor extends AudioWorkletProcessor {
    #isRunning = true;
    #playback = new Playback(sampleRate, (event) => this.port.postMessage(event));

    constructor() {
        super();
        this.port.onmessage = ({ data }) => {
            if (data === "clear") this.#playback.clear();
            else if (data === "stop") this.#isRunning = false;
            else this.#playback.push(data.itemId, data.offsetMs, data.samples);
        };
    }

    process(inputs, [[channel, ...others]]) {
        this.#playback.render(channel);
        for (const other of others) other.set(channel);
        return this.#isRunning;
    }
}

registerProcessor("bat-player", PlayerProcessor);
