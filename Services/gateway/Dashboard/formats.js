// Formats of values. In one place, so that a duration looks the same in the list, on the axis and in the transcript.

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

/** Seconds as minutes and seconds, `3:07` or `61:05`, as the report has them. */
export function clock(seconds) {
    if (!isNumber(seconds)) return absent;
    const total = Math.max(0, Math.floor(seconds));
    return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`;
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

// Judgements, in the words of the report card.

const verdicts = { passed: "Passed", failed: "Not passed", pending: "Open" };
export const verdict = (value) => verdicts[value] ?? words(value);

const findingStates = {
    violated: "Violated", disputed: "Disputed", suspected: "Suspected", dismissed: "Dismissed", satisfied: "Kept",
};
export const findingState = (value) => findingStates[value] ?? words(value);

const severities = { blocker: "Blocker", major: "Major", minor: "Minor", info: "Note" };
export const severity = (value) => severities[value] ?? words(value);

/** The rule with its entry: “Forbidden word: safe claim”, “Age check”. */
export const ruleName = ({ rule, id }) => (!id || id === rule ? words(rule) : `${words(rule)}: ${words(id).toLowerCase()}`);

/** The message of a finding that a reader decided begins with the bare quote; the others already say “You said”. */
export const told = (message) => String(message ?? "").replace(/^(«[^»]*»): /u, "You said $1. ");

const notCountedReasons = {
    no_speech: "the trainee said nothing that was understood",
    upstream: "the voice service failed",
    relay_lost: "a fault of the server interrupted it",
    client_lost: "the trainee's device was lost before the talk had begun",
    avatar_out_of_role: "the customer fell out of the role",
    inaudible: "a third or more of what the trainee said could not be understood",
};
export const notCountedReason = (value) => notCountedReasons[value] ?? words(value).toLowerCase();

const reviewReasons = {
    outcome_disputed: "not everybody claimed the outcome that was judged",
    finding_disputed: "the words break a rule, and reading for meaning says otherwise",
    samples_disagree: "the judgements lie far apart",
    samples_missing: "fewer judgements came about than were asked for",
    quotes_dropped: "quotes that were never said have been removed",
    unsupported_category: "no quote supports the score of a category",
    unclear_speech: "a blocker rests on words that were not heard clearly",
    words_missing: "much of what the trainee said could not be written down",
    injection_suspected: "something was said to the system, not to the customer",
    review_missing: "nobody has read for meaning what the rules suspect",
    review_undecided: "the readers do not agree about a finding",
    review_overruled: "the readers would dismiss a finding that stands",
    input_cut: "the conversation was too long for the models to read all of it",
    blocker_by_review: "only reading for meaning found a blocker",
    decision_pending: "nobody has decided about a blocker",
    rulebook_missing: "the rules that it began with are gone; those of the day of the judgement were used",
    rules_language_missing: "the rules have no list for this language",
    review_cut: "more places were suspected than are read",
    judge_changed: "the model that judged first is gone; another one judged this revision",
    machine_changed: "the machine has judged it again since a person reviewed it",
};
/** The other flags only say how a score was computed. */
export const isReviewReason = (flag) => Object.hasOwn(reviewReasons, flag);

/** What a flag of the score means; its name as words comes first, as in the report card. */
export const reviewReason = (flag) => (reviewReasons[flag] ? `${words(flag)}: ${reviewReasons[flag]}` : words(flag));

/** An identifier as words: `age_check` and `ageCheck` become “Age check”. */
export function words(identifier) {
    const text = String(identifier ?? "").replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim().toLowerCase();
    return text ? text[0].toUpperCase() + text.slice(1) : absent;
}

/** Any JSON on one line, such as the data of an event or a client's metadata. */
export function plain(value) {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.map(plain).join(", ");
    if (typeof value === "object") {
        return Object.entries(value).map(([key, inner]) => `${words(key).toLowerCase()}: ${plain(inner)}`).join(" · ");
    }
    return String(value);
}
