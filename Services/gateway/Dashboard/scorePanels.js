// The judgement of a session: the parts of its score.

import * as badges from "./badges.js";
import { parts, quoteIn } from "./betterLines.js";
import { bar } from "./charts.js";
import { correctionOf } from "./corrections.js";
import { element } from "./elements.js";
import { instead } from "./findings.js";
import * as format from "./formats.js";

/** The judge's summary and remarks. */
export function feedback(score, places) {
    return [element("h2", {}, "Feedback"), element("p", {}, score.summary), remarks(score, places)];
}

export function categories(score, places) {
    const details = score.details?.length > 0 ? score.details : Object.entries(score.categories).map(([id, value]) => (
        { id, title: format.words(id), score: value, rationale: "", evidence: [], capped: false }));
    return [
        element("h2", {}, "Categories"),
        element("ul", { class: "categories" }, details.map((category) => element("li", {},
            element("div", { class: "category-head" },
                element("h3", {}, category.title),
                category.weight === undefined ? null : element("span", { class: "weight" }, `weight ${category.weight}%`),
                category.spread > 0 ? element("span", { class: "weight" }, `spread ${category.spread}`) : null,
                category.capped ? badges.badge("review", "Capped", "No quote supported a higher score") : null,
                element("strong", { class: "number" }, String(category.score))),
            bar(category.score),
            correctionOf(category),
            category.rationale ? element("p", {}, category.rationale) : null,
            category.evidence.length > 0
                ? element("ul", { class: "quotes" }, places.links(category.evidence).map((link) => element("li", {}, link)))
                : null))),
    ];
}

function remarks(score, places) {
    const list = (title, kind, items = []) => items.length === 0 ? null : element("div", {},
        element("h3", {}, title),
        element("ul", { class: `remarks ${kind}` }, items.map((item) => element("li", {}, remark(item, places)))));
    const coaching = score.coaching;
    return [
        list("Went well", "good", score.highlights),
        coaching?.workOn?.length > 0
            ? element("div", {},
                element("h3", {}, "To work on"),
                element("ol", { class: "remarks work-on" },
                    coaching.workOn.map((advice) => element("li", {}, workOn(advice, score, places)))))
            : list("To work on", "better", score.improvements),
        coaching ? nextTime(coaching, score) : null,
    ];
}

/** One thing to work on: the words that it is about, what to do and why, and a better line. */
function workOn({ category, utteranceId, quote, advice, why, tryInstead }, score, places) {
    return [
        element("span", { class: "weight" }, title(category, score), " "),
        utteranceId ? places.link({ utteranceId, text: quote }) : null,
        element("p", {}, advice),
        why ? element("p", { class: "quiet-text" }, why) : null,
        tryInstead ? instead(tryInstead) : null,
    ];
}

/** Keep, start, stop, and what to practise next. */
function nextTime({ keep, start, stop, next }, score) {
    const rows = [["Keep", keep], ["Start", start], ["Stop", stop],
        ["Practise next", next && `${next.scenarioTitle}, with ${next.personaName}, for ${title(next.category, score)}`]]
        .filter(([, text]) => text);
    return rows.length === 0 ? null : element("dl", { class: "facts" }, rows.map(([name, text]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, text))));
}

const title = (category, score) => score.details?.find(({ id }) => id === category)?.title ?? format.words(category);

/** A remark may end with what to say instead: `… Say instead: words`. */
function remark(text, places) {
    const [said, better] = parts(text);
    return better ? [quoting(said, places), instead(better)] : quoting(said, places);
}

/** A remark may end with the quote that it rests on, `… («words»)`: shown as a link to the utterance. */
function quoting(text, places) {
    const match = quoteIn(text);
    const utteranceId = match && places.utterance(match[2]);
    if (!utteranceId) return text;
    // A remark that only repeats its quote is shown once.
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
