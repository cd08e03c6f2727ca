// What the score rests on, below the few things to work on: whether a person should look at it, the steps of the sale,
// and what the rules found.

import { element } from "/elements.js";
import { clock, foreign } from "./controls.js";
import * as reading from "./score.js";

/** Those of them that there are. @param language of the call */
export const details = (practice, session, language) => {
    const { score } = session;
    const pair = [steps(practice, session, language), findings(practice, session, language)].filter(Boolean);
    return [
        score.needsReview || score.verdict === "pending" ? review(practice, score) : null,
        pair.length > 0 ? element("div", { class: "two" }, pair) : null,
    ].filter(Boolean);
};

function review(practice, score) {
    const say = (key) => practice.say(`result.${key}`);
    const reasons = reading.reviewReasons(score);
    return element("section", { class: "panel stack tight review-note", "aria-labelledby": "review-title" },
        element("h2", { id: "review-title" }, say("reviewTitle")),
        element("p", {}, say("reviewText")),
        reasons.length > 0
            ? element("ul", { class: "bullets" },
                reasons.map((reason) => element("li", {}, say(`reviewReason.${reason}`))))
            : null);
}

// MARK: The steps of the sale

const marks = { done: "✓", partial: "◐", missed: "✗", open: "○" };

function steps(practice, session, language) {
    const known = session.score.salesSteps ?? [];
    if (known.length === 0) return null;
    const say = (key, values) => practice.say(`result.${key}`, values);
    const done = known.filter(({ status }) => status === "done").length;
    return element("section", { class: "panel stack", "aria-labelledby": "steps-title" },
        element("h2", { id: "steps-title" }, say("stepsTitle")),
        element("p", { class: "quiet-text" }, say("stepsDone", { done, all: known.length })),
        element("ul", { class: "step-list" }, known.map((step) => {
            const name = `step.${step.id}`;
            const status = Object.hasOwn(marks, step.status) ? step.status : "open";
            return element("li", { class: `step ${status}` },
                element("span", { class: "step-mark", "aria-hidden": "true" }, marks[status]),
                element("div", {},
                    element("p", {},
                        practice.words.has(name) ? practice.say(name) : reading.words(step.id), " ",
                        element("span", { class: "step-status" }, say(`stepStatus.${status}`))),
                    quoted(practice, session, step.evidence?.[0], language)));
        })));
}

// MARK: What the rules found

function findings(practice, session, language) {
    const found = reading.findings(session.score);
    if (found.length === 0) return null;
    const say = (key) => practice.say(`result.${key}`);
    return element("section", { class: "panel stack", "aria-labelledby": "rules-title" },
        element("h2", { id: "rules-title" }, say("rulesTitle")),
        element("ul", { class: "finding-list" }, found.map((finding) => {
            const kind = finding.status === "violated" ? finding.severity : finding.status;
            return element("li", { class: `finding ${kind}` },
                element("p", {},
                    element("span", { class: "finding-kind" }, say(`findingKind.${kind}`)), " ",
                    element("span", { lang: "en" }, finding.message)),
                quoted(practice, session, finding.evidence, language, finding.time));
        })));
}

/** The words with their time; the time alone for what was done and not said. */
export function quoted(practice, session, evidence, language, time = null) {
    const line = session.transcript.find(({ utteranceId }) => utteranceId === evidence?.utteranceId);
    const at = line?.startTime ?? time;
    const words = evidence?.text;
    if (!words && !Number.isFinite(at)) return null;
    return element("p", { class: "quoted quiet-text" },
        Number.isFinite(at) ? [element("span", { class: "time" }, clock(at)), " "] : null,
        words ? foreign("q", language, {}, words) : null);
}
