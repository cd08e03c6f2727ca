// One practice call: the client module's call, and what the screen shows of it.

import { Call } from "/client/bat-client.js";
import * as memory from "./memory.js";

/** How long a hint stays. */
const hintMs = 12_000;
/** How often a call that is going on is noted, for a tab that is closed without notice. */
const noteMs = 5_000;

/** Tells `change` whenever something to show has changed; `finished` once the score is there or cannot come. */
export class Talk extends EventTarget {
    /** What was done besides talking: `{ time, text, state }`, state `sent`, `stored` or `refused`. */
    deeds = [];
    mood = null;
    direction = null;
    hint = null;
    /** Null while connected; otherwise `{ untilMs }`, or `{}` where the upstream is lost. */
    outage = null;
    isUpstreamLost = false;
    /** What is wrong with the microphone or the sound: `lost`, `silent`, `muted`, `blocked`; null if nothing. */
    soundFault = null;
    ended = null;
    /** Whether somebody has asked for the end. */
    isEnding = false;
    hasShownDocument = false;

    #practice;
    #hintTimer = null;
    #noting = null;
    #letGo = null;

    constructor(practice, kept = null) {
        super();
        this.#practice = practice;
        this.kept = kept;
        this.scenario = kept?.scenario ?? practice.scenario;
        this.persona = kept?.persona ?? practice.scenario?.persona ?? null;
        this.focus = kept ? kept.focus ?? null : practice.focus;
        this.mood = this.persona?.initialAttitude ?? null;
        this.usesMicrophone = kept ? kept.usesMicrophone === true : practice.devices.usesMicrophone;
    }

    get sessionId() {
        return this.call?.created?.sessionId ?? this.kept?.sessionId ?? null;
    }

    /**
     * Creates the session, or takes up the kept one, and connects.
     *
     * @param onConnecting called once the call exists, so that its screen can open
     * @throws RequestError, MicrophoneError, SessionError
     */
    async begin(onConnecting) {
        const practice = this.#practice;
        const { devices, options } = practice;
        const microphone = this.usesMicrophone && (devices.microphoneId ? { deviceId: devices.microphoneId } : true);
        this.call = new Call({
            credential: memory.ticket(), microphone, mode: options.mode, muteWhenHidden: true, warnBeforeUnload: true,
        });
        this.#listen();
        onConnecting?.();
        const created = await this.call.start(this.kept ? this.#keptSession() : this.#request());
        this.persona = created.persona ?? this.persona;
        this.mood ??= this.persona?.initialAttitude ?? null;
        // It may have ended while it began.
        if (!this.ended) this.#keep(created);
        if (devices.speakerId) this.call.selectSpeaker(devices.speakerId)?.catch?.(() => null);
        this.#changed();
    }

    #keep({ sessionId, wsUrl, wsToken }) {
        const { scenario, persona, usesMicrophone, focus } = this;
        memory.keepCall(
            { sessionId, wsUrl, wsToken, scenario, persona, usesMicrophone, focus },
            this.call.session?.resumeWindowMs);
        this.#letGo = memory.holdCall(sessionId);
        const note = () => {
            if (this.outage === null) memory.touchCall(sessionId);
        };
        const noting = setInterval(note, noteMs);
        addEventListener("pagehide", note);
        this.#noting = () => {
            clearInterval(noting);
            removeEventListener("pagehide", note);
        };
    }

    /** No longer this tab's call. */
    #drop() {
        this.#noting?.();
        this.#letGo?.();
        this.#noting = this.#letGo = null;
    }

    #request() {
        const { who, words, noticeShown, isRecorded, options } = this.#practice;
        return {
            scenarioId: this.scenario.id, traineeId: who.traineeId, client: "practice", visibility: "private",
            language: words.language, noticeShown,
            ...(isRecorded ? { recordingNoticeShown: true } : {}), hints: options.hints,
            metadata: this.focus ? { practisesAgain: this.focus.utteranceId ?? this.focus.category ?? "" } : {},
        };
    }

    #keptSession() {
        const { sessionId, wsUrl, wsToken, persona } = this.kept;
        return { sessionId, wsUrl, wsToken, persona };
    }

    #listen() {
        const on = (type, listener) => this.call.addEventListener(type, ({ detail }) => {
            listener(detail);
            this.#changed(type);
        });
        on("state", () => {});
        on("mute", () => {});
        on("line", ({ line }) => {
            if (line.speaker === "TRAINEE") this.#dropHint();
        });
        on("attitude", ({ value, direction }) => {
            this.mood = value;
            this.direction = direction;
        });
        on("hint", ({ text }) => {
            this.#dropHint();
            this.hint = text;
            this.#hintTimer = setTimeout(() => {
                this.hint = null;
                this.#changed("hint");
            }, hintMs);
        });
        on("connection", ({ isConnected, untilMs }) => {
            this.outage = isConnected ? null : { untilMs };
        });
        on("status", ({ upstream }) => {
            if (upstream) this.isUpstreamLost = upstream !== "ok";
        });
        on("microphone", ({ state }) => {
            if (["lost", "silent", "muted"].includes(state)) this.soundFault = state;
            else if (this.soundFault !== "blocked") this.soundFault = null;
        });
        on("sound", ({ state }) => {
            if (state !== "running") this.soundFault = "blocked";
            else if (this.soundFault === "blocked") this.soundFault = null;
        });
        on("event_stored", ({ eventId }) => this.#mark(eventId, "stored"));
        on("event_refused", ({ eventId, code }) => this.#mark(eventId, "refused", code));
        on("session_ended", () => {
            this.isEnding = true;
        });
        this.call.addEventListener("ended", ({ detail }) => {
            this.ended = detail;
            // A call that was only left, or not reached, can still be taken up.
            if (!["left", "unreachable"].includes(detail.reason)) {
                memory.forgetCall({ goesOn: detail.reason === "replaced" });
            }
            this.#drop();
            this.#dropHint();
            this.#changed("ended");
        });
        this.call.addEventListener("finished", ({ detail }) => {
            this.score = detail?.score ?? null;
            this.dispatchEvent(new Event("finished"));
        });
    }

    #mark(eventId, state, code = null) {
        const deed = this.deeds.find((deed) => deed.eventId === eventId);
        if (deed) Object.assign(deed, { state, code });
    }

    #dropHint() {
        clearTimeout(this.#hintTimer);
        this.hint = null;
    }

    /** Reports what was done at the counter, as VR would. @returns false when it cannot be sent any more */
    act(name, type, data) {
        const eventId = this.call.sendEvent(type, data);
        this.deeds.push({ eventId, name, time: this.time, state: eventId ? "sent" : "refused", code: null });
        this.#changed("deed");
        return eventId !== null;
    }

    /** Seconds since the session began. */
    get time() {
        return this.call?.session?.time ?? 0;
    }

    end() {
        this.isEnding = true;
        this.call.end();
        this.#changed("ending");
    }

    leave() {
        this.#dropHint();
        this.#drop();
        this.call?.leave();
    }

    #changed(what = "state") {
        this.dispatchEvent(new CustomEvent("change", { detail: what }));
    }
}
