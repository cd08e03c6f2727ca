// The server's REST API, as far as a call needs it.

import { RequestError } from "./errors.js";
import { newId } from "./ids.js";

const patienceMs = 15_000;
const recordingPatienceMs = 120_000;
const attempts = 3;
const betweenAttemptsMs = 1_000;
const longestWaitMs = 10_000;
const mostEvents = 1_000; // in one request

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const part = encodeURIComponent;

/** The server could not be reached, has no room at the moment, or says when to come back. */
function isWorthRepeating({ status, retryAfterMs }) {
    if (retryAfterMs > longestWaitMs) return false;
    return status === 0 || status === 503 || (status === 429 && retryAfterMs !== undefined);
}

function query(values = {}) {
    const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
    return pairs.length > 0 ? `?${pairs.map(([key, value]) => `${key}=${part(value)}`).join("&")}` : "";
}

export class RestClient {
    #server;
    #credential;
    #fetch;
    #credentials;

    /**
     * @param server its origin; empty for the page's own
     * @param credential a ticket (or, on a server of your own, an API key); null to use a cookie, or none
     */
    constructor({ server = "", credential = null, fetch = globalThis.fetch, credentials = "same-origin" } = {}) {
        this.#server = server.replace(/\/$/, "");
        this.#credential = credential;
        this.#fetch = fetch.bind(globalThis);
        this.#credentials = credentials;
    }

    /** Creates a session. A repeated attempt has the same key, so that it creates no second one. */
    async createSession(request, { idempotencyKey = newId() } = {}) {
        for (let attempt = 1; ; attempt += 1) {
            try {
                return await this.post("/api/sessions", request, { "Idempotency-Key": idempotencyKey });
            } catch (error) {
                if (attempt === attempts || !isWorthRepeating(error)) throw error;
                await sleep(error.retryAfterMs ?? betweenAttemptsMs * attempt);
            }
        }
    }

    session(id) {
        return this.get(`/api/sessions/${part(id)}`);
    }

    sessions(filter) {
        return this.get(`/api/sessions${query(filter)}`);
    }

    scenarios() {
        return this.get("/api/scenarios");
    }

    personas() {
        return this.get("/api/personas");
    }

    notice(language) {
        return this.get(`/api/notice${query({ language })}`);
    }

    /** Lets a private practice count. */
    submit(id) {
        return this.post(`/api/sessions/${part(id)}/submit`);
    }

    /** @returns the result of every event, in order; a duplicate costs nothing */
    async addEvents(id, events) {
        const results = [];
        for (let at = 0; at < events.length; at += mostEvents) {
            const batch = { events: events.slice(at, at + mostEvents) };
            const answer = await this.post(`/api/sessions/${part(id)}/events`, batch);
            results.push(...(answer.results ?? []));
        }
        return results;
    }

    /** The report card, a PDF. */
    async report(id) {
        return (await this.#request(`/api/sessions/${part(id)}/report`)).blob();
    }

    /** The sound of a recorded call, WAV: 96,000 bytes a second, so loading it may take a while. */
    async recording(id) {
        return (await this.#request(`/api/sessions/${part(id)}/recording`, {
            signal: AbortSignal.timeout(recordingPatienceMs) })).blob();
    }

    async get(path) {
        return (await this.#request(path)).json();
    }

    async post(path, body, headers = {}) {
        const content = body === undefined
            ? {} : { body: JSON.stringify(body), headers: { ...headers, "Content-Type": "application/json" } };
        const response = await this.#request(path, { method: "POST", headers, ...content });
        return response.status === 204 ? null : response.json();
    }

    async #request(path, options = {}) {
        const headers = { Accept: "application/json", ...options.headers };
        if (this.#credential) headers.Authorization = `Bearer ${this.#credential}`;
        let response;
        try {
            response = await this.#fetch(`${this.#server}${path}`, {
                signal: AbortSignal.timeout(patienceMs), ...options, headers, credentials: this.#credentials });
        } catch {
            throw new RequestError(
                0, "unreachable", "The server cannot be reached, or does not serve this page's origin.");
        }
        if (response.ok) return response;
        const problem = await response.json().catch(() => ({}));
        const seconds = Number(response.headers.get("Retry-After") ?? NaN);
        throw new RequestError(
            response.status, problem.code ?? "unknown", problem.detail ?? `The server answered ${response.status}.`,
            { errors: problem.errors, retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined });
    }
}

/** Creates a session: `{server, credential}` and what `POST /api/sessions` takes. */
export function createSession({ server, credential, ...request }) {
    return new RestClient({ server, credential }).createSession(request);
}
