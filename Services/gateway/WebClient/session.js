// One call over the WebSocket, `bat.v1`: connected, resumed when the connection is lost, ended. No DOM and no audio
// device, so it also runs in workers and in tests with a socket, a clock and a random generator of their own.

import { audioFrame, IncomingAudio, kindOf } from "./audioFrames.js";
import { SessionError } from "./errors.js";
import { newId } from "./ids.js";
import { abandoned, isWorthRetrying, reasonFor, Reconnection } from "./reconnection.js";
import { WaitingEvents } from "./waitingEvents.js";

const openingMs = 10_000; // an attempt to connect that takes longer is given up
const answerMs = 10_000; // a connection that does not answer a ping within this is lost
const thinkingMs = 12_000; // a turn without an answer
const resendMs = 1_000; // an event that the server could not write to disk
const mostQueuedBytes = 512 * 1024; // about ten seconds of audio in the browser's send buffer
const defaults = { resumeWindowMs: 60_000, heartbeatMs: 15_000 };

/** Messages that report a sequence number and have none of their own. */
const unnumbered = new Set(["ready", "resume_failed"]);
/** Messages of which nobody outside needs to know. */
const internal = new Set(["ack", "nack", "audio_item", "pong"]);
/** Messages that are dispatched under their type; others come as `message`. */
const known = new Set([
    "ready", "resumed", "resume_failed", "transcript", "attitude", "compliance", "session_ended", "session_outcome",
    "score", "error", "audio_clear", "status", "hint", "going_away",
]);

const systemTimers = {
    setTimeout: (action, ms) => globalThis.setTimeout(action, ms),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
    now: () => performance.now(),
};

/** The address without the token, with the options that this client needs. */
function address(wsUrl) {
    const url = new URL(wsUrl);
    const token = url.searchParams.get("token");
    url.searchParams.delete("token");
    url.searchParams.set("audio", "binary");
    url.searchParams.set("reject", "close"); // a browser cannot see why an upgrade was refused
    return { url: url.href, token };
}

/** One session's connection. Its events and states: `session.d.ts`. */
export class Session extends EventTarget {
    #url;
    #token;
    #WebSocket;
    #timers;
    #random;
    #position;

    #state = "idle";
    #socket = null;
    #isReady = false;
    #wasReady = false;
    #isOver = false; // the conversation; the score may be to come
    #isFinished = false; // the connection, for good
    #ending = null; // what `ended` says
    #opening = null; // { resolve, reject } of `connect`

    #lastSeq = 0;
    #gapAfter = -1;
    #incoming = new IncomingAudio();
    #waiting;
    #reconnection = null;
    #retryAfterMs = 0;
    #refusal = null; // the last fatal error
    #resumeWindowMs = defaults.resumeWindowMs;
    #heartbeatMs = defaults.heartbeatMs;
    #clock = null; // { at, time }: the session's seconds at a moment of ours
    #heardAt = 0;
    #pingAt = null;
    #played = null;
    #isMuted = false;
    #wantsEnd = false;
    #isCongested = false;
    #running = new Map(); // timers by what they are for

