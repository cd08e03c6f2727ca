// What came out of the call, and what to do better in the next.

import { element } from "/elements.js";
import { button, clock, problemBox, waiting } from "../parts/controls.js";
import { dispute } from "../parts/dispute.js";
import { Recording } from "../parts/recording.js";
import { details } from "../parts/resultDetails.js";
import * as reading from "../parts/score.js";
import * as sections from "../parts/scoreSections.js";
import { sharing } from "../parts/sharing.js";
import { toCalls } from "./calls.js";

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
    /** Number of the latest request: an older answer that comes later is no news. */
    let latest = 0;
    let shown = null;
    let scenarios = null;
    let recording = null;

    async function load() {
        clearTimeout(timer);
        latest += 1;
        const own = latest;
        try {
            const session = await practice.rest.session(id);
            scenarios ??= (await practice.rest.scenarios()).items;
            if (!isLeft && own === latest) show(session);
        } catch (error) {
            if (isLeft || own !== latest) return;
            if (shown === null) body.replaceChildren(problemBox(practice, error, load));
            timer = setTimeout(load, lookAgainMs);
        }
    }

    function show(session) {
        const job = session.pipeline?.scoring?.state;
        const isJudged = session.score || job === "failed" || job === "done";
        timer = setTimeout(load, isJudged ? lookAgainMs : askAgainMs);
        if (!isJudged) {
            const text = say(session.status === "active" ? "ending" : "scoring");
            if (body.textContent !== text) body.replaceChildren(waiting(text));
            return;
        }
        const next = JSON.stringify([session.score, session.review, session.visibility, session.rejudging, job]);
        // A question that is being answered is not taken away.
        if (next === shown || body.querySelector("dialog[open]")) return;
        const isFirst = shown === null;
        shown = next;
        body.removeAttribute("aria-busy");
        const focused = document.activeElement?.id;
        const unfolded = [...body.querySelectorAll("details[open][id]")].map(({ id }) => id);
        body.replaceChildren(...(session.score ? judged(session) : unjudged(session)).filter(Boolean));
        for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
        if (!isFirst && focused) document.getElementById(focused)?.focus({ preventScroll: true });
        tell(session);
    }

    function tell({ score }) {
        practice.announce(score
            ? `${say("points", { points: score.overall })}. ${say(`verdict.${score.verdict}`)}.`
            : say("noScore"));
    }

    function judged(session) {
        const { score } = session;
        const language = languageOf(session);
        return [
            sections.summary(practice, session),
            sections.best(practice, score, language),
            sections.toWorkOn(
                practice, score, language, (moment) => practise(session, { ...moment, language })),
            sections.habits(practice, score),
            element("div", { class: "two" }, sections.categories(practice, session, language), nextOf(session)),
            ...details(practice, session, language),
            sharing(practice, session, load),
            dispute(practice, session, load),
            heard(session),
            spoken(session),
        ];
    }

    function unjudged(session) {
        const isEmpty = session.transcript.every(({ speaker }) => speaker !== "TRAINEE");
        return [
            element("section", { class: "panel stack" },
                element("p", { class: "verdict-word pending", id: "verdict" }, say(isEmpty ? "noSpeech" : "noScore")),
                again(session, "primary")),
            heard(session),
            spoken(session),
        ];
    }

    // MARK: The next practice

    function nextOf(session) {
        const next = proposed(session);
        return element("section", { class: "panel stack", "aria-labelledby": "next-title" },
            element("h2", { id: "next-title" }, say("next")),
            next
                ? [
                    element("p", {},
                        element("strong", { lang: next.scenario.language ?? "en" }, next.scenario.title),
                        next.scenario.persona ? ` · ${next.scenario.persona.name}` : ""),
                    next.category
                        ? element("p", { class: "quiet-text" }, say("because", { category: next.category })) : null,
                    element("p", { class: "actions" }, button(say("practiseNext"), { id: "next", class: "primary" },
                        () => practice.practise(next.scenario))),
                ]
                : null,
            again(session));
    }

    function again(session, kind = "") {
        return element("p", { class: "actions" },
            button(say("practiseAgain"), { id: "again", class: kind }, () => practise(session)),
            button(say("otherScenario"), { id: "all-scenarios" }, () =>
                practice.go(practice.noticeShown ? "scenarios" : practice.who ? "notice" : "who")),
            practice.who ? toCalls(practice) : null);
    }

    /** What the server proposes, else the other scenario of the same customer. */
    function proposed(session) {
        const { score } = session;
        const next = score.coaching?.next;
        const title = (category) => reading.categories(score).find((entry) => entry.id === category)?.title;
        const named = scenarios.find((scenario) => scenario.id === next?.scenarioId);
        if (named) return { scenario: named, category: title(next.category) };
        const other = scenarios.find((scenario) =>
            scenario.personaId === session.personaId && scenario.id !== session.scenarioId);
        return other ? { scenario: other, category: title(reading.weakest(score)) } : null;
    }

    function practise(session, moment = null) {
        const scenario = scenarios.find((entry) => entry.id === session.scenarioId) ?? practice.scenario;
        if (scenario) practice.practise(scenario, moment);
        else practice.go("scenarios");
    }

    // MARK: What was said

    /** The same panel each time, so that a new score does not start the sound again. */
    function heard(session) {
        if (session.recorded) recording ??= new Recording(practice, session);
        return session.recorded ? recording.node : null;
    }

    function spoken(session) {
        if (session.transcript.length === 0) return null;
        const speaker = (line) => (line.speaker === "TRAINEE" ? practice.say("call.you") : session.personaName);
        return element("details", { class: "panel", id: "spoken" },
            element("summary", {}, element("h2", {}, say("transcript"))),
            element("ol", { class: "transcript", lang: languageOf(session) }, session.transcript.map((line) =>
                element("li", { class: line.speaker === "TRAINEE" ? "line trainee" : "line avatar" },
                    element("p", { class: "line-head" },
                        element("span", { class: "speaker", lang: practice.words.language }, speaker(line)),
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
            recording?.close();
        },
    };
}

const languageOf = (session) => session.scenario?.language ?? session.persona?.language ?? "en";
