// Binary frames of audio: a byte that says so, then PCM16 at 24 kHz, mono, little endian.

const audioMark = 0x01;
const bytesPerMs = 48;
const jsonMarks = [0x7b, 0xef]; // a brace, or a byte order mark before it

/** @param {Int16Array} samples */
export function audioFrame(samples) {
    const frame = new Uint8Array(1 + samples.byteLength);
    frame[0] = audioMark;
    frame.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), 1);
    return frame;
}

/** @returns {"audio" | "json" | "unknown"} */
export function kindOf(frame) {
    if (frame[0] === audioMark) return "audio";
    return jsonMarks.includes(frame[0]) ? "json" : "unknown";
}

/** Which item the frames that come belong to, and where in it each begins. */
export class IncomingAudio {
    #itemId = "";
    #bytes = 0;
    #oddByte = null;

    /** What `audio_item` said: the next frame begins here. */
    begin(itemId, offsetMs) {
        this.#itemId = itemId;
        this.#bytes = offsetMs * bytesPerMs;
        this.#oddByte = null;
    }

    /** @param {Uint8Array} frame with its first byte */
    take(frame) {
        const kept = this.#oddByte === null ? 0 : 1;
        const length = frame.length - 1 + kept;
        // A copy, because samples begin at an even address. An odd byte is the first half of the next frame's sample.
        const bytes = new Uint8Array(length - (length % 2));
        if (kept === 1 && bytes.length > 0) bytes[0] = this.#oddByte;
        bytes.set(frame.subarray(1, 1 + bytes.length - kept), kept);
        if (frame.length > 1) this.#oddByte = length % 2 === 1 ? frame[frame.length - 1] : null;
        const offsetMs = Math.floor(this.#bytes / bytesPerMs);
        this.#bytes += bytes.length;
        return { itemId: this.#itemId, offsetMs, samples: new Int16Array(bytes.buffer) };
    }
}
