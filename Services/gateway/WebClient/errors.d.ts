/** A REST request that failed. */
export class RequestError extends Error {
    constructor(
        status: number, code: string, message: string, more?: { retryAfterMs?: number; errors?: FieldError[] });
    /** The HTTP status; 0 when the server could not be reached. */
    readonly status: number;
    readonly code: string;
    readonly retryAfterMs?: number;
    readonly errors: FieldError[];
}

export interface FieldError {
    pointer: string;
    detail: string;
}

/** A call that could not begin. */
export class SessionError extends Error {
    constructor(code: string, message: string, closeCode?: number);
    /** The server's code, or `unreachable`. */
    readonly code: string;
    readonly closeCode?: number;
}

export type MicrophoneProblem =
    "denied" | "dismissed" | "not_found" | "in_use" | "unsupported" | "insecure" | "failed";

/** A microphone that cannot be opened. */
export class MicrophoneError extends Error {
    constructor(code: MicrophoneProblem, message: string);
    readonly code: MicrophoneProblem;
    static from(error: unknown): MicrophoneError;
}
