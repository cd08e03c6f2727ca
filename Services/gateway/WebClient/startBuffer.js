// How much audio to have before playing begins. Decisions only.

const samplesPerMs = 24;
const mostMs = 600;
const remembered = 8; // items
const marginMs = 20;
/** On a line that holds audio up for longer than this, the worst is yet to come: more is asked for than was needed. */
const roughMs = 80;
const calm = { leastMs: 80, factor: 1 };
const rough = { leastMs: 300, factor: 1.25 }; // also before the line is known
const knownAfter = 3; // items

/** Learns from how late audio came: what would have been enough for the last items is asked for in the next. */
export class StartBuffer {
    #late = []; // milliseconds by which the last items' audio was held up at worst
    #item = null;

    get milliseconds() {
        const lateMs = Math.max(0, ...this.#late, this.#item?.lateMs ?? 0);
        const { leastMs, factor } = this.#late.length >= knownAfter && lateMs <= roughMs ? calm : rough;
        return Math.min(mostMs, Math.max(leastMs, lateMs * factor + marginMs));
    }

    /** The same in samples of 24 kHz. */
    get samples() {
        return this.milliseconds * samplesPerMs;
    }

    /**
     * Counts the arrival of audio.
     *
     * @param {number} offsetMs its place in its item
     * @param {number} atMs when
     */
    arrived(itemId, offsetMs, atMs) {
        if (this.#item?.id !== itemId) {
            this.#remember();
            this.#item = { id: itemId, atMs, lastMs: atMs, offsetMs, lateMs: 0 };
        }
        const item = this.#item;
        const behind = atMs - item.atMs - (offsetMs - item.offsetMs);
        item.lateMs = Math.min(mostMs, Math.max(item.lateMs, behind, atMs - item.lastMs));
        item.lastMs = atMs;
    }

    /** Forgets the item that is coming in: what follows is on time again. */
    cut() {
        this.#remember();
        this.#item = null;
    }

    #remember() {
        if (!this.#item) return;
        this.#late.push(this.#item.lateMs);
        if (this.#late.length > remembered) this.#late.shift();
    }
}
