// From a microphone's samples at any rate to frames for the server. No audio API.

import { LevelMeter } from "./loudness.js";
import { Resampler } from "./resampler.js";

const serverRate = 24_000;
export const frameLength = 480; // 20 ms

/** Mixes to one channel, converts to 24 kHz and cuts into frames of 20 ms. */
export class FrameMaker {
    #resampler;
    #give;
    #mono = new Float32Array(128);
    #frame = new Int16Array(frameLength);
    #filled = 0;
    #meter = new LevelMeter();

    /** @param {(frame: {samples: Int16Array, rms: number, peak: number}) => void} give gets each frame, for keeps */
    constructor(rate, give) {
        this.#resampler = new Resampler(rate, serverRate);
        this.#give = give;
    }

    /** @param {Float32Array[]} channels of the same length */
    take(channels) {
        if (channels.length === 0) return;
        const samples = this.#resampler.process(this.#mixed(channels));
        this.#meter.add(samples);
        for (let i = 0; i < samples.length; i += 1) {
            const sample = Math.max(-1, Math.min(1, samples[i]));
            this.#frame[this.#filled] = Math.round(sample * 32_767);
            this.#filled += 1;
            if (this.#filled === frameLength) this.#deliver();
        }
    }

    #mixed(channels) {
        if (channels.length === 1) return channels[0];
        const length = channels[0].length;
        if (this.#mono.length !== length) this.#mono = new Float32Array(length);
        this.#mono.fill(0);
        for (const channel of channels) {
            for (let i = 0; i < length; i += 1) this.#mono[i] += channel[i] / channels.length;
        }
        return this.#mono;
    }

    #deliver() {
        const samples = this.#frame;
        this.#frame = new Int16Array(frameLength);
        this.#filled = 0;
        this.#give({ samples, ...this.#meter.take() });
    }
}
