// How a trainee gets on: the last calls against those before, and what to practise next.

import { element } from "../elements.js";
import { calls, interval, points, signed, signedPoints } from "./estimates.js";

/** The number that a reader looks for first, and what may be said about it. */
export function headline({ counted, sinceLast, first, best, change }) {
    if (counted.length === 0) return null;
    return [
        element("p", { class: "headline" },
            sinceLast === undefined ? [element("strong", {}, String(first)), " in the first call"]
                : [element("strong", {}, signed(sinceLast)), " since last time"]),
        element("p", { class: "quiet-text" }, `First ${first}, best ${best}, latest ${counted.at(-1).score}.`),
        element("div", { class: `box change ${change.finding}` },
            element("h3", {}, findings[change.finding]),
            element("p", {}, explanation(change, counted.length))),
    ];
}

const findings = {
    better: "The last five calls are better", worse: "The last five calls are worse",
    no_evidence: "No evidence of change", too_few: "Too few calls to say",
};

function explanation({ finding, needed, before, last, difference, low, high }, count) {
    if (finding === "too_few") {
        return `Whether the last five calls differ from the five before can be said from ${needed} calls on; `
            + `${calls(count)} ${count === 1 ? "counts" : "count"} so far. A step from one call to the next proves nothing.`;
    }
    return `The last five average ${points(last.mean)} (spread ${points(last.spread)}), the five before `
        + `${points(before.mean)} (spread ${points(before.spread)}): ${signedPoints(difference)} points, 95 % interval `
        + `${interval({ low, high }, signedPoints)}`
        + (finding === "no_evidence" ? ", which includes zero." : ", which does not include zero.");
}

export function nextPractice(next, fewest) {
    const heading = element("h2", {}, "Next practice");
    if (!next) {
        return [heading, element("p", { class: "quiet-text" },
            `No proposal yet: no category has been judged in ${fewest} calls that count. `
                + "What one call suggests for the next is on its own page.")];
    }
    const { title, estimate, practice } = next;
    return [
        heading,
        element("p", { class: "proposal" },
            element("strong", {}, practice.scenarioTitle), ` with ${practice.personaName}`),
        element("p", { class: "quiet-text" },
            `The weakest category is ${title}: ${points(estimate.value)} in ${calls(estimate.n)}, 95 % interval `
                + `${interval(estimate)}. In this scenario it counts most.`),
    ];
}
