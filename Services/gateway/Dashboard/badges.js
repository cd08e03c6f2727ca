// Small labels. The text carries the meaning; the colour only repeats it.

import { element } from "./elements.js";
import * as format from "./formats.js";

export const badge = (kind, text, title) => element("span", { class: `badge ${kind}`, title }, text);

/** The outcome of the session, or that it is live; nothing while an ended session has no outcome yet. */
export function outcome(session) {
    if (session.status === "active") return badge("live", `Live · ${format.phase(session.phase).toLowerCase()}`);
    return session.outcome ? badge(`outcome ${session.outcome}`, format.outcome(session.outcome)) : null;
}

const verdictTitles = { pending: "A person has to decide" };

/**
 * For a score, or a session in a list: whether it passed, whether a person should look at it, whether it counts.
 * Reads `verdict`, because `passed` may be absent.
 */
export function verdict({ verdict, needsReview, counted, notCountedReason, revision, reviewedBy, disputed }) {
    return [
        verdict ? badge(`verdict ${verdict}`, format.verdict(verdict), verdictTitles[verdict]) : null,
        needsReview ? badge("review", "Needs review", "A person should look at this score") : null,
        reviewedBy ? badge("neutral", `Reviewed by ${reviewedBy}`, "A person's numbers count") : null,
        disputed ? badge("review", "Disputed", "The trainee waits for an answer") : null,
        counted === false ? badge("not-counted",
            notCountedReason ? `Not counted: ${format.notCountedReason(notCountedReason)}` : "Not counted",
            "Left out of averages and conversion") : null,
        revision > 1 ? badge("neutral", `Revision ${revision}`, "It has been judged again") : null,
    ].filter(Boolean);
}

/** The session is being judged again. */
export const rejudging = (session) =>
    session.rejudging ? badge("rejudging", "Being judged again", "Events came after the end") : null;

export const findingState = (finding) => badge(`finding ${finding.status}`, format.findingState(finding.status));
export const severity = (finding) => badge(`severity ${finding.severity}`, format.severity(finding.severity));

/** For an ended session without a score: whether it is still being scored. */
export function waiting(session) {
    if (session.status === "active" || Number.isFinite(session.score) || session.score?.overall !== undefined) return null;
    const isFinal = session.phase === "filed" || session.pipeline?.scoring.state === "failed";
    return isFinal ? badge("failed", "Not scored") : badge("neutral", "Being scored");
}
