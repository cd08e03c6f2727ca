// What can go wrong; `code` is for programs, `message` for people. None of them holds a token or an address with one.

/** A REST request that failed. `status` is 0 when the server could not be reached. */
export class RequestError extends Error {
    name = "RequestError";

    constructor(status, code, message, { retryAfterMs, errors = [] } = {}) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfterMs = retryAfterMs;
        this.errors = errors;
    }
}

/** A call that could not begin. `code` is the server's, or `unreachable`; `closeCode` that of the WebSocket. */
export class SessionError extends Error {
    name = "SessionError";

    constructor(code, message, closeCode) {
        super(message);
        this.code = code;
        this.closeCode = closeCode;
    }
}

const microphoneProblems = {
    NotAllowedError: ["denied", "The browser or the operating system does not allow this page to use the microphone."],
    NotFoundError: ["not_found", "There is no microphone."],
    OverconstrainedError: ["not_found", "The chosen microphone is not there."],
    NotReadableError: ["in_use", "The microphone cannot be read; another program may be using it."],
    AbortError: ["in_use", "The microphone stopped while it was being opened."],
    SecurityError: ["denied", "This page may not use the microphone."],
};

/** A microphone that cannot be opened. */
export class MicrophoneError extends Error {
    name = "MicrophoneError";

    /** @param code `denied`, `dismissed`, `not_found`, `in_use`, `unsupported`, `insecure` or `failed` */
    constructor(code, message) {
        super(message);
        this.code = code;
    }

    /** From what `getUserMedia` rejected with. */
    static from(error) {
        if (error instanceof MicrophoneError) return error;
        if (error?.name === "NotAllowedError" && /dismiss/i.test(error.message)) {
            return new MicrophoneError("dismissed", "The question about the microphone was not answered.");
        }
        const [code, message] = microphoneProblems[error?.name] ?? ["failed", "The microphone cannot be opened."];
        return new MicrophoneError(code, message);
    }
}
