// The sections of a result that show its score.

import { element } from "/elements.js";
import { button, clock, foreign } from "./controls.js";
import { quoted } from "./resultDetails.js";
import * as reading from "./score.js";

const mostQuotes = 2;

/** The number, whether it is enough, and why. */
export function summary(practice, session) {
    const say = (key, values) => practice.say(`result.${key}`, values);
    const { score } = session;
    const why = reading.reasons(score);
    const outcome = `outcome.${score.outcome ?? session.outcome}`;
    const quiet = (text) => element("p", { class: "quiet-text" }, text);
    return element("section", { class: "panel score-summary", "aria-label": say("title") },
        element("p", { class: "big-number" },
            element("strong", { id: "overall" }, String(score.overall)), element("span", {}, ` ${say("of100")}`)),
        element("div", { class: "stack tight" },
            element("p", { class: `verdict-word ${score.verdict}`, id: "verdict" }, say(`verdict.${score.verdict}`)),
            score.passMark > 0 ? quiet(say("passMark", { points: score.passMark })) : null,
            why.length > 0
                ? element("ul", { class: "bullets", lang: "en" }, why.map((reason) => element("li", {}, reason))) : null,
            practice.words.has(`result.${outcome}`)
                ? element("p", {}, say(outcome, { name: session.personaName })) : null,
            score.counted === false ? quiet(say("notCounted")) : null,
            score.summary ? element("p", { lang: "en" }, score.summary) : null,
            session.rejudging ? quiet(say("rejudging")) : null));
}

export function best(practice, score, language) {
    const remark = reading.best(score);
    if (!remark) return null;
    return element("section", { class: "panel best", "aria-labelledby": "best-title" },
        element("h2", { id: "best-title" }, practice.say("result.best")),
        element("p", { lang: "en" }, remark.text),
        remark.quote ? element("p", {}, foreign("q", language, {}, remark.quote)) : null);
}

/** @param onAgain takes the moment that is to be practised again */
export function toWorkOn(practice, score, language, onAgain) {
    const items = reading.workOn(score);
    if (items.length === 0) return null;
    return element("section", { class: "stack", "aria-labelledby": "work-title" },
        element("div", {},
            element("h2", { id: "work-title", class: "section-title" }, practice.say("result.workOn")),
            element("p", { class: "quiet-text" }, practice.say("moment.whole"))),
        element("ol", { class: "work-on" }, items.map((item, index) =>
            element("li", { class: "panel stack tight" }, workItem(practice, item, index, language, onAgain)))));
}

function workItem(practice, item, index, language, onAgain) {
    const say = (key, values) => practice.say(`result.${key}`, values);
    const title = `work-${index + 1}`;
    return [
        element("h3", { id: title, lang: "en" }, item.advice),
        item.quote
            ? element("p", { class: "said" },
                element("span", { class: "quiet-text" },
                    Number.isFinite(item.time) ? say("saidAt", { time: clock(item.time) }) : say("said")), " ",
                foreign("q", language, {}, item.quote))
            : null,
        item.why ? element("p", { class: "why", lang: "en" }, item.why) : null,
        item.tryInstead
            ? element("p", { class: "instead" },
                element("strong", {}, `${say("try")} `), foreign("q", language, {}, item.tryInstead))
            : null,
        element("p", {}, button(say("again"), {
            id: `again-${index + 1}`, class: "again-moment", "aria-describedby": title,
        }, () => onAgain(item))),
    ];
}

export function habits(practice, score) {
    const items = reading.keepStartStop(score);
    if (items.length === 0) return null;
    return element("dl", { class: "habits" }, items.map(({ key, text }) =>
        element("div", { class: `panel habit ${key}` },
            element("dt", {}, practice.say(`result.${key}`)), element("dd", { lang: "en" }, text))));
}

/** Each category with its bar; opened, why it got its points and the words that show it. */
export function categories(practice, session, language) {
    const { score } = session;
    const weakest = reading.weakest(score);
    return element("section", { class: "panel stack", "aria-labelledby": "categories-title" },
        element("h2", { id: "categories-title" }, practice.say("result.categories")),
        element("ul", { class: "category-bars" }, reading.categories(score).map((category) => {
            const head = [
                element("span", { class: "category-name", lang: "en" }, category.title),
                category.id === weakest
                    ? element("span", { class: "badge review" }, practice.say("result.weakest")) : null,
                element("strong", { class: "number" }, String(category.score)),
                bar(category.score),
            ];
            const why = reasons(practice, session, category, language);
            return element("li", {}, why.length > 0
                ? element("details", { id: `category-${category.id}` },
                    element("summary", { class: "category-row" }, head), why)
                : element("div", { class: "category-row" }, head));
        })));
}

function reasons(practice, session, { rationale, evidence = [], capped }, language) {
    return [
        rationale ? element("p", { class: "why", lang: "en" }, reading.readable(rationale, session.transcript)) : null,
        capped ? element("p", { class: "quiet-text" }, practice.say("result.capped")) : null,
        ...evidence.slice(0, mostQuotes).map((each) => quoted(practice, session, each, language)),
    ].filter(Boolean);
}

/** 0 to 100; the number stands beside it. */
function bar(value) {
    const fill = element("span", { class: "bar-fill" });
    fill.style.setProperty("--value", String(Math.min(100, Math.max(0, value))));
    return element("span", { class: "bar", "aria-hidden": "true" }, fill);
}
