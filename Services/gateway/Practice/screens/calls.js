// My calls so far, newest first; each opens its result.

import { element } from "/elements.js";
import { button, problemBox, waiting } from "../parts/controls.js";

const callsPerPage = 20;

export function callsScreen(practice) {
    const say = (key, values) => practice.say(`calls.${key}`, values);
    const heading = element("h1", { tabindex: -1 }, say("title"));
    const list = element("ul", { class: "calls", id: "calls" });
    const more = element("div", {}, waiting(practice.say("shell.loading")));
    let scenarios = null;
    let isLeft = false;

    async function load(cursor = null) {
        more.replaceChildren(waiting(practice.say("shell.loading")));
        try {
            scenarios ??= (await practice.rest.scenarios()).items;
            const page = await practice.rest.sessions({
                traineeId: practice.who.traineeId, visibility: "all", limit: callsPerPage, cursor,
            });
            if (!isLeft) show(page, cursor);
        } catch (error) {
            if (!isLeft) more.replaceChildren(problemBox(practice, error, () => load(cursor)));
        }
    }

    function show({ items, nextCursor }, cursor) {
        const entries = items.map(entry);
        list.append(...entries);
        const isEmpty = list.childElementCount === 0;
        more.replaceChildren(...[
            isEmpty ? element("p", {}, say("none")) : null,
            nextCursor ? button(say("more"), { id: "more-calls" }, () => load(nextCursor)) : null,
        ].filter(Boolean));
        // The button that was pressed is gone.
        if (cursor) entries[0]?.querySelector("button").focus();
    }

    function entry(session) {
        const { sessionId, personaName, verdict, status, score, visibility } = session;
        const scenario = scenarios.find(({ id }) => id === session.scenarioId);
        const state = verdict
            ? practice.say(`result.verdict.${verdict}`) : say(status === "ended" ? "unscored" : "open");
        const title = `call-${sessionId}`;
        return element("li", { class: "panel call-entry", "data-call": sessionId },
            element("div", {},
                element("p", { class: "call-name", id: title },
                    element("strong", {}, personaName),
                    scenario ? [" · ", element("span", { lang: scenario.language }, scenario.title)] : null),
                element("p", { class: "quiet-text" },
                    element("time", { datetime: session.createdAt }, practice.words.moment(session.createdAt)),
                    " · ", practice.say(visibility === "private" ? "calls.private" : "result.submittedTitle"))),
            element("p", { class: "call-score" },
                Number.isFinite(score) ? element("strong", {}, String(score)) : null,
                element("span", { class: `verdict-mark ${verdict ?? "none"}` }, state)),
            button(say("show"), { id: `show-${sessionId}`, "aria-describedby": title }, () => practice.open(sessionId)));
    }

    load();
    return {
        heading, title: say("title"), leave: () => (isLeft = true),
        node: element("div", { class: "stack" },
            heading, element("p", { class: "quiet-text" }, say("intro", { name: practice.who.traineeId })),
            list, more,
            element("p", { class: "actions" }, button(say("practise"), { id: "to-practice", class: "primary" },
                () => practice.go(practice.noticeShown ? "scenarios" : "notice")))),
    };
}

/** Leads to the calls so far. */
export const toCalls = (practice) =>
    button(practice.say("calls.title"), { id: "my-calls" }, () => practice.go("calls"));
