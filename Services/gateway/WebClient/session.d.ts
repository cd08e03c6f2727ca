import type { ServerMessages, Ready, TypedEvents } from "./messages.js";

/**
 * `ready`: nobody has spoken yet. `listening`: it is the trainee's turn. `thinking`: the customer is about to answer.
 * `speaking`: the customer's voice comes or is heard. `ended`: the conversation is over; the score may be to come.
 */
export type State =
    "idle" | "connecting" | "ready" | "listening" | "thinking" | "speaking" | "reconnecting" | "ended";

/** `resume_window`: away for too long. `refused`: token, origin or rights. `protocol`: a fault of this client. */
export type EndReason =
    "session_ended" | "resume_window" | "unreachable" | "replaced" | "refused" | "left" | "protocol";

export interface Ended {
    reason: EndReason;
    outcome?: string;
    endTrigger?: string;
}

export interface Connection {
    isConnected: boolean;
    /** Of the attempts since the connection was lost: the next one is number `attempt`, `inMs` from now. */
    attempt?: number;
    inMs?: number;
    /** How long it will be tried. */
    untilMs?: number;
}

/** How far an item of the customer's voice has been heard. */
export interface Position {
    itemId: string;
    offsetMs: number;
}

/** An event as `POST /api/sessions/:id/events` takes it. */
export interface WaitingEvent {
    eventId: string;
    time?: number;
    type: EventType;
    data: Record<string, unknown>;
}

export type EventType = "VR_INTERACTION" | "TABLET_CHOICE" | "DOB_CHECK" | "ERROR";

export interface SessionEvents extends ServerMessages {
    state: { state: State; previous: State };
    connection: Connection;
    audio: Position & { samples: Int16Array };
    event_stored: { eventId: string };
    /** `code` as the server says, or `too_many_waiting`. */
    event_refused: { eventId: string; code: string; message: string };
    /** Whether microphone audio is dropped because the line is too slow. */
    congestion: { isCongested: boolean };
    /** Once. */
    ended: Ended;
    /** Once: nothing comes any more. */
    closed: { code: number; reason: EndReason };
}

export interface Timers {
    setTimeout(action: () => void, ms: number): unknown;
    clearTimeout(timer: unknown): void;
    /** Milliseconds. */
    now(): number;
}

export interface SessionOptions {
    /** As the server gave it; the token is taken out of it. */
    wsUrl: string;
    wsToken?: string;
    sessionId?: string;
    WebSocket?: new (url: string, protocols: string[]) => WebSocket;
    timers?: Timers;
    /** 0 to 1 */
    random?: () => number;
    /** 1,000 */
    maxWaitingEvents?: number;
    /** How far the voice has been heard, asked when a lost connection is back. */
    position?: () => Position | null;
}

/** One session's connection: resumed when it is lost. No DOM, no audio device. */
export class Session {
    constructor(options: SessionOptions);
    readonly sessionId: string;
    readonly state: State;
    readonly isConnected: boolean;
    readonly isMuted: boolean;
    readonly lastSeq: number;
    /** Seconds of the session's own clock; null before the first `ready`. */
    readonly time: number | null;
    /** How long the server keeps the session without a connection. */
    readonly resumeWindowMs: number;
    /** Events that are not known to be on the server's disk. */
    readonly unacknowledged: WaitingEvent[];
    /** Connects. Rejects with a `SessionError`. */
    connect(): Promise<Ready>;
    /** @returns false when it was dropped: muted, not connected, or the line is too slow */
    sendAudio(samples: Int16Array): boolean;
    /** @returns false when it was not sent; a typed line does not wait for a connection */
    sendText(text: string): boolean;
    /** @returns the event's id; null when too many events wait already */
    sendEvent(
        type: EventType, data?: Record<string, unknown>, more?: { time?: number; eventId?: string }): string | null;
    /** Says that no audio comes, and drops what is sent all the same. */
    mute(isMuted: boolean): void;
    /** Reports how far the customer's voice has been heard. */
    played(itemId: string, offsetMs: number): void;
    /** Everything that came has been heard: the state becomes `listening`. */
    playbackEnded(): void;
    /** The trainee's turn seems to be over: `thinking`. */
    traineeStopped(): void;
    /** The trainee speaks: `listening`. */
    traineeSpoke(): void;
    /** Ends the conversation; without a connection, as soon as there is one. */
    end(): void;
    /** Leaves without ending the conversation. */
    close(): void;
    /** Does not wait for the next attempt. */
    retryNow(): void;
}

export interface Session extends TypedEvents<SessionEvents> {}
