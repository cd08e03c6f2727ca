// The customer's voice: what came is queued, played without gaps at the rate of the audio device, cut off on demand.
// Runs in the audio thread. No audio API and no clock but the samples it renders.

import { LevelMeter } from "./loudness.js";
import { Resampler } from "./resampler.js";
import { StartBuffer } from "./startBuffer.js";

const serverRate = 24_000;
const perMs = serverRate / 1_000;
const blockLength = 32; // samples of the server that are converted at a time
const edgeLength = 48; // 2 ms over which the voice begins and ends, so that neither clicks
const clearFrames = 32; // frames of the device over which it is cut off
const reportMs = 200;
const levelMs = 40;
const toleranceMs = 2; // offsets are rounded
const mostSamples = serverRate * 600; // ten minutes

const edge = Float32Array.from(
    { length: edgeLength }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / edgeLength));

/** One queue of audio, and what is heard of it. */
export class Playback {
    #rate;
    #tell;
    #resampler;
    #start = new StartBuffer();
    #queue = []; // { itemId, offset, samples, read }; offset in samples of the item
    #queued = 0; // samples
    #end = null; // { itemId, offset } after the last sample that came
    #isPlaying = false;
    #rise = 0; // samples of the beginning that are still faded in
    #frames = 0; // rendered
    #arrivedAt = 0; // frames, of the last audio
    #waitingSince = null; // frames, of the first audio since it is silent
    #ranDry = null; // { itemId, offset, at } when the last audio ended
    #isLate = false; // the next start follows an underrun
    #place = null; // { itemId, offset } of the next sample
    #begunAt = 0; // offset at which the item's playing began
    #block = new Float32Array(blockLength + edgeLength);
    #ready = new Float32Array(0); // converted, not yet rendered
    #readyAt = 0;
    #tail = []; // the fade of what was cut off
    #reportAt = 0;
    #meter = new LevelMeter();
    #wasLoud = false;

    /**
     * @param {number} rate of the device
     * @param {(event: object) => void} tell `started`, `playing`, `drained`, `cleared`, `underrun`, `level`, `overflow`
     */
    constructor(rate, tell) {
        this.#rate = rate;
        this.#tell = tell;
        this.#resampler = new Resampler(serverRate, rate);
    }

