import type { Line, Score, ServerMessages, TypedEvents } from "./messages.js";
import type { Device, Level, Microphone, MicrophoneOptions } from "./microphone.js";
import type { Player } from "./player.js";
import type { CreatedSession, EventResult, NewSession, RestClient } from "./restClient.js";
import type { Connection, Ended, EventType, Position, Session, SessionOptions, State } from "./session.js";

/**
 * Why nothing of the trainee is heard: the page's own button, push-to-talk, a page in the background, a stopped audio
 * context, or a microphone that is lost or switched off.
 */
export type MuteReason = "user" | "push" | "hidden" | "suspended" | "microphone";

export interface CallEvents extends ServerMessages {
    state: { state: State; previous: State };
    connection: Connection;
    /** After each transcript: all lines, sorted by time. */
    line: { line: Line; lines: Line[]; isNew: boolean };
    /** Of the microphone, every 20 ms. */
    level: Level & { isSpeech: boolean };
    /** Of the customer's voice, 25 times a second while it is heard. */
    output_level: Level;
    /** Every 200 ms while the customer is heard. */
    playing: Position;
    underrun: Position & { gapMs: number };
    mute: { isMuted: boolean; reasons: MuteReason[] };
    microphone: {
        state: "open" | "lost" | "changed" | "silent" | "heard" | "muted" | "unmuted";
        label: string;
        deviceId: string;
        isBluetooth: boolean;
        reason?: string;
        forMs?: number;
        isDigital?: boolean;
    };
    devices: { microphones: Device[]; speakers: Device[] };
    /** `blocked` and `suspended`: call `resumeSound` in a gesture of the user. */
    sound: { state: "running" | "suspended" | "blocked" };
    event_stored: { eventId: string };
    event_refused: { eventId: string; code: string; message: string };
    /** What the server had not acknowledged went over REST after the end. */
    events_uploaded: { results: EventResult[] };
    congestion: { isCongested: boolean };
    /** What REST says, after a gap that could not be resumed or an end that was missed. */
    restored: { session: Record<string, unknown> };
    /** Once: the conversation is over. */
    ended: Ended;
    /** Once: the score is there, or null when it has to be asked for later. Everything is given back. */
    finished: { score: Score | null };
}

export interface CallOptions {
    /** The server's origin; empty for the page's own. */
    server?: string;
    /** A ticket; null to use a cookie, or none. */
    credential?: string | null;
    rest?: RestClient;
    /** False for typed lines only; an open `Microphone` is taken over. */
    microphone?: boolean | MicrophoneOptions | Microphone;
    /** `push`: the microphone is heard while `talk(true)` holds. */
    mode?: "open" | "push";
    /** True by default. */
    muteWhenHidden?: boolean;
    /** True by default: the browser asks before the page is left during a call. */
    warnBeforeUnload?: boolean;
    sessionOptions?: Partial<SessionOptions>;
}

/** A whole call in a page: session, microphone and loudspeaker together. */
export class Call {
    constructor(options?: CallOptions);
    readonly state: State;
    readonly created: CreatedSession | null;
    readonly session: Session | null;
    readonly microphone: Microphone | null;
    readonly player: Player | null;
    readonly rest: RestClient;
    readonly lines: Line[];
    /** The newest one; null before. */
    readonly score: Score | null;
    readonly outcome: string | null;
    readonly isMuted: boolean;
    readonly muteReasons: MuteReason[];
    mode: "open" | "push";
    /** Of the customer, 0 to 1. */
    volume: number;
    /**
     * In a gesture of the user: opens microphone and loudspeaker, creates the session and connects. Rejects with a
     * `RequestError`, `MicrophoneError` or `SessionError`; then nothing is left running.
     *
     * @param request what `POST /api/sessions` takes, or its answer if your own server asked
     */
    start(request: NewSession | CreatedSession): Promise<CreatedSession>;
    mute(isMuted: boolean): void;
    talk(isTalking: boolean): void;
    /** @returns false when it was not sent: there is no connection */
    sendText(text: string): boolean;
    /** @returns the event's id; null when too many events wait already */
    sendEvent(
        type: EventType, data?: Record<string, unknown>, more?: { time?: number; eventId?: string }): string | null;
    /** Ends the conversation; the score comes afterwards. */
    end(): void;
    /** Gives everything back. A conversation that is going on ends a minute later, as lost. */
    leave(): Promise<void>;
    selectMicrophone(deviceId: string | undefined): Promise<void>;
    /** @returns false where pages may not choose the loudspeaker */
    selectSpeaker(deviceId: string): Promise<boolean>;
    /** In a gesture of the user. */
    resumeSound(): Promise<boolean>;
}

export interface Call extends TypedEvents<CallEvents> {}
