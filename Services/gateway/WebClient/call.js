// A whole call in a page: session, microphone and loudspeaker together. Its events: `call.d.ts`.

import { openContext, startContext } from "./audioContext.js";
import { SessionError } from "./errors.js";
import { Microphone } from "./microphone.js";
import { Player } from "./player.js";
import { RestClient } from "./restClient.js";
import { Session } from "./session.js";
import { Transcript } from "./transcript.js";

const forwarded = [
    "state", "ready", "resumed", "transcript", "attitude", "compliance", "session_ended", "session_outcome", "score",
    "error", "audio_clear", "status", "hint", "going_away", "message", "connection", "event_stored", "event_refused",
    "congestion",
];
/** How long the customer's last words are waited for once everything else is over. */
const lastWordsMs = 10_000;
const microphoneStates = { lost: "lost", changed: "changed", silent: "silent", heard: "heard", muted: "muted",
    unmuted: "unmuted" };

export class Call extends EventTarget {
    #options;
    #rest;
    #created = null;
    #session = null;
    #microphone = null;
    #player = null;
    #context = null;
    #transcript = new Transcript();
    #mode;
    #isTalking = false;
    #muted = new Set();
    #state = "idle";
    #volume = 1;
    #score = null;
    #outcome = null;
    #hasBegun = false;
    #isFinished = false;
    #isLeft = false;
    #listening = new AbortController(); // ends all listeners at once

    constructor({
        server, credential, rest = new RestClient({ server, credential }), microphone = true, mode = "open",
        muteWhenHidden = true, warnBeforeUnload = true, sessionOptions = {},
    } = {}) {
        super();
        this.#rest = rest;
        this.#options = { microphone, muteWhenHidden, warnBeforeUnload, sessionOptions };
        this.#mode = mode;
    }

    get state() {
        return this.#state;
    }

    get created() {
        return this.#created;
    }

    get session() {
        return this.#session;
    }

    get microphone() {
        return this.#microphone;
    }

    get player() {
        return this.#player;
    }

    get rest() {
        return this.#rest;
    }

    get lines() {
        return this.#transcript.lines;
    }

    /** The newest score message, `{revision, verdict, data}` or `{error}`; null before. */
    get score() {
        return this.#score;
    }

    get outcome() {
        return this.#outcome;
    }

    get isMuted() {
        return this.#muted.size > 0;
    }

