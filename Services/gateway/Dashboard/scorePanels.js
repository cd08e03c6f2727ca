// The judgement of a session: the score and what it is made of.

import * as badges from "./badges.js";
import { bar, ring } from "./charts.js";
import { element } from "./elements.js";
import * as format from "./formats.js";

/** Number, summary, feedback; or why there is none yet. */
export function summary(session, places) {
    const { score } = session;
    if (!score) return noScore(session);
    return [
        element("h2", {}, "Score"),
        element("div", { class: "score-top" },
            ring(score.overall),
            element("div", {},
                element("p", {}, score.summary),
                score.needsReview ? element("p", { class: "review-note" }, reviewNote(score)) : null,
                score.failReasons.length > 0
                    ? element("div", { class: "fail" }, element("h3", {}, "Why it did not pass"),
                        element("ul", {}, score.failReasons.map((reason) => element("li", {}, reason)))) : null,
                element("p", { class: "quiet-text" }, judgedBy(score)))),
        remarks(score, places),
    ];
}

function reviewNote({ flags }) {
    return `A person should look at this score${flags.length > 0 ? `: ${names(flags)}.` : "."}`;
}

const names = (flags) => flags.map((flag) => format.words(flag).toLowerCase()).join(", ");

function judgedBy(score) {
    const parts = [
        score.samples.length > 1
            ? `Median of ${score.samples.length} judgements (${score.samples.join(", ")}), spread ${score.spread}`
            : "One judgement",
        score.model, `rubric ${score.rubricVersion}`, `prompt ${score.promptVersion}`,
    ];
    if (score.flags.length > 0 && !score.needsReview) parts.push(`notes: ${names(score.flags)}`);
    return parts.join(" · ");
}

function noScore(session) {
    const job = session.pipeline.scoring;
    const text = session.status === "active"
        ? "The session is still going on. It is scored when it has ended."
        : job.state === "failed"
            ? `Scoring has failed after ${job.attempts} attempts${job.lastError ? `: ${job.lastError}` : "."}`
            : "The session has ended and is being scored.";
    return [
        element("h2", {}, "Score"),
        element("div", { class: "score-top" }, ring(null), element("div", {}, element("p", {}, text))),
    ];
}

export function categories(score, places) {
    const details = score.details.length > 0 ? score.details : Object.entries(score.categories).map(([id, value]) => (
        { id, title: format.words(id), score: value, rationale: "", evidence: [], capped: false }));
    return [
        element("h2", {}, "Categories"),
        element("ul", { class: "categories" }, details.map((category) => element("li", {},
            element("div", { class: "category-head" },
                element("h3", {}, category.title),
                category.weight === undefined ? null : element("span", { class: "weight" }, `weight ${category.weight}%`),
                category.capped ? badges.badge("review", "Capped", "No quote supported a higher score") : null,
                element("strong", { class: "number" }, String(category.score))),
            bar(category.score),
            category.rationale ? element("p", {}, category.rationale) : null,
            category.evidence.length > 0
                ? element("ul", { class: "quotes" }, places.links(category.evidence).map((link) => element("li", {}, link)))
                : null))),
    ];
}

function remarks(score, places) {
    const list = (title, kind, items) => items.length === 0 ? null : element("div", {},
        element("h3", {}, title),
        element("ul", { class: `remarks ${kind}` }, items.map((item) => element("li", {}, remark(item, places)))));
    return [list("Went well", "good", score.highlights), list("To work on", "better", score.improvements)];
}

/** A remark ends with the quote that it rests on, `… («words»)`: shown as a link to the line. */
function remark(text, places) {
    const match = /^(.*?)\s*\(«(.+)»\)\s*$/su.exec(text);
    const utteranceId = match && places.utterance(match[2]);
    if (!utteranceId) return text;
    // A remark that only repeats its quote is said once.
    const says = match[1].includes(match[2]) ? null : element("span", {}, match[1], " ");
    return [says, places.link({ utteranceId, text: match[2] })];
}

export function steps(results, places) {
    const states = { done: "Done", partial: "Partly", missed: "Missed", open: "Open" };
    return [
        element("h2", {}, "Sales steps"),
        results.length === 0
            ? element("p", { class: "quiet-text" }, "Not judged yet.")
            : element("ol", { class: "steps" }, results.map((step) => element("li", { class: `step ${step.status}` },
                element("span", { class: "step-name" }, format.words(step.id)),
                element("span", { class: "step-evidence" },
                    step.status === "open" ? null : places.links(step.evidence, { short: true }).slice(0, 3)),
                badges.badge(`step-${step.status}`, states[step.status] ?? format.words(step.status))))),
    ];
}

export function findings(results, places) {
    const order = { blocker: 0, major: 1, minor: 2, info: 3 };
    const sorted = [...results].sort((a, b) =>
        (a.status === "violated" ? 0 : 1) - (b.status === "violated" ? 0 : 1)
        || (order[a.severity] ?? 9) - (order[b.severity] ?? 9) || a.time - b.time);
    return [
        element("h2", {}, "Compliance findings"),
        sorted.length === 0
            ? element("p", { class: "quiet-text" }, "No rule has found anything.")
            : element("ul", { class: "findings" }, sorted.map((finding) => element("li", { class: finding.status },
                element("p", { class: "finding-head" },
                    finding.status === "violated"
                        ? badges.badge(`severity ${finding.severity}`, format.words(finding.severity))
                        : badges.badge("passed", "OK"),
                    element("strong", {}, format.words(finding.rule))),
                element("p", {}, finding.message),
                places.link(finding.evidence)))),
    ];
}
