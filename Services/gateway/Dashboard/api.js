// The gateway's REST API, as this page needs it.

const patienceMs = 15_000;

/** The server requires an API key. */
export class SignInNeeded extends Error {}

/** A failed request; `message` is the server's own where it sent one. */
export class Refused extends Error {
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}

/** For `JSON.parse`: a whole number that JavaScript would round becomes the text of its digits. */
export function withAllDigits(key, value, context) {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    return /^-?\d+$/.test(context?.source ?? "") ? context.source : value;
}

async function request(path, { signal, patience = patienceMs, ...options } = {}) {
    const timeout = AbortSignal.timeout(patience);
    let response;
    try {
        response = await fetch(path, {
            ...options,
            headers: { Accept: "application/json", ...options.headers },
            credentials: "same-origin",
            signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new Refused(0, "unreachable", "The server cannot be reached at the moment.");
    }
    if (response.ok) return response.status === 204 ? null : JSON.parse(await response.text(), withAllDigits);
    const problem = await response.json().catch(() => ({}));
    if (response.status === 401) throw new SignInNeeded(problem.detail ?? "An API key is needed.");
    throw new Refused(response.status, problem.code ?? "unknown", problem.detail ?? `The server answered ${response.status}.`);
}

/** A query string of the keys that have a value. */
function query(values) {
    const pairs = Object.entries(values).filter(([, value]) => value);
    const text = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
    return text ? `?${text}` : "";
}

export const health = () => request("/healthz");
export const dashboard = (filter, signal) => request(`/api/dashboard${query(filter)}`, { signal });
export const sessions = (filter, signal) => request(`/api/sessions${query(filter)}`, { signal });
export const session = (id, signal) => request(`/api/sessions/${encodeURIComponent(id)}`, { signal });
export const statistics = (filter, signal) => request(`/api/dashboard/stats${query(filter)}`, { signal });
export const progress = (traineeId, signal) => request(`/api/progress${query({ traineeId })}`, { signal });
export const cohort = (filter, signal) => request(`/api/cohort${query(filter)}`, { signal });
export const personas = (signal) => request("/api/personas", { signal });

/** Without the machine's numbers, if it is in the blind sample and nobody has scored it. */
export const blindSession = (id, signal) => request(`/api/sessions/${encodeURIComponent(id)}?blind=true`, { signal });
export const reviews = (page, signal) => request(`/api/reviews${query(page)}`, { signal });
export const agreement = (signal) => request("/api/reviews/agreement", { signal });
export const audit = (filter, signal) => request(`/api/audit${query(filter)}`, { signal });
export const review = (id, step) => request(`/api/sessions/${encodeURIComponent(id)}/review`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(step),
});

/** Erasing a trainee of thousands of sessions takes a while. */
const erasurePatienceMs = 300_000;
export const eraseSession = (id) =>
    request(`/api/sessions/${encodeURIComponent(id)}`, { method: "DELETE", patience: erasurePatienceMs });
export const eraseTrainee = (id) =>
    request(`/api/trainees/${encodeURIComponent(id)}`, { method: "DELETE", patience: erasurePatienceMs });

export const who = () => request("/api/login");
export const signOut = () => request("/api/login", { method: "DELETE" });
export const signIn = (key) =>
    request("/api/login", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key }),
    });

export const reportAddress = (id) => `/api/sessions/${encodeURIComponent(id)}/report`;
export const cohortTableAddress = (filter) => `/api/cohort.csv${query(filter)}`;
export const sessionTableAddress = (filter) => `/api/sessions.csv${query(filter)}`;

/** Streams of what happens now. */
export const liveAddress = (filter) => `/api/live${query(filter)}`;
export const liveSessionAddress = (id) => `/api/sessions/${encodeURIComponent(id)}/live`;

export const archiveAddress = (id) => `/api/sessions/${encodeURIComponent(id)}/data`;