    get muteReasons() {
        return [...this.#muted];
    }

    /**
     * Opens microphone and loudspeaker and begins the call. In a gesture of the user, because browsers make a sound
     * only after one.
     *
     * @param request what `POST /api/sessions` takes, or its answer if your own server asked
     */
    async start(request) {
        if (this.#state !== "idle") throw new SessionError("used", "A call starts once.");
        this.#enter("connecting");
        try {
            // Sound first, while the gesture counts.
            await this.#unlessLeft(this.#openSound());
            this.#created = request.wsUrl ? request : await this.#unlessLeft(this.#rest.createSession(request));
            this.#openSession();
            await this.#session.connect();
            return this.#created;
        } catch (error) {
            await this.#release();
            this.#enter("ended");
            throw this.#isLeft ? new SessionError("left", "The call was left before it began.") : error;
        }
    }

    async #unlessLeft(step) {
        const result = await step;
        if (this.#isLeft) throw new SessionError("left", "");
        return result;
    }

    // The trainee's voice

    mute(isMuted) {
        this.#setMuted("user", isMuted);
    }

    get mode() {
        return this.#mode;
    }

    /** `open`: the microphone is always heard; `push`: while `talk(true)` holds. */
    set mode(mode) {
        this.#mode = mode;
        this.#setMuted("push", mode === "push" && !this.#isTalking);
    }

    talk(isTalking) {
        this.#isTalking = isTalking;
        this.#setMuted("push", this.#mode === "push" && !isTalking);
        if (isTalking) this.#session?.traineeSpoke();
        else if (this.#mode === "push") this.#session?.traineeStopped();
    }

    sendText(text) {
        return this.#session?.sendText(text) ?? false;
    }

    sendEvent(type, data, options) {
        return this.#session?.sendEvent(type, data, options) ?? null;
    }

    /** Ends the conversation; the score comes afterwards. */
    end() {
        this.#session?.end();
    }

    /** Gives everything back. A conversation that is going on ends a minute later, as lost. */
    async leave() {
        this.#isLeft = true;
        this.#session?.close();
        await this.#release();
    }

    // The devices

    get volume() {
        return this.#volume;
    }

    set volume(volume) {
        this.#volume = volume;
        if (this.#player) this.#player.volume = volume;
    }

    selectMicrophone(deviceId) {
        return this.#microphone?.select(deviceId) ?? Promise.resolve();
    }

    selectSpeaker(deviceId) {
        return this.#player?.selectSpeaker(deviceId) ?? Promise.resolve(false);
    }

    /** In a gesture of the user, after `sound` said `blocked` or `suspended`. */
    async resumeSound() {
        const isRunning = await startContext(this.#context);
        this.#soundIs(isRunning ? "running" : "blocked");
        return isRunning;
    }

    async #openSound() {
        const wanted = this.#options.microphone;
        const isOpen = wanted instanceof Microphone;
        this.#context = (isOpen && wanted.context) || openContext();
        const starting = startContext(this.#context);
        this.#player = new Player({ context: this.#context });
        this.#player.volume = this.#volume;
        if (wanted) {
            const options = wanted === true ? {} : wanted;
            this.#microphone = isOpen ? wanted : new Microphone({ ...options, context: this.#context });
        }
        await Promise.all([this.#microphone?.open(), this.#player.open(), starting]);
        this.#listenToMicrophone();
        this.#listenToPlayer();
        this.#listenToPage();
        this.mode = this.#mode;
        this.#soundIs(this.#context.state === "running" ? "running" : "blocked");
    }

    #listenToMicrophone() {
        const microphone = this.#microphone;
        if (!microphone) return;
        this.#on(microphone, "frame", ({ samples }) => this.#session?.sendAudio(samples));
        this.#on(microphone, "level", (level) => this.#tell("level", level));
        this.#on(microphone, "speech", ({ isSpeech }) => {
            if (this.isMuted) return;
            if (isSpeech) this.#session?.traineeSpoke();
            else this.#session?.traineeStopped();
        });
        this.#on(microphone, "devices", (devices) => this.#tell("devices", devices));
        for (const [type, state] of Object.entries(microphoneStates)) {
            this.#on(microphone, type, (detail) => this.#microphoneIs(state, detail));
        }
        this.#microphoneIs("open");
        if (microphone.isMuted) this.#microphoneIs("muted");
    }

    #microphoneIs(state, detail = {}) {
        if (state === "lost" || state === "muted") this.#setMuted("microphone", true);
        if (state === "changed" || state === "unmuted") this.#setMuted("microphone", false);
        const { label, deviceId, isBluetooth } = this.#microphone;
        this.#tell("microphone", { label, deviceId, isBluetooth, ...detail, state });
    }

    #listenToPlayer() {
        const player = this.#player;
        const heard = ({ itemId, offsetMs }) => this.#session?.played(itemId, offsetMs);
        this.#on(player, "playing", (detail) => {
            heard(detail);
            this.#tell("playing", detail);
        });
        this.#on(player, "cleared", heard);
        this.#on(player, "drained", (detail) => {
            heard(detail);
            this.#session?.playbackEnded();
        });
        this.#on(player, "underrun", (detail) => this.#tell("underrun", detail));
        this.#on(player, "level", (level) => this.#tell("output_level", level));
        this.#on(player, "running", () => this.#soundIs("running"));
        this.#on(player, "suspended", () => this.#soundIs("suspended"));
    }

    #soundIs(state) {
        // A microphone in a stopped context delivers nothing; the server would wait for the rest of the sentence.
        this.#setMuted("suspended", state !== "running" && this.#microphone !== null);
        this.#tell("sound", { state });
    }

    #setMuted(reason, isMuted) {
        if (isMuted === this.#muted.has(reason)) return;
        const was = this.isMuted;
        if (isMuted) this.#muted.add(reason);
        else this.#muted.delete(reason);
        if (was !== this.isMuted) this.#session?.mute(this.isMuted || !this.#microphone);
        this.#tell("mute", { isMuted: this.isMuted, reasons: this.muteReasons });
    }

    // The page

    #listenToPage() {
        const { signal } = this.#listening;
        if (this.#options.muteWhenHidden && this.#microphone) {
            const look = () => {
                this.#setMuted("hidden", document.hidden);
                if (!document.hidden) startContext(this.#context);
            };
            document.addEventListener("visibilitychange", look, { signal });
            look();
        }
        addEventListener("online", () => this.#session?.retryNow(), { signal });
        if (this.#options.warnBeforeUnload) {
            addEventListener("beforeunload", (event) => this.#warn(event), { signal });
        }
    }

    #warn(event) {
        if (this.#state === "idle" || this.#state === "ended") return;
        event.preventDefault();
        event.returnValue = true; // what Safari and older Chromium ask for
    }

    // The session

    #openSession() {
        const { wsUrl, wsToken, sessionId } = this.#created;
        this.#session = new Session({
            wsUrl, wsToken, sessionId, position: () => this.#player?.position() ?? null,
            ...this.#options.sessionOptions });
        const session = this.#session;
        this.#on(session, "audio", ({ itemId, offsetMs, samples }) => this.#player?.play(itemId, offsetMs, samples));
        this.#on(session, "audio_clear", () => this.#player?.clear());
        this.#on(session, "state", ({ state }) => {
            this.#state = state;
        });
        this.#on(session, "session_outcome", ({ outcome }) => {
            this.#outcome = outcome;
        });
        this.#on(session, "score", (score) => {
            if ((score.revision ?? 0) >= (this.#score?.revision ?? 0)) this.#score = score;
        });
        this.#on(session, "ready", () => {
            this.#hasBegun = true;
        });
        for (const type of forwarded) this.#on(session, type, (detail) => this.#tell(type, detail));
        this.#on(session, "transcript", (line) => {
            const isNew = this.#transcript.add(line);
            this.#tell("line", { line, lines: this.lines, isNew });
        });
        this.#on(session, "resume_failed", (detail) => this.#restore(detail));
        this.#on(session, "ended", (detail) => this.#end(detail));
        this.#on(session, "closed", () => this.#finish());
        // Without a microphone no audio comes either: who only types is not silent.
        if (this.isMuted || !this.#microphone) session.mute(true);
    }

    /** The server's history did not reach back far enough: REST has the truth. */
    async #restore(detail) {
        this.#tell("resume_failed", detail);
        await this.#askREST();
    }

    async #askREST() {
        try {
            const session = await this.#rest.session(this.#created.sessionId);
            this.#transcript.replace(session.transcript ?? []);
            this.#outcome = session.outcome ?? this.#outcome;
            const data = session.score;
            if (data) this.#score = { revision: data.revision, verdict: data.verdict, data };
            this.#tell("restored", { session });
            return session;
        } catch {
            return null;
        }
    }

    async #end(detail) {
        if (!this.#hasBegun) return; // `start` throws
        this.#outcome ??= detail.outcome ?? null;
        this.#tell("ended", detail);
        // The customer may still be speaking the last words, so only the microphone goes.
        await this.#microphone?.stop();
    }

    async #finish() {
        if (!this.#hasBegun || this.#isFinished) return;
        this.#isFinished = true;
        await this.#upload();
        if (!this.#score && !this.#isLeft) await this.#askREST();
        this.#tell("finished", { score: this.#score });
        await this.#player?.playedOut(lastWordsMs);
        await this.#release();
    }

    /** What the server did not acknowledge goes over REST. */
    async #upload() {
        const events = this.#session?.unacknowledged ?? [];
        if (events.length === 0) return;
        try {
            this.#tell("events_uploaded", { results: await this.#rest.addEvents(this.#created.sessionId, events) });
        } catch {
            const message = `${events.length} events could not be sent.`;
            this.#tell("error", { code: "events_lost", message, fatal: false });
        }
    }

    async #release() {
        this.#listening.abort();
        const [microphone, player, context] = [this.#microphone, this.#player, this.#context];
        this.#microphone = this.#player = this.#context = null;
        await Promise.allSettled([microphone?.close(), player?.close()]);
        if (context && context.state !== "closed") await context.close();
    }

    // The means

    #enter(state) {
        const previous = this.#state;
        if (state === previous) return;
        this.#state = state;
        this.#tell("state", { state, previous });
    }

    #on(target, type, take) {
        target.addEventListener(type, ({ detail }) => take(detail), { signal: this.#listening.signal });
    }

    #tell(type, detail) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
