// Figures of the conversation that were counted, not judged.

import { element } from "./elements.js";
import * as format from "./formats.js";

export function talkFacts(facts) {
    return [
        element("h2", {}, "Counted in the talk"),
        element("p", { class: "quiet-text" }, "By code, from the transcript; nobody judged it."),
        element("dl", { class: "facts talk-facts" }, rows(facts).map(([name, value]) =>
            element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
    ];
}

function rows(facts) {
    const { count } = format;
    return [
        ["Talk share", `${format.percent(facts.talkShare)} of the words were the trainee’s`],
        ["Turns", count(facts.turns)],
        // Typed utterances have no duration.
        ["Longest turn", `${count(facts.longestTurnWords)} words`
            + (facts.longestTurnSeconds > 0 ? `; ${format.average(facts.longestTurnSeconds)} s` : "")],
        ["Questions", `${count(facts.openQuestions)} open, ${count(facts.closedQuestions)} closed`],
        ["Age checked", Number.isFinite(facts.secondsToAgeCheck)
            ? `after ${count(Math.round(facts.secondsToAgeCheck))} s` : "never"],
        ["Interruptions", `${count(facts.traineeInterruptions)} by the trainee, `
            + `${count(facts.customerInterruptions)} by the customer`],
    ];
}
