// The addresses of the views. The server answers each with the same page; the page decides by the address.

const filterKeys = ["traineeId", "personaId", "outcome", "status", "from", "to"];
const cohortKeys = ["personaId", "store", "market", "client", "from", "to"];
const sessionId = /^[A-Z]{2,8}-[0-9]{3,9}$/;

let latestOverview = "/";

/** The overview with the filter it last had. */
export const back = () => latestOverview;

/**
 * The view of an address: `/`, `/?outcome=converted`, `/sessions/BAT-001`, `/sessions/BAT-001?t=83#u5`,
 * `/trainees/ANNA`, `/cohort?store=Brno`, `/review`, `/review?session=BAT-007`.
 */
export function parse({ pathname, search, hash }) {
    const query = new URLSearchParams(search);
    const [first, second, ...rest] = pathname.split("/").slice(1).map(decoded);
    if (pathname === "/") {
        const filter = chosen(query, filterKeys);
        latestOverview = overview(filter);
        return { view: "overview", filter };
    }
    if (pathname === "/cohort") return { view: "cohort", filter: chosen(query, cohortKeys) };
    if (rest.length > 0) return { view: "unknown" };
    if (pathname === "/review") {
        const session = query.get("session") ?? "";
        return sessionId.test(session) ? { view: "blindReview", session } : { view: "review" };
    }
    if (first === "sessions" && sessionId.test(second)) {
        return { view: "session", id: second, place: decoded(hash.slice(1)), time: seconds(query.get("t")) };
    }
    if (first === "trainees" && second) return { view: "trainee", traineeId: second };
    return { view: "unknown" };
}

export const overview = (filter = {}) => withQuery("/", filter);
export const cohort = (filter = {}) => withQuery("/cohort", filter);

/** The link among the pages' that leads to this view; null if none does. */
export const place = ({ view }) => ({ overview: "/", cohort: "/cohort", review: "/review", blindReview: "/review" })[view] ?? null;

function withQuery(path, filter) {
    const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
    return query ? `${path}?${query}` : path;
}

function chosen(query, keys) {
    return Object.fromEntries(keys.filter((key) => query.get(key)).map((key) => [key, query.get(key)]));
}

/**
 * @param place the id of an utterance or an event
 * @param time seconds since the session began; never rounded to a time before what happened then
 */
export function session(id, { place, time } = {}) {
    const query = Number.isFinite(time) ? `?t=${Math.max(0, Math.ceil(time * 10 - 1e-6) / 10)}` : "";
    return `/sessions/${id}${query}${place ? `#${encodeURIComponent(place)}` : ""}`;
}

export const review = () => "/review";
/** A session of the blind sample. */
export const blindReview = (id) => `/review?session=${id}`;
export const trainee = (traineeId) => `/trainees/${encodeURIComponent(traineeId)}`;

/** The address that took the place of one in the fragment: `/#BAT-001/u5`, `/#trainee/ANNA`; null for others. */
export function moved({ pathname, hash }) {
    const text = hash.slice(1);
    if (pathname !== "/" || text === "") return null;
    if (text.startsWith("?")) return `/${text}`;
    const [first, ...rest] = text.split("/");
    const tail = decoded(rest.join("/"));
    if (sessionId.test(first)) return session(first, { place: tail });
    return first === "trainee" && tail ? trainee(tail) : null;
}

/** Seconds, also with a fraction; null for anything else. */
function seconds(text) {
    return /^\d{1,6}(\.\d{1,3})?$/.test(text ?? "") ? Number(text) : null;
}

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
