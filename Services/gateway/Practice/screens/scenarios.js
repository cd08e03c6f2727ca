// The choice of a scenario, with what the trainee has reached in each.

import { element } from "/elements.js";
import { button, difficulty, foreign, levelOf, monogram, problemBox, waiting } from "../parts/controls.js";
import { toCalls } from "./calls.js";

const mostSessions = 100;

export function scenariosScreen(practice) {
    const say = (key, values) => practice.say(`scenarios.${key}`, values);
    const heading = element("h1", { tabindex: -1 }, say("title"));
    const body = element("div", {}, waiting(practice.say("shell.loading")));
    let isLeft = false;

    async function load() {
        body.replaceChildren(waiting(practice.say("shell.loading")));
        try {
            const [listed, earlier] = await Promise.all([practice.rest.scenarios(), own()]);
            if (!isLeft) show(listed.items ?? listed, earlier);
        } catch (error) {
            if (!isLeft) body.replaceChildren(problemBox(practice, error, load));
        }
    }

    /** My sessions, newest first. Without them the cards only say less. */
    async function own() {
        const filter = { traineeId: practice.who.traineeId, visibility: "all", limit: mostSessions };
        const listed = await practice.rest.sessions(filter).catch(() => null);
        return listed?.items ?? [];
    }

    function show(scenarios, earlier) {
        if (scenarios.length === 0) {
            body.replaceChildren(element("p", {}, say("none")));
            return;
        }
        const ofScenario = Map.groupBy(earlier, (session) => session.scenarioId);
        const cards = (chosen, heading) => element("ul", { class: "cards" },
            easiestFirst(chosen).map((scenario) =>
                element("li", {}, card(scenario, ofScenario.get(scenario.id) ?? [], heading))));
        const groups = byLanguage(scenarios, practice.words.language);
        body.replaceChildren(...groups.length === 1 ? [cards(scenarios, "h2")] : groups.map(([language, chosen]) =>
            element("section", { class: "stack", "aria-labelledby": `in-${language}`, "data-language": language },
                element("h2", { id: `in-${language}` }, practice.words.nameOf(language)), cards(chosen, "h3"))));
    }

    function card(scenario, sessions, heading) {
        const { persona } = scenario;
        const choose = () => practice.practise(scenario);
        const title = `scenario-${scenario.id}`;
        return element("article", { class: "panel card", "aria-labelledby": title },
            element("header", { class: "card-head" },
                monogram(persona?.name),
                element("p", {},
                    element("strong", {}, persona?.name), element("br"),
                    foreign("span", scenario.language, { class: "quiet-text" }, persona?.description ?? ""))),
            foreign(heading, scenario.language, { id: title }, scenario.title),
            foreign("p", scenario.language, { class: "where" }, scenario.place ?? scenario.description),
            element("p", { class: "goal" }, element("strong", {}, `${say("goal")} `),
                foreign("span", scenario.language, {}, scenario.goal)),
            element("div", { class: "card-foot" },
                difficulty(practice, scenario), reached(sessions),
                button(say("choose"), { id: `card-${scenario.id}`, "aria-describedby": title }, choose)));
    }

    function reached(sessions) {
        const scores = sessions.map(scoreOf).filter(Number.isFinite);
        if (sessions.length === 0) return element("p", { class: "quiet-text reached" }, say("never"));
        const last = sessions.map(scoreOf).find(Number.isFinite);
        if (last === undefined) return element("p", { class: "quiet-text reached" }, say("unscored"));
        return element("p", { class: "reached" },
            element("span", {}, say("best"), " ", element("strong", {}, String(Math.max(...scores)))),
            element("span", {}, say("last"), " ", element("strong", {}, String(last))));
    }

    load();
    return {
        heading, title: say("title"), leave: () => (isLeft = true),
        node: element("div", { class: "stack" },
            element("div", { class: "title-row" }, heading, toCalls(practice)),
            element("p", { class: "quiet-text" }, say("intro")), body),
    };
}

/** The page's own language first; the others in the order of their codes. */
function byLanguage(scenarios, own) {
    const rank = ([language]) => (language === own ? "" : language);
    return [...Map.groupBy(scenarios, ({ language }) => language)]
        .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** In the server's order otherwise. */
const easiestFirst = (scenarios) => scenarios.toSorted((a, b) => levelOf(a) - levelOf(b));

const scoreOf = ({ score }) => (typeof score === "number" ? score : score?.overall);
