// What came out of the call, and what to do better in the next.

import { element } from "/elements.js";
import * as memory from "../memory.js";
import { button, clock, foreign, problemBox, waiting } from "../parts/controls.js";
import * as reading from "../parts/score.js";

const askAgainMs = 2_000;
/** A score may be mended by late events, or wait for a person: look again now and then. */
const lookAgainMs = 20_000;

export function resultScreen(practice) {
    const say = (key, values) => practice.say(`result.${key}`, values);
    const id = practice.sessionId;
    const heading = element("h1", { tabindex: -1 }, say("title"));
    const body = element("div", { class: "stack", "aria-busy": "true" }, waiting(say("scoring")));
    let isLeft = false;
    let timer = null;
    let shown = null;
    let scenarios = [];

    async function load() {
        clearTimeout(timer);
        try {
            const session = await practice.rest.session(id);
            if (scenarios.length === 0) {
                const listed = await practice.rest.scenarios().catch(() => ({ items: [] }));
                scenarios = listed.items ?? [];
            }
            if (isLeft) return;
            show(session);
        } catch (error) {
            if (isLeft) return;
            if (shown === null) body.replaceChildren(problemBox(practice, error, load));
            timer = setTimeout(load, lookAgainMs);
        }
    }

    function show(session) {
        const job = session.pipeline?.scoring?.state;
        const isOver = session.score || job === "failed" || (job === "done" && !session.score);
        timer = setTimeout(load, isOver ? lookAgainMs : askAgainMs);
        const next = JSON.stringify([session.score, session.status, session.visibility, session.rejudging, job]);
        if (next === shown) return;
        const isFirst = shown === null;
        shown = next;
        if (!isOver) {
            body.replaceChildren(waiting(say(session.status === "active" ? "ending" : "scoring")));
            shown = null;
            return;
        }
        body.removeAttribute("aria-busy");
        practice.talk?.leave();
        practice.talk = null;
        const had = document.activeElement?.id;
        body.replaceChildren(...(session.score ? judged(session) : unjudged(session)).filter(Boolean));
        if (!isFirst && had) document.getElementById(had)?.focus({ preventScroll: true });
        const { score } = session;
        practice.announce(score ? `${say("points", { points: score.overall })}. ${say(`verdict.${score.verdict}`)}` : say("noScore"));
    }

    // MARK: With a score

    function judged(session) {
        const { score } = session;
        const language = session.scenario?.language ?? session.persona?.language ?? "en";
        return [
            summary(session, score),
            bestOf(score, language),
            toWorkOn(session, score, language),
            habits(score),
            element("div", { class: "two" }, categoriesOf(score), nextOf(session, score)),
            sharing(session),
            spoken(session, language),
        ];
    }

    function summary(session, score) {
        const why = reading.reasons(score);
        return element("section", { class: "panel score-summary", "aria-label": say("title") },
            element("p", { class: "big-number" }, element("strong", { id: "overall" }, String(score.overall)),
                element("span", {}, ` ${say("of100")}`)),
            element("div", { class: "stack tight" },
                element("p", { class: `verdict-word ${score.verdict}`, id: "verdict" }, say(`verdict.${score.verdict}`)),
                score.passMark > 0 ? element("p", { class: "quiet-text" }, say("passMark", { points: score.passMark })) : null,
                why.length > 0 ? element("ul", { class: "bullets", lang: "en" }, why.map((reason) => element("li", {}, reason))) : null,
                element("p", {}, practice.words.has(`result.outcome.${score.outcome ?? session.outcome}`)
                    ? say(`outcome.${score.outcome ?? session.outcome}`, { name: session.personaName }) : ""),
                score.counted === false ? element("p", { class: "quiet-text" }, say("notCounted")) : null,
                score.summary ? element("p", { lang: "en" }, score.summary) : null,
                session.rejudging ? element("p", { class: "quiet-text" }, say("rejudging")) : null));
    }

    function bestOf(score, language) {
        const best = reading.best(score);
        if (!best) return null;
        return element("section", { class: "panel best", "aria-labelledby": "best-title" },
            element("h2", { id: "best-title" }, say("best")),
            element("p", { lang: "en" }, best.text),
            best.quote ? element("p", {}, foreign("q", language, {}, best.quote)) : null);
    }

    function toWorkOn(session, score, language) {
        const items = reading.workOn(score);
        if (items.length === 0) return null;
        return element("section", { class: "stack", "aria-labelledby": "work-title" },
            element("h2", { id: "work-title", class: "section-title" }, say("workOn", { n: items.length })),
            element("ol", { class: "work-on" }, items.map((item, index) => element("li", { class: "panel stack tight" },
                element("h3", { lang: "en" }, item.advice),
                item.quote
                    ? element("p", { class: "said" }, element("span", { class: "quiet-text" },
                        Number.isFinite(item.time) ? say("saidAt", { time: clock(item.time) }) : say("said")), " ",
                        foreign("q", language, {}, item.quote))
                    : null,
                item.why ? element("p", { class: "why", lang: "en" }, item.why) : null,
                item.tryInstead
                    ? element("p", { class: "instead" }, element("strong", {}, `${say("try")} `),
                        foreign("q", language, {}, item.tryInstead))
                    : null,
                element("p", {}, button(say("again"), { id: `again-${index + 1}`, class: "again-moment" },
                    () => practise(session, item)))))));
    }

    function habits(score) {
        const items = reading.keepStartStop(score);
        if (items.length === 0) return null;
        return element("dl", { class: "habits" }, items.map(({ key, text }) =>
            element("div", { class: `panel habit ${key}` }, element("dt", {}, say(key)), element("dd", { lang: "en" }, text))));
    }

    function categoriesOf(score) {
        const weakest = reading.weakest(score);
        return element("section", { class: "panel stack", "aria-labelledby": "categories-title" },
            element("h2", { id: "categories-title" }, say("categories")),
            element("ul", { class: "category-bars" }, reading.categories(score).map((category) => element("li", {},
                element("span", { class: "category-name", lang: "en" }, category.title),
                category.id === weakest ? element("span", { class: "badge review" }, say("weakest")) : null,
                element("strong", { class: "number" }, String(category.score)),
                bar(category.score)))));
    }

    function nextOf(session, score) {
        const next = proposed(session, score);
        return element("section", { class: "panel stack", "aria-labelledby": "next-title" },
            element("h2", { id: "next-title" }, say("next")),
            next
                ? [
                    element("p", {}, element("strong", { lang: next.scenario.language ?? "en" }, next.scenario.title),
                        next.scenario.persona ? ` · ${next.scenario.persona.name}` : ""),
                    next.category ? element("p", { class: "quiet-text" }, say("because", { category: next.category })) : null,
                    element("p", { class: "actions" },
                        button(say("practiseNext"), { id: "next", class: "primary" }, () => practice.practise(next.scenario))),
                ]
                : null,
            element("p", { class: "actions" },
                button(say("practiseAgain"), { id: "again" }, () => practise(session)),
                button(say("otherScenario"), { id: "all-scenarios" }, () =>
                    practice.go(practice.noticeShown ? "scenarios" : "who"))));
    }

    /** What the server proposes, else the other scenario of the same customer. */
    function proposed(session, score) {
        const next = score.coaching?.next;
        const title = (category) => reading.categories(score).find(({ id }) => id === category)?.title ?? "";
        const named = scenarios.find(({ id }) => id === next?.scenarioId);
        if (named) return { scenario: named, category: title(next.category) };
        const other = scenarios.find(({ id, personaId }) => personaId === session.personaId && id !== session.scenarioId);
        return other ? { scenario: other, category: title(reading.weakest(score)) } : null;
    }

    function practise(session, focus = null) {
        const scenario = scenarios.find(({ id }) => id === session.scenarioId) ?? practice.scenario;
        if (scenario) practice.practise(scenario, focus);
        else practice.go("scenarios");
    }

    // MARK: Without a score

    function unjudged(session) {
        const isEmpty = session.transcript.every(({ speaker }) => speaker !== "TRAINEE");
        return [
            element("section", { class: "panel stack" },
                element("p", { class: "verdict-word pending", id: "verdict" }, say(isEmpty ? "noSpeech" : "noScore")),
                element("p", { class: "actions" },
                    button(say("practiseAgain"), { id: "again", class: "primary" }, () => practise(session)),
                    button(say("otherScenario"), { id: "all-scenarios" }, () =>
                        practice.go(practice.noticeShown ? "scenarios" : "who")))),
            spoken(session, session.scenario?.language ?? "en"),
        ];
    }

    // MARK: Report, submission, transcript

    function sharing(session) {
        const isSubmitted = session.visibility === "submitted";
        const problem = element("p", { class: "problem-text", role: "alert" });
        const submit = button(say("submit"), { id: "submit-session", class: "primary" }, async () => {
            submit.disabled = true;
            problem.textContent = "";
            try {
                await practice.rest.submit(id);
                await load();
                document.getElementById("submitted")?.focus();
            } catch (error) {
                problem.textContent = practice.problem(error);
                submit.disabled = false;
            }
        });
        return element("section", { class: "panel stack", "aria-labelledby": "sharing-title" },
            element("h2", { id: "sharing-title" }, say(isSubmitted ? "submittedTitle" : "privateTitle")),
            element("p", { id: isSubmitted ? "submitted" : null, tabindex: isSubmitted ? -1 : null },
                say(isSubmitted ? "submittedText" : "privateText")),
            problem,
            element("p", { class: "actions" }, isSubmitted ? null : submit,
                element("a", {
                    id: "report-link", class: "button", href: `/api/sessions/${encodeURIComponent(id)}/report`,
                    download: `${id}.pdf`, on: { click: (event) => openReport(event, problem) },
                }, say("report"))),
            element("p", { class: "quiet-text" }, practice.say("call.session"), " ",
                element("span", { class: "session-id", "data-session": id }, id)));
    }

    /** A link cannot carry a ticket. */
    async function openReport(event, problem) {
        if (memory.ticket() === null) return;
        event.preventDefault();
        problem.textContent = "";
        try {
            const address = URL.createObjectURL(await practice.rest.report(id));
            element("a", { href: address, download: `${id}.pdf` }).click();
            setTimeout(() => URL.revokeObjectURL(address), 60_000);
        } catch (error) {
            problem.textContent = practice.problem(error);
        }
    }

    function spoken(session, language) {
        if (session.transcript.length === 0) return null;
        return element("details", { class: "panel" },
            element("summary", {}, element("h2", {}, say("transcript"))),
            element("ol", { class: "transcript", lang: language }, session.transcript.map((line) => element("li", {
                class: line.speaker === "TRAINEE" ? "line trainee" : "line avatar",
            },
                element("p", { class: "line-head" },
                    element("span", { class: "speaker", lang: practice.words.language },
                        line.speaker === "TRAINEE" ? practice.say("call.you") : session.personaName),
                    element("span", { class: "time" }, clock(line.startTime))),
                element("p", { class: "words" }, line.text)))));
    }

    practice.talk?.addEventListener("finished", load, { once: true });
    load();
    return {
        heading, title: say("title"),
        node: element("div", { class: "stack result" }, heading, body),
        leave() {
            isLeft = true;
            clearTimeout(timer);
            practice.talk?.leave();
            practice.talk = null;
        },
    };
}

/** 0 to 100; the number stands beside it. */
function bar(value) {
    const fill = element("span", { class: "bar-fill" });
    fill.style.setProperty("--value", String(Math.min(100, Math.max(0, value))));
    return element("span", { class: "bar", "aria-hidden": "true" }, fill);
}
