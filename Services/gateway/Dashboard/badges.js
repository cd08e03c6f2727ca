// Small labels with a meaning. The words carry it; the colour only repeats it.

import { element } from "./elements.js";
import * as format from "./formats.js";

export const badge = (kind, text, title) => element("span", { class: `badge ${kind}`, title }, text);

export function outcome(session) {
    if (session.status === "active") return badge("live", `Live · ${format.phase(session.phase).toLowerCase()}`);
    return session.outcome
        ? badge(`outcome ${session.outcome}`, format.outcome(session.outcome))
        : badge("neutral", format.phase(session.phase));
}

/** Whether the session passed, and whether a person should look at the score. */
export function verdict({ passed, needsReview }) {
    return [
        passed === true ? badge("passed", "Passed") : null,
        passed === false ? badge("failed", "Failed") : null,
        needsReview ? badge("review", "Needs review", "A person should look at this score") : null,
    ].filter(Boolean);
}

/** Until the score is there: why it is not. */
export function waiting(session) {
    if (session.status === "active") return null;
    if (session.pipeline?.scoring?.state === "failed") return badge("failed", "Scoring failed");
    return session.phase === "ended" ? badge("neutral", "Being scored") : null;
}
