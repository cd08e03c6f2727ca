/** What the server says over the WebSocket; described in full by `/asyncapi.json`. New keys may appear at any time. */

export type Speaker = "TRAINEE" | "AVATAR";
export type Outcome = string;
export type Verdict = "passed" | "failed" | "pending";

export interface Ready {
    type: "ready";
    sessionId: string;
    protocol: number;
    seq: number;
    state: "active" | "ended";
    /** Seconds since the session began. */
    sessionTime: number;
    resumeWindowMs: number;
    heartbeatMs: number;
    limits: { maxMessageBytes: number; maxEventsPerBatch: number };
}

export interface Line {
    type?: "transcript";
    seq?: number;
    speaker: Speaker;
    text: string;
    /** Seconds since the session began. */
    startTime: number;
    endTime: number;
    /** A later line with the same id replaces the earlier one. */
    utteranceId: string;
    interrupted?: boolean;
}

export interface Attitude {
    type: "attitude";
    seq: number;
    /** 0 to 10 */
    value: number;
    direction: string;
}

export interface Compliance {
    type: "compliance";
    seq: number;
    findingId: string;
    id: string;
    rule: string;
    status: "violated" | "satisfied" | "dismissed" | "disputed";
    severity?: string;
    message?: string;
    evidence?: { utteranceId?: string; text?: string };
}

export interface SessionEnded {
    type: "session_ended";
    seq: number;
    outcome: Outcome;
    endTrigger: string;
}

export interface SessionOutcome {
    type: "session_outcome";
    seq: number;
    outcome: Outcome;
}

export interface Score {
    type?: "score";
    seq?: number;
    revision?: number;
    verdict?: Verdict;
    /** Described in `/openapi.json`. */
    data?: Record<string, unknown>;
    /** Instead of data: `no_speech`, `scoring_pending`, or why scoring failed. */
    error?: string;
}

export interface ServerError {
    type?: "error";
    seq?: number;
    code: string;
    message: string;
    fatal?: boolean;
    retryAfterMs?: number;
}

export interface AudioClear {
    type: "audio_clear";
    itemId: string;
    heardMs: number;
}

export interface Status {
    type: "status";
    upstream?: "reconnecting" | "ok";
    microphone?: "too_fast";
}

export interface Hint {
    type: "hint";
    text: string;
}

export interface GoingAway {
    type: "going_away";
    reason: string;
    retryAfterMs: number;
}

export interface Resumed {
    type: "resumed";
    from: number;
    to: number;
    replayed: number;
}

export interface ResumeFailed {
    type: "resume_failed";
    code: string;
    seq: number;
}

/** The messages that `Session` and `Call` dispatch under their type. */
export interface ServerMessages {
    ready: Ready;
    resumed: Resumed;
    resume_failed: ResumeFailed;
    transcript: Line;
    attitude: Attitude;
    compliance: Compliance;
    session_ended: SessionEnded;
    session_outcome: SessionOutcome;
    score: Score;
    error: ServerError;
    audio_clear: AudioClear;
    status: Status;
    hint: Hint;
    going_away: GoingAway;
    /** Of a type that this client does not know. */
    message: { type: string } & Record<string, unknown>;
}

/** An `EventTarget` whose events are `CustomEvent`s with these details. */
export interface TypedEvents<Details> {
    addEventListener<Type extends keyof Details>(
        type: Type, listener: (event: CustomEvent<Details[Type]>) => void,
        options?: boolean | AddEventListenerOptions): void;
    removeEventListener<Type extends keyof Details>(
        type: Type, listener: (event: CustomEvent<Details[Type]>) => void,
        options?: boolean | EventListenerOptions): void;
    dispatchEvent(event: Event): boolean;
}
