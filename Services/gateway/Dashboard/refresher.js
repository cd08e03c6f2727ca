// Loads the data of the open view, and has the view told of changes.

import { Refused, SignInNeeded } from "./api.js";
import { LiveStream } from "./liveStream.js";

const slowestMs = 60_000;

/**
 * Asks the view to load once. Then, if the view's `live()` gives the address of a stream, what comes from there goes to
 * its `take(name, data)`, which answers whether that was enough; if not, the view loads again. Without a stream a view
 * that has `again` loads again after so many milliseconds. Nothing is asked for while the tab is hidden. While the server
 * fails, the delays grow.
 */
export class Refresher {
    #view = null;
    #timer = null;
    #request = null;
    #stream = null;
    #failures = 0;

    constructor({ onFresh, onFailure, onSignIn }) {
        this.onFresh = onFresh;
        this.onFailure = onFailure;
        this.onSignIn = onSignIn;
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) this.#pause();
            else if (this.#view) this.now();
        });
        // A page that is kept for the way back must not hold a connection.
        addEventListener("pagehide", () => this.#pause());
        addEventListener("pageshow", (event) => {
            if (event.persisted && this.#view) this.now();
        });
    }

    start(view) {
        this.#pause();
        this.#view = view;
        this.#failures = 0;
        return this.now();
    }

    stop() {
        this.#pause();
        this.#view = null;
    }

    async now() {
        this.#pause();
        const view = this.#view;
        if (!view) return;
        const request = new AbortController();
        this.#request = request;
        try {
            await view.load(request.signal);
            if (request.signal.aborted) return;
            this.#failures = 0;
            this.#listen(view);
            if (!this.#stream && view.again && !document.hidden) this.#timer = setTimeout(() => this.now(), view.again);
            this.onFresh(this.#stream !== null);
        } catch (error) {
            if (request.signal.aborted) return;
            if (error instanceof SignInNeeded) {
                this.stop();
                this.onSignIn();
                return;
            }
            const isFinal = error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429;
            this.onFailure(view, error, isFinal);
            if (!isFinal) this.#later();
        }
    }

    #listen(view) {
        const address = document.hidden ? null : view.live?.() ?? null;
        if (!address) return;
        this.#stream = new LiveStream(address, {
            onEvent: (name, data) => {
                if (view.take(name, data)) this.onFresh(true);
                else this.now();
            },
            onOpen: () => this.onFresh(true),
            onTrouble: () => this.onFailure(
                view, new Refused(0, "unreachable", "The server cannot be reached at the moment."), false),
            onOver: () => this.now(),
            onClosed: () => this.#later(),
        });
    }

    /** Loads again after a while, which tells why the server refuses. */
    #later() {
        this.#failures += 1;
        const delay = Math.min(slowestMs, 2_500 * 2 ** this.#failures);
        if (!document.hidden) this.#timer = setTimeout(() => this.now(), delay);
    }

    #pause() {
        clearTimeout(this.#timer);
        this.#request?.abort();
        this.#stream?.close();
        this.#request = null;
        this.#stream = null;
    }
}
