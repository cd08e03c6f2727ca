// Band-limited conversion between sample rates, for the two audio worklets. No audio API: it can be tested anywhere.

/** What passes unchanged, as a share of half the lower rate: 10 kHz at 24 kHz. At half the rate nothing passes. */
const passBand = 10 / 12;
/** Decibels by which images and aliases are weaker than the signal. */
const stopBandDecibels = 80;
/** Positions between two input samples for which the filter is tabulated; between them it is interpolated. */
const mostPhases = 512;

/** The modified Bessel function of the first kind and order 0, of which Kaiser's window is made. */
function bessel(x) {
    let [sum, term] = [1, 1];
    for (let k = 1; term > sum * 1e-12; k += 1) {
        term *= (x / (2 * k)) ** 2;
        sum += term;
    }
    return sum;
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function greatestCommonDivisor(a, b) {
    return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The taps for each position of an output sample between two input samples, one row per position.
 *
 * @param {number} lowering the lower rate by the input's rate, at most 1
 */
function table(phases, lowering) {
    const beta = 0.1102 * (stopBandDecibels - 8.7);
    // All in cycles per input sample.
    const stop = lowering / 2;
    const transition = stop * (1 - passBand);
    const cutOff = stop - transition / 2;
    const taps = 2 * Math.ceil((stopBandDecibels - 7.95) / (2.285 * 2 * Math.PI * transition) / 2 + 1);
    const rows = new Float32Array((phases + 1) * taps);
    for (let phase = 0; phase <= phases; phase += 1) {
        const row = rows.subarray(phase * taps, (phase + 1) * taps);
        let sum = 0;
        for (let tap = 0; tap < taps; tap += 1) {
            const distance = tap - (taps / 2 - 1) - phase / phases;
            const place = distance / (taps / 2);
            const window = Math.abs(place) < 1 ? bessel(beta * Math.sqrt(1 - place * place)) / bessel(beta) : 0;
            row[tap] = sinc(2 * cutOff * distance) * window;
            sum += row[tap];
        }
        // Every row passes a constant unchanged; otherwise it would be heard as a tone at the difference of the rates.
        for (let tap = 0; tap < taps; tap += 1) row[tap] /= sum;
    }
    return { rows, taps };
}

/** Converts a stream of samples piece by piece; the pieces' borders cannot be heard. */
export class Resampler {
    #from;
    #to;
    #phases;
    #rows;
    #taps;
    #input;
    #filled;
    #position = 0; // whole input samples before the next output sample
    #fraction = 0; // the rest, in parts of #to
    #output = new Float32Array(0);

    /**
     * @param {number} fromRate samples a second
     * @param {number} toRate
     */
    constructor(fromRate, toRate) {
        const [from, to] = [Math.round(fromRate), Math.round(toRate)];
        if (!(from > 0 && to > 0)) throw new RangeError(`no sample rates: ${fromRate}, ${toRate}`);
        const divisor = greatestCommonDivisor(from, to);
        [this.#from, this.#to] = [from / divisor, to / divisor];
        if (this.isIdentity) return;
        this.#phases = Math.min(this.#to, mostPhases);
        ({ rows: this.#rows, taps: this.#taps } = table(this.#phases, Math.min(1, to / from)));
        this.reset();
    }

    get isIdentity() {
        return this.#from === this.#to;
    }

    /** Input samples by which the output lags, and that `process` wants after the last sample to get it out whole. */
    get delay() {
        return this.isIdentity ? 0 : this.#taps / 2;
    }

    /** Forgets what came before. */
    reset() {
        if (this.isIdentity) return;
        // Silence before the first sample, so that the first output sample is the first input sample.
        this.#input = new Float32Array(this.#taps + 4_096);
        this.#filled = this.#taps / 2 - 1;
        this.#position = 0;
        this.#fraction = 0;
    }

    /**
     * @param {Float32Array} samples
     * @returns {Float32Array} what is ready; overwritten by the next call
     */
    process(samples) {
        if (this.isIdentity) return samples;
        this.#append(samples);
        const most = Math.ceil((this.#filled * this.#to) / this.#from) + 1;
        if (this.#output.length < most) this.#output = new Float32Array(most);
        const whole = Math.floor(this.#from / this.#to);
        const part = this.#from % this.#to;
        let count = 0;
        while (this.#position + this.#taps <= this.#filled) {
            this.#output[count] = this.#sample();
            count += 1;
            this.#position += whole;
            this.#fraction += part;
            if (this.#fraction >= this.#to) {
                this.#fraction -= this.#to;
                this.#position += 1;
            }
        }
        this.#dropUsed();
        return this.#output.subarray(0, count);
    }

    #sample() {
        const place = (this.#fraction * this.#phases) / this.#to;
        const phase = Math.floor(place);
        const mix = place - phase;
        const taps = this.#taps;
        const first = phase * taps;
        const [rows, input, position] = [this.#rows, this.#input, this.#position];
        let sum = 0;
        for (let tap = 0; tap < taps; tap += 1) sum += input[position + tap] * rows[first + tap];
        if (mix === 0) return sum;
        let next = 0;
        for (let tap = 0; tap < taps; tap += 1) next += input[position + tap] * rows[first + taps + tap];
        return sum + mix * (next - sum);
    }

    #append(samples) {
        const length = this.#filled + samples.length;
        if (length > this.#input.length) {
            const larger = new Float32Array(length);
            larger.set(this.#input.subarray(0, this.#filled));
            this.#input = larger;
        }
        this.#input.set(samples, this.#filled);
        this.#filled = length;
    }

    #dropUsed() {
        const used = Math.min(this.#position, this.#filled);
        this.#input.copyWithin(0, used, this.#filled);
        this.#filled -= used;
        this.#position -= used;
    }
}
