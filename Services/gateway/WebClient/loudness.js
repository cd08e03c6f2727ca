// How loud samples are, and what follows from it. No audio API.

const silentDecibels = -100;

export const decibels = (amplitude) =>
    amplitude > 0 ? Math.max(silentDecibels, 20 * Math.log10(amplitude)) : silentDecibels;

/** Gathers root mean square and peak of samples between -1 and 1. */
export class LevelMeter {
    #squares = 0;
    #peak = 0;
    #count = 0;

    get count() {
        return this.#count;
    }

    add(samples) {
        for (let i = 0; i < samples.length; i += 1) {
            const sample = samples[i];
            this.#squares += sample * sample;
            const size = sample < 0 ? -sample : sample;
            if (size > this.#peak) this.#peak = size;
        }
        this.#count += samples.length;
    }

    /** The level since the last call. */
    take() {
        const level = { rms: this.#count > 0 ? Math.sqrt(this.#squares / this.#count) : 0, peak: this.#peak };
        this.#squares = this.#peak = this.#count = 0;
        return level;
    }
}

const quietestSpeech = -52; // decibels; below this it is the room
const aboveNoise = 10; // decibels by which speech stands out
const beginsAfter = 3; // frames of 20 ms
const endsAfter = 30;
const noiseRise = 0.04; // decibels a frame by which the estimate of the room's noise follows louder frames

/** Whether somebody speaks, from levels of 20 ms. Good enough for a display; the server decides where a turn ends. */
export class SpeechDetector {
    #noise = -60;
    #run = 0;
    #isSpeech = false;

    get isSpeech() {
        return this.#isSpeech;
    }

    /** @returns {boolean} whether the answer changed */
    take(level) {
        this.#noise = Math.min(level, this.#noise + noiseRise);
        const isLoud = level > Math.max(quietestSpeech, this.#noise + aboveNoise);
        this.#run = isLoud === this.#isSpeech ? 0 : this.#run + 1;
        if (this.#run < (this.#isSpeech ? endsAfter : beginsAfter)) return false;
        this.#isSpeech = isLoud;
        this.#run = 0;
        return true;
    }
}

const faintPeak = 0.0006; // -64 decibels: less than any room
const patienceMs = { atFirst: { zero: 3_000, faint: 8_000 }, later: { zero: 20_000, faint: 60_000 } };

/** Notices a microphone that delivers nothing: muted by a switch or the system, or the wrong one. */
export class SilenceWatch {
    #zeroMs = 0;
    #faintMs = 0;
    #hasHeard = false;
    #isSilent = false;

    /** @returns {null | {isSilent: boolean, isDigital?: boolean, forMs?: number}} a change */
    take(peak, ms) {
        this.#zeroMs = peak === 0 ? this.#zeroMs + ms : 0;
        this.#faintMs = peak < faintPeak ? this.#faintMs + ms : 0;
        if (this.#faintMs === 0) {
            this.#hasHeard = true;
            if (!this.#isSilent) return null;
            this.#isSilent = false;
            return { isSilent: false };
        }
        // A noise suppressor may deliver zeros between two sentences, so the patience grows once there was a sound.
        const patience = this.#hasHeard ? patienceMs.later : patienceMs.atFirst;
        const isDigital = this.#zeroMs >= patience.zero;
        if (this.#isSilent || !(isDigital || this.#faintMs >= patience.faint)) return null;
        this.#isSilent = true;
        return { isSilent: true, isDigital, forMs: this.#faintMs };
    }
}
