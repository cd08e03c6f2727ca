// Whether the session passed, why, and what judged it.

import * as badges from "./badges.js";
import { ring } from "./charts.js";
import { element } from "./elements.js";
import * as format from "./formats.js";

export function verdict(session) {
    const { score } = session;
    if (!score) return noScore(session);
    return [
        element("h2", {}, "Verdict"),
        element("div", { class: "score-top" },
            ring(score.overall),
            element("div", {},
                element("p", { class: `verdict-word ${score.verdict}` }, word(score.verdict)),
                score.passMark > 0 ? element("p", { class: "pass-mark" }, passMark(score)) : null,
                outcome(session))),
        again(session),
        reasons("fail", "Why it did not pass", failReasons(score)),
        reasons("open", "What a person has to decide", pendingReasons(score)),
        notCounted(score),
        score.needsReview ? reasons("review-note", "A person should look at this score", reviewReasons(score)) : null,
        element("p", { class: "quiet-text judged-by" }, judgedBy(score)),
    ];
}

function noScore(session) {
    const job = session.pipeline.scoring;
    const text = session.status === "active"
        ? "The session is still going on. It is scored when it has ended."
        : job.state === "failed"
            ? `Scoring has failed after ${job.attempts} attempts${job.lastError ? `: ${job.lastError}` : "."}`
            : "The session has ended and is being scored.";
    return [
        element("h2", {}, "Verdict"),
        element("div", { class: "score-top" }, ring(null), element("div", {}, element("p", {}, text))),
    ];
}

/** Points alone do not pass a call in which a rule was broken that fails it. */
const passMark = ({ passMark: mark, overall, verdict }) => `Pass mark ${mark} of 100${verdict === "failed" && overall >= mark
    ? "; the points are enough, but a broken rule fails the call" : ""}`;

const word = (value) => (value === "pending" ? "Open: a person has to decide" : value ? format.verdict(value) : format.absent);

/** Only the verdict says that a session failed; `failReasons` alone does not. */
function failReasons({ verdict, failReasons = [] }) {
    if (verdict !== "failed") return [];
    return failReasons.length > 0 ? failReasons : ["A compliance rule was broken."];
}

function pendingReasons({ verdict, pendingReasons = [] }) {
    if (verdict !== "pending" || pendingReasons.length > 0) return pendingReasons;
    return ["A person has to look at this session before it passes or fails."];
}

function reviewReasons({ flags = [], samples = [], spread }) {
    const apart = spread > 0 ? [`${samples.length} judgements of it lie ${spread} points apart`] : [];
    return [...apart, ...flags.filter(format.isReviewReason).map(format.reviewReason)].map((reason) => `${reason}.`);
}

function reasons(kind, title, items) {
    if (items.length === 0 && kind !== "review-note") return null;
    return element("div", { class: `box ${kind}` },
        element("h3", {}, title),
        items.length > 0 ? element("ul", {}, items.map((item) => element("li", {}, format.told(item)))) : null);
}

function notCounted({ counted, notCountedReason }) {
    if (counted !== false) return null;
    return element("div", { class: "box not-counted" },
        element("h3", {}, "Not counted"),
        element("p", {}, "This session is judged and left out of averages and conversion",
            notCountedReason ? `: ${format.notCountedReason(notCountedReason)}.` : "."));
}

/** Late events cause a session to be judged again; until then the earlier judgement is shown. */
function again({ rejudging, score, pipeline }) {
    const job = pipeline?.scoring;
    if (rejudging) {
        return element("p", { class: "again" }, badges.rejudging({ rejudging }),
            ` Events came after the end. What you see is revision ${score.revision ?? 1}.`);
    }
    if (job?.state === "failed") {
        return element("p", { class: "again" }, `Judging it again has failed after ${job.attempts} attempts`,
            job.lastError ? `: ${job.lastError}` : ".");
    }
    if (score.reviewedBy) {
        return element("p", { class: "again" }, `Revision ${score.revision}. Reviewed by ${score.reviewedBy}; the machine gave `
            + `${score.machine.overall}, ${format.verdict(score.machine.verdict).toLowerCase()}.`);
    }
    return score.revision > 1
        ? element("p", { class: "again" }, `Revision ${score.revision}: judged again after events that came late.`) : null;
}

const claimants = { client: "the client", supervisor: "the supervisor", voice_model: "the customer" };

/** The judged outcome, and the sources that claimed another. */
function outcome({ outcome: stored, score, outcomeClaims = [] }) {
    const judged = score.outcome ?? stored;
    if (!judged) return null;
    // The last claim of each source counts.
    const latest = new Map(outcomeClaims.map((claim) => [claim.source, claim.outcome]));
    const others = [...latest].filter(([, claimed]) => claimed !== judged)
        .map(([source, claimed]) => `Claimed by ${claimants[source] ?? format.words(source)}: `
            + `${format.outcome(claimed).toLowerCase()}.`);
    return element("p", { class: "judged-outcome" }, `Outcome as judged: ${format.outcome(judged).toLowerCase()}.`,
        others.map((claim) => ` ${claim}`));
}

function judgedBy(score) {
    const { samples = [], flags = [] } = score;
    const rules = score.rulesLanguage
        ? `rules in ${score.rulesLanguage}, ${score.reviewed ? "reviewed" : "not reviewed"}` : null;
    const notes = flags.filter((flag) => !format.isReviewReason(flag)).map((flag) => format.words(flag).toLowerCase());
    return [
        score.model ? `Judged by ${score.model}` : null,
        score.rubricVersion ? `rubric version ${score.rubricVersion}` : null,
        score.promptVersion ? `prompt version ${score.promptVersion}` : null,
        `revision ${score.revision ?? 1}`,
        rules,
        score.rulebook ? `rulebook ${score.rulebook.slice(0, 12)}` : null,
        samples.length > 1 ? `median of ${samples.length} judgements (${samples.join(", ")}), spread ${score.spread}`
            : "one judgement",
        notes.length > 0 ? `notes: ${notes.join(", ")}` : null,
    ].filter(Boolean).join("; ") + ".";
}
