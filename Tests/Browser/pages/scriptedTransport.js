// A clock and WebSockets that do what a test says, for `session.js`.

/** Time passes only when the test says so. */
export class ManualClock {
    #now = 0;
    #timers = new Map();
    #next = 1;

    now = () => this.#now;

    setTimeout = (action, ms) => {
        const id = this.#next;
        this.#next += 1;
        this.#timers.set(id, { at: this.#now + ms, action });
        return id;
    };

    clearTimeout = (id) => this.#timers.delete(id);

    get waiting() {
        return this.#timers.size;
    }

    advance(ms) {
        const end = this.#now + ms;
        for (;;) {
            const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
            if (!due) break;
            const [id, { at, action }] = due;
            this.#timers.delete(id);
            this.#now = at;
            action();
        }
        this.#now = end;
    }
}

/** A class of WebSockets that remember what they were sent; `opened` has all of them. */
export function scriptedSockets() {
    const opened = [];
    class ScriptedSocket {
        sent = [];
        closedWith = null;
        bufferedAmount = 0;

        constructor(url, protocols) {
            Object.assign(this, { url, protocols });
            opened.push(this);
        }

        send(data) {
            this.sent.push(typeof data === "string" ? JSON.parse(data) : { type: "binary", bytes: Array.from(data) });
        }

        close(code) {
            this.closedWith = code;
        }

        /** What the server sends. */
        say(...messages) {
            for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) });
        }

        sayBytes(...bytes) {
            this.onmessage?.({ data: new Uint8Array(bytes).buffer });
        }

        ready(more = {}) {
            this.onopen?.();
            this.say({ type: "ready", sessionId: "BAT-001", protocol: 1, seq: 0, state: "active", sessionTime: 10,
                resumeWindowMs: 60_000, heartbeatMs: 15_000, ...more });
        }

        lose(code = 1006) {
            this.onclose?.({ code });
        }

        /** The types of what it was sent. */
        get types() {
            return this.sent.map(({ type }) => type);
        }
    }
    return { Socket: ScriptedSocket, opened, get last() { return opened.at(-1); } };
}
