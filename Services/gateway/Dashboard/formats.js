// How values read. One place, so that a duration looks the same in the list, on the axis and in the transcript.

export const absent = "–";

const dayAndTime = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});
const timeOfDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const whole = new Intl.NumberFormat("en-GB");
const oneDecimal = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export function date(text) {
    const moment = new Date(text ?? NaN);
    return Number.isNaN(moment.getTime()) ? absent : dayAndTime.format(moment);
}

export const clockTime = (moment) => timeOfDay.format(moment);
export const count = (value) => (isNumber(value) ? whole.format(value) : absent);
export const average = (value) => (isNumber(value) ? oneDecimal.format(value) : absent);
export const percent = (share) => (isNumber(share) ? `${Math.round(share * 100)}%` : absent);

/** Seconds as minutes and seconds, `3:07`; with hours where there are any. */
export function clock(seconds) {
    if (!isNumber(seconds)) return absent;
    const total = Math.max(0, Math.floor(seconds));
    const two = (value) => String(value).padStart(2, "0");
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor(total / 60) % 60;
    return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

export const duration = (milliseconds) => clock(isNumber(milliseconds) ? milliseconds / 1000 : null);

const outcomes = { converted: "Converted", rejected: "Rejected", walked_away: "Walked away" };
export const outcomeNames = Object.entries(outcomes);
export const outcome = (value) => outcomes[value] ?? (value ? words(value) : absent);

const phases = {
    waiting: "Waiting", connecting: "Connecting", talking: "Talking", suspended: "Suspended", ending: "Ending",
    ended: "Ended", scored: "Scored", filed: "Filed",
};
export const phase = (value) => phases[value] ?? words(value);

const sources = { voice_model: "The customer", supervisor: "Supervisor", client: "Client" };
export const source = (value) => sources[value] ?? words(value);

const eventTypes = {
    SYSTEM: "System", SUPERVISOR: "Supervisor", VR_INTERACTION: "VR", TABLET_CHOICE: "Tablet", DOB_CHECK: "Age check",
    ERROR: "Error",
};
export const eventType = (value) => eventTypes[value] ?? words(value);

const endTriggers = {
    end_conversation: "The customer ended it", end_session: "The trainee ended it", supervisor: "The supervisor ended it",
    client_lost: "The trainee did not come back", time_limit: "Time limit", idle: "Nobody spoke", cost_limit: "Cost limit",
    relay_lost: "Interrupted by a fault", upstream: "The voice service failed", journal_full: "The server's disk was full",
    never_connected: "Nobody connected",
};
export function endTrigger(value) {
    if (!value) return absent;
    const [kind, ...rest] = value.split(":");
    const reason = rest.join(":");
    const text = endTriggers[kind] ?? words(kind);
    return reason ? `${text} (${outcomes[reason]?.toLowerCase() ?? words(reason).toLowerCase()})` : text;
}

/** An identifier as words: `age_check` and `ageCheck` become “Age check”. */
export function words(identifier) {
    const text = String(identifier ?? "").replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim().toLowerCase();
    return text ? text[0].toUpperCase() + text.slice(1) : absent;
}

/** Any JSON in one line: what an event or a client's metadata holds. */
export function plain(value) {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.map(plain).join(", ");
    if (typeof value === "object") {
        return Object.entries(value).map(([key, inner]) => `${words(key).toLowerCase()}: ${plain(inner)}`).join(" · ");
    }
    return String(value);
}
