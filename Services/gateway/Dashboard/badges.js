// Small labels with a meaning. The words carry it; the colour only repeats it.

import { element } from "./elements.js";
import * as format from "./formats.js";

export const badge = (kind, text, title) => element("span", { class: `badge ${kind}`, title }, text);

/** How the session ended, or that it has not; nothing while that is still to be judged. */
export function outcome(session) {
    if (session.status === "active") return badge("live", `Live · ${format.phase(session.phase).toLowerCase()}`);
    return session.outcome ? badge(`outcome ${session.outcome}`, format.outcome(session.outcome)) : null;
}

/** Whether the session passed, and whether a person should look at the score. */
export function verdict({ passed, needsReview }) {
    return [
        passed === true ? badge("passed", "Passed") : null,
        passed === false ? badge("failed", "Failed") : null,
        needsReview ? badge("review", "Needs review", "A person should look at this score") : null,
    ].filter(Boolean);
}

/** Of an ended session without a score: why there is none. */
export function waiting(session) {
    if (session.status === "active" || Number.isFinite(session.score) || session.score?.overall !== undefined) return null;
    const isFinal = session.phase === "filed" || session.pipeline?.scoring.state === "failed";
    return isFinal ? badge("failed", "Not scored") : badge("neutral", "Being scored");
}