    /** @param {Int16Array} samples of an item, from `offsetMs` on */
    push(itemId, offsetMs, samples) {
        let offset = Math.round(offsetMs * perMs);
        if (this.#end?.itemId === itemId) {
            // After a lost connection the server repeats what is here already.
            const doubled = this.#end.offset - offset;
            if (Math.abs(doubled) <= toleranceMs * perMs) offset = this.#end.offset;
            else if (doubled >= samples.length) return;
            else if (doubled > 0) [offset, samples] = [this.#end.offset, samples.subarray(doubled)];
        }
        if (samples.length === 0) return;
        if (this.#queued + samples.length > mostSamples) return this.#tell({ type: "overflow", itemId });
        if (this.#ranDry && this.#queued === 0) {
            this.#isLate = this.#ranDry.itemId === itemId && this.#ranDry.offset === offset;
            if (!this.#isLate) this.#ranDry = null;
        }
        this.#start.arrived(itemId, offset / perMs, this.#milliseconds(this.#frames));
        this.#queue.push({ itemId, offset, samples, read: 0 });
        this.#queued += samples.length;
        this.#end = { itemId, offset: offset + samples.length };
        this.#arrivedAt = this.#frames;
        if (!this.#isPlaying) this.#waitingSince ??= this.#frames;
    }

    /** Throws away what is queued, and stops within 32 frames. */
    clear() {
        const tail = new Float32Array(clearFrames);
        let length = 0;
        while (length < clearFrames && this.#isHeard && this.#fill()) {
            tail[length] = this.#ready[this.#readyAt] * (1 - (length + 1) / (clearFrames + 1));
            this.#readyAt += 1;
            length += 1;
        }
        if (length > 0) this.#tail = Array.from(tail.subarray(0, length));
        const heard = this.#heard();
        this.#silence();
        this.#queue = [];
        this.#queued = 0;
        this.#end = this.#ranDry = this.#place = null;
        this.#start.cut();
        if (heard) this.#tell({ type: "cleared", ...heard });
    }

    /** @param {Float32Array} output filled with the next samples of the device, silence included */
    render(output) {
        let at = 0;
        while (at < output.length && this.#tail.length > 0) {
            output[at] = this.#tail.shift();
            at += 1;
        }
        while (at < output.length && this.#fill()) {
            const count = Math.min(output.length - at, this.#ready.length - this.#readyAt);
            output.set(this.#ready.subarray(this.#readyAt, this.#readyAt + count), at);
            this.#readyAt += count;
            at += count;
        }
        output.fill(0, at);
        this.#frames += output.length;
        this.#report(output);
    }

    /** Playing, or rendering the last of what was played. */
    get #isHeard() {
        return this.#isPlaying || this.#readyAt < this.#ready.length;
    }

    /** @returns {boolean} whether there is a sample to render now */
    #fill() {
        while (this.#readyAt >= this.#ready.length) {
            if (!this.#isPlaying && !this.#mayStart()) return false;
            this.#ready = this.#resampler.process(this.#next());
            this.#readyAt = 0;
        }
        return true;
    }

    #mayStart() {
        if (this.#queued === 0) return false;
        const waitedMs = this.#milliseconds(this.#frames - (this.#waitingSince ?? this.#frames));
        // What has stopped coming is complete, however short.
        const isComplete = this.#milliseconds(this.#frames - this.#arrivedAt) >= this.#start.milliseconds;
        if (this.#queued < this.#start.samples && !isComplete) return false;
        const { itemId, offset } = this.#queue[0];
        this.#isPlaying = true;
        this.#rise = edgeLength;
        this.#resampler.reset();
        this.#begunAt = offset;
        this.#place = { itemId, offset };
        this.#waitingSince = null;
        this.#reportAt = this.#frames;
        if (this.#isLate && this.#ranDry) {
            const gapMs = Math.round(this.#milliseconds(this.#frames - this.#ranDry.at));
            this.#tell({ type: "underrun", itemId, offsetMs: Math.round(offset / perMs), gapMs });
        } else {
            const offsetMs = Math.round(offset / perMs);
            this.#tell({ type: "started", itemId, offsetMs, waitedMs: Math.round(waitedMs) });
        }
        this.#isLate = false;
        this.#ranDry = null;
        return true;
    }

    /** The next samples of the queue. The last ones fade out: nobody knows whether more comes in time. */
    #next() {
        if (this.#queued > edgeLength) {
            const count = Math.min(blockLength, this.#queued - edgeLength);
            return this.#read(count, this.#block.subarray(0, count));
        }
        const end = this.#resampler.delay;
        const last = new Float32Array(this.#queued + end);
        const length = this.#queued;
        this.#read(length, last);
        for (let i = 0; i < length; i += 1) last[i] *= edge[length - 1 - i];
        this.#ranDry = { ...this.#place, at: this.#frames };
        this.#isPlaying = false;
        this.#tell({ type: "drained", ...this.#inMs(this.#place) });
        return last;
    }

    #read(count, into) {
        let at = 0;
        while (at < count) {
            const piece = this.#queue[0];
            const length = Math.min(count - at, piece.samples.length - piece.read);
            if (this.#place.itemId !== piece.itemId) this.#changeItem(piece);
            for (let i = 0; i < length; i += 1) into[at + i] = piece.samples[piece.read + i] / 32_768;
            piece.read += length;
            at += length;
            this.#place.offset = piece.offset + piece.read;
            if (piece.read === piece.samples.length) this.#queue.shift();
        }
        this.#queued -= count;
        for (let i = 0; i < count && this.#rise > 0; i += 1, this.#rise -= 1) into[i] *= edge[edgeLength - this.#rise];
        return into;
    }

    #changeItem({ itemId, offset }) {
        this.#tell({ type: "playing", ...this.#inMs(this.#place) });
        this.#place = { itemId, offset };
        this.#begunAt = offset;
    }

    #silence() {
        this.#isPlaying = false;
        this.#isLate = false;
        this.#waitingSince = null;
        this.#ready = new Float32Array(0);
        this.#readyAt = 0;
    }

    #report(output) {
        this.#meter.add(output);
        if (this.#milliseconds(this.#meter.count) >= levelMs) {
            const level = this.#meter.take();
            if (level.peak > 0 || this.#wasLoud) this.#tell({ type: "level", ...level });
            this.#wasLoud = level.peak > 0;
        }
        if (!this.#isPlaying || this.#milliseconds(this.#frames - this.#reportAt) < reportMs) return;
        this.#reportAt = this.#frames;
        this.#tell({ type: "playing", ...this.#heard() });
    }

    /** What has been rendered of the item: less than what was converted. */
    #heard() {
        if (!this.#place) return null;
        const waiting = ((this.#ready.length - this.#readyAt) * serverRate) / this.#rate + this.#resampler.delay;
        const offset = this.#isPlaying ? this.#place.offset - waiting : this.#place.offset;
        return this.#inMs({ itemId: this.#place.itemId, offset: Math.max(this.#begunAt, offset) });
    }

    #inMs({ itemId, offset }) {
        return { itemId, offsetMs: Math.floor(offset / perMs) };
    }

    #milliseconds(frames) {
        return (frames * 1_000) / this.#rate;
    }
}
