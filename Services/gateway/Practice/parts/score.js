// What a score says, read in one way for scores with and without coaching.

import { clock } from "./controls.js";

const mostToWorkOn = 3;

/** A remark may end with its quote, `… («words»)`, and with `Say instead: words`. */
function parts(remark) {
    const [said, tryInstead] = String(remark).split(/\s*Say instead: (.+)$/su);
    const match = /^(.*?)\s*\(«(.+)»\)\s*$/su.exec(said);
    return match ? { text: match[1], quote: match[2], tryInstead } : { text: said, tryInstead };
}

/** What was best: `{ text, quote? }`, or null. */
export function best({ highlights = [] }) {
    return highlights.length > 0 ? parts(highlights[0]) : null;
}

/** At most three: `{ category?, utteranceId?, quote?, time?, advice, why?, tryInstead? }`, the most important first. */
export function workOn({ coaching, improvements = [] }) {
    if (coaching?.workOn?.length > 0) return coaching.workOn.slice(0, mostToWorkOn);
    return improvements.slice(0, mostToWorkOn).map(parts)
        .map(({ text, quote, tryInstead }) => ({ advice: text, quote, tryInstead }));
}

/** One sentence each for what to go on with, begin and leave off; those that there are. */
export function keepStartStop({ coaching }) {
    return ["keep", "start", "stop"].filter((key) => coaching?.[key]).map((key) => ({ key, text: coaching[key] }));
}

/** The judged categories, each with its title. */
export function categories({ details = [], categories: scores = {} }) {
    return details.length > 0 ? details : Object.entries(scores).map(([id, score]) => ({ id, title: words(id), score }));
}

/** The id of the category with the lowest score; of those that weigh the same, the first. */
export function weakest(score) {
    if (score.coaching?.weakest) return score.coaching.weakest;
    return categories(score).reduce((low, next) => (low && low.score <= next.score ? low : next), null)?.id ?? null;
}

/** Why it did not pass, or what is still open; one sentence each. */
export function reasons({ verdict, failReasons = [], pendingReasons = [] }) {
    return { failed: failReasons, pending: pendingReasons }[verdict] ?? [];
}

/** Flags that say the same to a trainee. */
const reviewReasonOf = {
    outcome_disputed: "outcome",
    finding_disputed: "rule", review_undecided: "rule", review_overruled: "rule", review_missing: "rule",
    blocker_by_review: "rule", decision_pending: "rule",
    samples_disagree: "judges", samples_missing: "judges",
    quotes_dropped: "evidence", unsupported_category: "evidence",
    unclear_speech: "speech", words_missing: "speech",
    injection_suspected: "toSystem",
    input_cut: "long", review_cut: "long",
    rulebook_missing: "rules", rules_language_missing: "rules", judge_changed: "rules",
};

/** Why a person should look at it, each reason once. A ticket is not told them. */
export function reviewReasons({ flags = [] }) {
    const known = flags.filter((flag) => Object.hasOwn(reviewReasonOf, flag));
    return [...new Set(known.map((flag) => reviewReasonOf[flag]))];
}

const severities = ["blocker", "major", "minor", "info"];
const statuses = ["violated", "disputed", "satisfied", "dismissed"];

/** What the rules decided, the gravest first. What they only suspect is for trainers. */
export function findings({ findings: found = [] }) {
    const rank = ({ status, severity, time }) => [statuses.indexOf(status), severities.indexOf(severity), time];
    return found.filter(({ status, severity }) => statuses.includes(status) && severities.includes(severity))
        .toSorted((one, other) => {
            const [a, b] = [rank(one), rank(other)];
            const index = a.findIndex((value, at) => value !== b[at]);
            return index < 0 ? 0 : a[index] - b[index];
        });
}

/** A remark in which the ids of lines have become their times. */
export function readable(text, transcript) {
    const times = new Map(transcript.map(({ utteranceId, startTime }) => [utteranceId, startTime]));
    return String(text ?? "").replace(/\bu\d+\b/g, (id) => (times.has(id) ? clock(times.get(id)) : id));
}

/** `needsDiscovery` as “Needs discovery”. */
export function words(identifier) {
    const text = identifier.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").toLowerCase();
    return text ? text[0].toUpperCase() + text.slice(1) : identifier;
}
