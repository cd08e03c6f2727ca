// What the call is for, kept in sight: the scenario's goal, and the moment that is practised again.

import { element } from "/elements.js";
import { foreign } from "./controls.js";

const isWide = () => matchMedia("(min-width: 46rem)").matches;

/** One line that folds; on a phone it begins folded. */
export function goalLine(practice, scenario) {
    if (!scenario?.goal) return null;
    return element("details", { class: "call-line", id: "call-goal", open: isWide() },
        element("summary", {}, practice.say("briefing.goal")),
        foreign("p", scenario.language, {}, scenario.goal));
}

/** Open also on a phone: it is what this call is for. */
export const momentLine = (practice, focus) =>
    element("details", { class: "call-line again", id: "call-moment", open: true },
        element("summary", {}, practice.say("moment.title")), parts(practice, focus));

/** The moment as a part of the briefing, with what practising it again means. */
export const moment = (practice, focus) =>
    element("section", { class: "panel moment", "aria-labelledby": "moment-title" },
        element("h2", { id: "moment-title" }, practice.say("moment.title")),
        parts(practice, focus),
        element("p", { class: "quiet-text" }, practice.say("moment.whole")));

const parts = (practice, focus) => [
    focus.quote
        ? element("p", {}, practice.say("moment.said"), " ", foreign("q", focus.language, {}, focus.quote)) : null,
    element("p", { lang: "en" }, focus.advice ?? ""),
    focus.tryInstead
        ? element("p", { class: "instead" }, element("strong", {}, `${practice.say("result.try")} `),
            foreign("q", focus.language, {}, focus.tryInstead))
        : null,
];
