// When a lost connection is tried again. Decisions only: no socket, no timer.

const firstDelayMs = 250;
const longestDelayMs = 5_000;

/** What this side closes with when the connection has gone silent or lost a message. */
export const abandoned = 4000;

const worthRetrying = new Set([1001, 1005, 1006, 1011, 1012, 1013, 1014, abandoned, 4408, 4429, 4503]);

/** Why a session is over for good, by close code; everything else is a fault of this client. */
const reasons = { 1000: "session_ended", 4401: "refused", 4403: "refused", 4404: "refused", 4409: "replaced",
    4410: "session_ended" };

export const isWorthRetrying = (code) => worthRetrying.has(code);
export const reasonFor = (code) => reasons[code] ?? "protocol";

/** The attempts after one loss. */
export class Reconnection {
    #random;
    #limitMs;
    #since;
    #attempts = 0;

    /**
     * @param {number} since when the connection was lost, in milliseconds
     * @param {number} limitMs how long it is tried
     */
    constructor(since, limitMs, random) {
        this.#since = since;
        this.#limitMs = limitMs;
        this.#random = random;
    }

    get attempts() {
        return this.#attempts;
    }

    /** When the last attempt may begin, in milliseconds on the clock of `since`. */
    get until() {
        return this.#since + this.#limitMs;
    }

    /**
     * @param {number} now in milliseconds
     * @param {number} leastMs what the server asked for
     * @returns {number | null} milliseconds until the next attempt; null when it is time to give up
     */
    next(now, leastMs = 0) {
        const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(this.#attempts, 10));
        this.#attempts += 1;
        // Full jitter: after a restart of the server, not everybody comes back at once.
        const delay = Math.max(this.#random() * ceiling, leastMs);
        return now + delay > this.until ? null : delay;
    }
}
