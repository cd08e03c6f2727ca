// Plays the customer's voice; the page's side of `player.worklet.js`. Its events: `player.d.ts`.

import { loadWorklet, openContext, startContext, watchContext } from "./audioContext.js";
import { decibels } from "./loudness.js";

const longestLatencyMs = 1_000;
const tone = [{ hertz: 523, at: 0 }, { hertz: 659, at: 0.4 }];
const toneSeconds = 0.35;

export class Player extends EventTarget {
    #context;
    #ownsContext;
    #node = null;
    #gain = null;
    #volume = 1;
    #reported = null; // { itemId, offsetMs, at, isPlaying }: what the audio thread last said
    #stopWatching = () => {};

    constructor({ context } = {}) {
        super();
        this.#context = context ?? null;
        this.#ownsContext = !context;
    }

    get context() {
        return this.#context;
    }

    get isOpen() {
        return this.#node !== null;
    }

    /** @returns {Promise<boolean>} false when the browser wants a gesture first: call `resume` in one */
    async open() {
        if (this.#node) return startContext(this.#context);
        this.#context ??= openContext();
        const isRunning = await startContext(this.#context);
        await loadWorklet(this.#context, "player.worklet.js");
        this.#node = new AudioWorkletNode(this.#context, "bat-player", {
            numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1] });
        this.#node.port.onmessage = ({ data }) => this.#take(data);
        this.#gain = new GainNode(this.#context, { gain: this.#volume });
        this.#node.connect(this.#gain).connect(this.#context.destination);
        this.#stopWatching = watchContext(this.#context, (state) => this.#tell(state));
        return isRunning;
    }

    /** In a gesture, after the browser had stopped the sound. */
    resume() {
        return startContext(this.#context);
    }

    /** @param {Int16Array} samples of an item at 24 kHz, from `offsetMs` on */
    play(itemId, offsetMs, samples) {
        this.#node?.port.postMessage({ itemId, offsetMs, samples });
    }

    /** Throws away what is queued and stops, without a click. */
    clear() {
        this.#node?.port.postMessage("clear");
    }

    /** How far the last item has been heard, `{itemId, offsetMs}`; null before the first. */
    position() {
        if (!this.#reported) return null;
        const { itemId, offsetMs, at, isPlaying } = this.#reported;
        const since = isPlaying ? performance.now() - at : 0;
        // The audio thread reports every 200 ms; when it is late, the voice may have run dry.
        return { itemId, offsetMs: this.#heard(offsetMs + Math.min(since, 300), isPlaying) };
    }

    get volume() {
        return this.#volume;
    }

    /** 0 to 1 */
    set volume(volume) {
        this.#volume = Math.max(0, Math.min(1, volume));
        this.#gain?.gain.setTargetAtTime(this.#volume, this.#context.currentTime, 0.02);
    }

    /** @returns {Promise<boolean>} false where the browser lets pages not choose the loudspeaker */
    async selectSpeaker(deviceId) {
        if (!this.#context?.setSinkId) return false;
        await this.#context.setSinkId(deviceId === "default" ? "" : deviceId);
        return true;
    }

    /** Two soft tones, to test the loudspeaker. Resolves when they are over. */
    playTone() {
        const begin = this.#context.currentTime + 0.05;
        const oscillators = tone.map(({ hertz, at }) => this.#soundTone(hertz, begin + at));
        return new Promise((resolve) => {
            oscillators.at(-1).onended = () => resolve();
        });
    }

    #soundTone(hertz, at) {
        const oscillator = new OscillatorNode(this.#context, { frequency: hertz });
        const envelope = new GainNode(this.#context, { gain: 0 });
        envelope.gain.setValueAtTime(0, at);
        envelope.gain.linearRampToValueAtTime(0.25, at + 0.03);
        envelope.gain.setTargetAtTime(0, at + 0.15, 0.06);
        oscillator.connect(envelope).connect(this.#gain);
        oscillator.start(at);
        oscillator.stop(at + toneSeconds);
        return oscillator;
    }

    get isPlaying() {
        return this.#reported?.isPlaying ?? false;
    }

    /** Resolves when nothing is playing any more, or after the time. */
    playedOut(mostMs) {
        if (!this.isPlaying) return Promise.resolve();
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, mostMs);
            this.addEventListener("drained", () => {
                clearTimeout(timer);
                resolve();
            }, { once: true });
        });
    }

    async close() {
        this.#stopWatching();
        this.#node?.port.postMessage("stop");
        this.#node?.disconnect();
        this.#gain?.disconnect();
        if (this.#node) this.#node.port.onmessage = null;
        this.#node = this.#gain = null;
        if (this.#ownsContext && this.#context && this.#context.state !== "closed") await this.#context.close();
    }

    #take({ type, ...detail }) {
        switch (type) {
            case "started":
            case "underrun":
                this.#note(detail.itemId, detail.offsetMs ?? 0, true);
                break;
            case "playing":
                this.#note(detail.itemId, detail.offsetMs, true);
                detail.offsetMs = this.#heard(detail.offsetMs, true);
                break;
            case "cleared":
                // The cut is heard as late as everything else.
                detail.offsetMs = this.#heard(detail.offsetMs, true);
                this.#note(detail.itemId, detail.offsetMs, false);
                break;
            case "drained":
                this.#note(detail.itemId, detail.offsetMs, true);
                setTimeout(() => this.#drain(detail), this.#latencyMs);
                return;
            case "level":
                detail.decibels = decibels(detail.rms);
        }
        this.#tell(type, detail);
    }

    /** The last sample has left the loudspeaker, unless more has come meanwhile. */
    #drain(detail) {
        const { itemId, offsetMs } = this.#reported ?? {};
        if (itemId !== detail.itemId || offsetMs !== detail.offsetMs) return;
        this.#note(itemId, offsetMs, false);
        this.#tell("drained", detail);
    }

    #note(itemId, offsetMs, isPlaying) {
        this.#reported = { itemId, offsetMs, at: performance.now(), isPlaying };
    }

    #heard(offsetMs, isOnItsWay) {
        return Math.max(0, Math.round(offsetMs - (isOnItsWay ? this.#latencyMs : 0)));
    }

    /** From the audio thread to the ear. */
    get #latencyMs() {
        const { outputLatency, baseLatency } = this.#context ?? {};
        return Math.min(longestLatencyMs, (outputLatency || baseLatency || 0) * 1_000);
    }

    #tell(type, detail = {}) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
