import type { WaitingEvent } from "./session.js";

export interface RestOptions {
    /** The server's origin; empty for the page's own. */
    server?: string;
    /** A ticket, or on a server of your own an API key; null to use a cookie, or none. */
    credential?: string | null;
    fetch?: typeof fetch;
    credentials?: RequestCredentials;
}

/** What `POST /api/sessions` takes; `/openapi.json` describes it. */
export interface NewSession {
    scenarioId: string;
    traineeId: string;
    client?: string;
    market?: string;
    language?: string;
    visibility?: "private" | "submitted";
    hints?: boolean;
    noticeShown?: { version: number; language: string; time: string };
    recordingNoticeShown?: boolean;
    metadata?: Record<string, unknown>;
}

/** Its answer. */
export interface CreatedSession {
    sessionId: string;
    wsUrl: string;
    wsToken: string;
    persona: Record<string, unknown> & { id: string; name: string };
    scenario: Record<string, unknown> & { id: string; title: string };
}

export interface EventResult {
    eventId: string;
    status: "stored" | "duplicate" | "invalid";
    code?: string;
    message?: string;
}

/** The server's REST API, as far as a call needs it. Everything rejects with a `RequestError`. */
export class RestClient {
    constructor(options?: RestOptions);
    /** Repeats up to three times, under one idempotency key, so that there is only one session. */
    createSession(request: NewSession, options?: { idempotencyKey?: string }): Promise<CreatedSession>;
    session(id: string): Promise<Record<string, unknown>>;
    sessions(filter?: Record<string, string | number | undefined>): Promise<{ items: Record<string, unknown>[] }>;
    scenarios(): Promise<{ items: Record<string, unknown>[] }>;
    personas(): Promise<{ items: Record<string, unknown>[] }>;
    notice(language?: string): Promise<{ version: number; language: string; text: string }>;
    submit(id: string): Promise<Record<string, unknown>>;
    addEvents(id: string, events: WaitingEvent[]): Promise<EventResult[]>;
    /** The report card, a PDF. */
    report(id: string): Promise<Blob>;
    /** The sound of a call that was recorded, WAV. */
    recording(id: string): Promise<Blob>;
    get(path: string): Promise<unknown>;
    post(path: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
}

export function createSession(
    options: Pick<RestOptions, "server" | "credential"> & NewSession): Promise<CreatedSession>;
