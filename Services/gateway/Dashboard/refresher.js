// Loads the data of the open view, repeatedly while changes are expected.

import { Refused, SignInNeeded } from "./api.js";

const slowestMs = 60_000;

/**
 * Asks the view to load, then again after the view's own `interval()` in milliseconds (null: never). One request
 * at a time; none while the tab is hidden; with growing delays while the server fails.
 */
export class Refresher {
    #view = null;
    #timer = null;
    #request = null;
    #failures = 0;

    constructor({ onFresh, onFailure, onSignIn }) {
        this.onFresh = onFresh;
        this.onFailure = onFailure;
        this.onSignIn = onSignIn;
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) this.#pause();
            else if (this.#view && this.#view.interval() !== null) this.now();
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
            this.onFresh(view.interval() !== null);
            this.#schedule(view.interval());
        } catch (error) {
            if (request.signal.aborted) return;
            if (error instanceof SignInNeeded) {
                this.stop();
                this.onSignIn();
                return;
            }
            this.#failures += 1;
            const isFinal = error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429;
            this.onFailure(view, error, isFinal);
            if (!isFinal) this.#schedule(Math.min(slowestMs, 2_500 * 2 ** this.#failures));
        }
    }

    #schedule(delay) {
        if (delay !== null && !document.hidden) this.#timer = setTimeout(() => this.now(), delay);
    }

    #pause() {
        clearTimeout(this.#timer);
        this.#request?.abort();
        this.#request = null;
    }
}