    constructor({
        wsUrl, wsToken, sessionId = "", WebSocket = globalThis.WebSocket, timers = systemTimers, random = Math.random,
        maxWaitingEvents = 1_000, position = () => null,
    }) {
        super();
        const { url, token } = address(wsUrl);
        this.#url = url;
        this.#token = wsToken ?? token;
        if (!this.#token) throw new SessionError("invalid_token", "The session has no token.");
        this.sessionId = sessionId;
        this.#WebSocket = WebSocket;
        this.#timers = timers;
        this.#random = random;
        this.#waiting = new WaitingEvents(maxWaitingEvents);
        this.#position = position;
    }

    get state() {
        return this.#state;
    }

    get isConnected() {
        return this.#isReady;
    }

    get lastSeq() {
        return this.#lastSeq;
    }

    get isMuted() {
        return this.#isMuted;
    }

    /** Seconds of the session's own clock; null before the first `ready`. */
    get time() {
        return this.#clock && this.#clock.time + (this.#timers.now() - this.#clock.at) / 1_000;
    }

    /** How long the server keeps the session without a connection. */
    get resumeWindowMs() {
        return this.#resumeWindowMs;
    }

    /** Events that are not known to be on the server's disk, for `POST /api/sessions/:id/events`. */
    get unacknowledged() {
        return this.#waiting.batch;
    }

    /** Connects. Resolves with the first `ready`; rejects with a `SessionError` if there is none. */
    connect() {
        if (this.#state !== "idle") return Promise.reject(new SessionError("used", "A session connects once."));
        this.#enter("connecting");
        return new Promise((resolve, reject) => {
            this.#opening = { resolve, reject };
            this.#open();
        });
    }

    // What the trainee does

    /**
     * @param {Int16Array} samples 20 to 100 ms at 24 kHz
     * @returns {boolean} false when it was dropped: muted, not connected, or the line is too slow
     */
    sendAudio(samples) {
        if (!this.#isReady || this.#isMuted || this.#isOver) return false;
        const isCongested = this.#socket.bufferedAmount > mostQueuedBytes;
        if (isCongested !== this.#isCongested) {
            this.#isCongested = isCongested;
            this.#tell("congestion", { isCongested });
        }
        if (isCongested) return false;
        this.#socket.send(audioFrame(samples));
        return true;
    }

    /** @returns {boolean} false when it was not sent; a typed line does not wait for a connection */
    sendText(text) {
        if (this.#isOver || !this.#send({ type: "text", text })) return false;
        this.#think();
        return true;
    }

    /** @returns {string | null} the event's id; null when too many events wait already */
    sendEvent(type, data = {}, { time = this.time, eventId = newId() } = {}) {
        const event = { type: "event", eventId, data: { type, data } };
        if (time !== null && time !== undefined) event.time = Math.max(0, Math.round(time * 1_000) / 1_000);
        if (!this.#waiting.add(event)) {
            const message = "Too many events wait for the server.";
            this.#tell("event_refused", { eventId, code: "too_many_waiting", message });
            return null;
        }
        if (!this.#isOver) this.#send(event);
        return eventId;
    }

    /** Says that no audio comes, and drops what is sent all the same. */
    mute(isMuted) {
        if (isMuted === this.#isMuted) return;
        this.#isMuted = isMuted;
        this.#send({ type: "mute", on: isMuted });
    }

    /** Reports how far the customer's audio has been heard. Also said when a lost connection is back. */
    played(itemId, offsetMs) {
        this.#played = { itemId, offsetMs: Math.round(offsetMs) };
        this.#send({ type: "played", ...this.#played });
    }

    /** Everything that came has been heard. */
    playbackEnded() {
        if (this.#state === "speaking") this.#enter("listening");
    }

    /** The trainee's turn seems to be over. */
    traineeStopped() {
        if (this.#state === "listening" || this.#state === "ready") this.#think();
    }

    #think() {
        this.#enter("thinking");
        this.#after("thinking", thinkingMs, () => this.#state === "thinking" && this.#enter("listening"));
    }

    traineeSpoke() {
        if (this.#state === "thinking" || this.#state === "ready") this.#enter("listening");
    }

    /** Ends the conversation; the score comes afterwards. Without a connection it is sent when there is one. */
    end() {
        this.#wantsEnd = true;
        this.#send({ type: "end_session" });
    }

    /** Leaves without ending the conversation. */
    close() {
        this.#finish(1000, "left");
    }

    /** Does not wait for the next attempt, for example because the network is back. */
    retryNow() {
        if (this.#running.has("retry")) this.#open();
    }

    // The connection

    #open() {
        this.#stop("retry");
        let socket;
        try {
            socket = new this.#WebSocket(this.#url, ["bat.v1", `bearer.${this.#token}`]);
        } catch {
            // The browser's own message would name the token.
            this.#refusal = { code: "refused", message: "The browser does not open this address." };
            this.#finish(1008, "refused");
            return;
        }
        socket.binaryType = "arraybuffer";
        socket.onopen = () => this.#stop("opening");
        socket.onmessage = ({ data }) => this.#take(data);
        socket.onerror = () => {}; // `close` follows
        socket.onclose = ({ code }) => this.#lose(code);
        this.#socket = socket;
        this.#after("opening", openingMs, () => this.#abandon());
    }

    /** Lets go of a socket: nothing more is heard of it. */
    #release(code) {
        const socket = this.#socket;
        this.#socket = null;
        this.#isReady = false;
        this.#pingAt = null;
        for (const name of ["opening", "heartbeat", "resend"]) this.#stop(name);
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        if (code !== undefined) socket.close(code);
    }

    #abandon() {
        this.#release(abandoned);
        this.#lose(abandoned);
    }

    #lose(code) {
        this.#release();
        if (!isWorthRetrying(code)) return this.#finish(code, reasonFor(code));
        const now = this.#timers.now();
        this.#reconnection ??= new Reconnection(now, this.#resumeWindowMs, this.#random);
        const inMs = this.#reconnection.next(now, this.#retryAfterMs);
        this.#retryAfterMs = 0;
        if (inMs === null) return this.#finish(code, this.#wasReady ? "resume_window" : "unreachable");
        if (this.#wasReady && !this.#isOver) this.#enter("reconnecting");
        const { attempts: attempt, until } = this.#reconnection;
        this.#after("retry", inMs, () => this.#open());
        this.#tell("connection", { isConnected: false, attempt, inMs, untilMs: until - now });
    }

    #finish(code, reason) {
        if (this.#isFinished) return;
        this.#isFinished = true;
        this.#isOver = true;
        this.#release(1000);
        for (const name of [...this.#running.keys()]) this.#stop(name);
        this.#end({ reason });
        const { code: why = reason, message = "The call could not begin." } = this.#refusal ?? {};
        this.#opening?.reject(new SessionError(why, message, code));
        this.#opening = null;
        this.#tell("closed", { code, reason });
    }

    /** Tells once that the conversation is over. */
    #end(how) {
        this.#isOver = true;
        if (this.#ending) return;
        this.#ending = how;
        this.#enter("ended");
        this.#tell("ended", how);
    }

    // What the server says

    #take(data) {
        this.#heardAt = this.#timers.now();
        this.#pingAt = null;
        if (typeof data === "string") return this.#read(data);
        const frame = new Uint8Array(data);
        const kind = kindOf(frame);
        if (kind === "json") this.#read(new TextDecoder().decode(frame));
        else if (kind === "audio") this.#hear(frame);
    }

    #hear(frame) {
        const audio = this.#incoming.take(frame);
        if (audio.samples.length === 0) return;
        if (!this.#isOver) this.#enter("speaking");
        this.#tell("audio", audio);
    }

    #read(text) {
        let message;
        try {
            message = JSON.parse(text);
        } catch {
            return;
        }
        if (typeof message?.type !== "string" || !this.#isNext(message)) return;
        this.#apply(message);
        if (!internal.has(message.type)) this.#tell(known.has(message.type) ? message.type : "message", message);
        this.#follow(message);
    }

    /** Counts a numbered message; false for one that was here before. */
    #isNext({ type, seq }) {
        if (!Number.isFinite(seq) || unnumbered.has(type)) return true;
        if (seq <= this.#lastSeq) return false;
        if (seq > this.#lastSeq + 1 && this.#gapAfter !== this.#lastSeq) {
            // Something was lost on the way: ask for it, once.
            this.#gapAfter = this.#lastSeq;
            this.#abandon();
            return false;
        }
        this.#lastSeq = seq;
        return true;
    }

    /** What a message changes before anybody is told of it. */
    #apply(message) {
        switch (message.type) {
            case "ready":
                return this.#beReady(message);
            case "resume_failed":
                if (Number.isFinite(message.seq)) this.#lastSeq = message.seq;
                return;
            case "audio_item":
                return this.#incoming.begin(String(message.itemId ?? ""), Number(message.offsetMs) || 0);
            case "ack":
                return this.#settle(message);
            case "nack":
                return this.#refuse(message);
            case "error":
                if (message.fatal) this.#refusal = message;
                if (message.fatal) this.#retryAfterMs = Number(message.retryAfterMs) || 0;
                return;
            case "going_away":
                this.#retryAfterMs = Number(message.retryAfterMs) || 0;
                return;
            case "session_ended":
                this.#isOver = true;
        }
    }

    /** What a message leads to after it was told. */
    #follow(message) {
        switch (message.type) {
            case "ready":
                this.#opening?.resolve(message);
                this.#opening = null;
                return;
            case "audio_clear":
                if (this.#state === "speaking") this.#enter("listening");
                return;
            case "session_ended":
                this.#end({
                    reason: "session_ended", outcome: message.outcome, endTrigger: message.endTrigger });
        }
    }

    #beReady(message) {
        this.#stop("opening");
        this.#isReady = true;
        this.#refusal = null;
        this.#retryAfterMs = 0;
        this.#reconnection = null;
        this.#resumeWindowMs = Number(message.resumeWindowMs) || defaults.resumeWindowMs;
        this.#heartbeatMs = Number(message.heartbeatMs) || defaults.heartbeatMs;
        this.#clock = { at: this.#timers.now(), time: Number(message.sessionTime) || 0 };
        if (message.state === "ended") this.#isOver = true;
        // Before anything else: the server takes whatever comes first for a client that does not resume.
        if (this.#wasReady || message.seq > 0) {
            const played = this.#position() ?? this.#played ?? undefined;
            this.#send({ type: "resume", lastSeq: this.#lastSeq, played });
        }
        if (this.#isMuted) this.#send({ type: "mute", on: true });
        if (!this.#isOver) for (const event of this.#waiting.messages) this.#send(event);
        if (this.#wantsEnd && !this.#isOver) this.#send({ type: "end_session" });
        if (!this.#isOver) this.#enter(this.#wasReady ? "listening" : "ready");
        this.#wasReady = true;
        this.#watch();
        this.#tell("connection", { isConnected: true });
    }

    #settle({ eventIds }) {
        for (const eventId of Array.isArray(eventIds) ? eventIds : []) {
            if (this.#waiting.delete(eventId)) this.#tell("event_stored", { eventId });
        }
    }

    #refuse({ eventIds, code, message, retry }) {
        if (retry) {
            this.#after("resend", resendMs, () => this.#resend());
            return;
        }
        // The rest goes over REST.
        if (code === "session_ended") return;
        for (const eventId of Array.isArray(eventIds) ? eventIds : []) {
            if (this.#waiting.delete(eventId)) this.#tell("event_refused", { eventId, code, message });
        }
    }

    #resend() {
        if (this.#isOver) return;
        for (const event of this.#waiting.messages) this.#send(event);
    }

    /** Notices a connection that is dead although nobody closed it: a browser does not show the protocol's pings. */
    #watch() {
        const now = this.#timers.now();
        if (this.#pingAt !== null && now - this.#pingAt >= answerMs) return this.#abandon();
        if (this.#pingAt === null && now - this.#heardAt >= this.#heartbeatMs) {
            this.#pingAt = now;
            this.#send({ type: "ping", t: Math.round(now) });
        }
        this.#after("heartbeat", Math.min(this.#heartbeatMs, answerMs) / 2, () => this.#watch());
    }

    // The means

    #send(message) {
        if (!this.#isReady) return false;
        this.#socket.send(JSON.stringify(message));
        return true;
    }

    #enter(state) {
        const previous = this.#state;
        if (state === previous) return;
        this.#state = state;
        if (state !== "thinking") this.#stop("thinking");
        this.#tell("state", { state, previous });
    }

    #tell(type, detail) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }

    #after(name, ms, action) {
        this.#stop(name);
        const timer = this.#timers.setTimeout(() => {
            this.#running.delete(name);
            action();
        }, ms);
        this.#running.set(name, timer);
    }

    #stop(name) {
        this.#timers.clearTimeout(this.#running.get(name));
        this.#running.delete(name);
    }
}
