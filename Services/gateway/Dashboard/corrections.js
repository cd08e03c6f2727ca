// A person's number beside the machine's.

import { element } from "./elements.js";
import * as format from "./formats.js";
import { reasons } from "./reviewForm.js";

/** Who gave the score of a category, why, and what the machine gave; null where the machine's counts. */
export function correctionOf({ score, machineScore, correction }) {
    if (!correction) {
        return machineScore === undefined ? null : element("p", { class: "corrected" },
            `Limited by what a person decided about the rules; the machine gave ${machineScore}.`);
    }
    const cap = score < correction.score ? ` ${correction.score} was given; the rules allow ${score}.` : "";
    return element("p", { class: "corrected" },
        element("strong", {}, correction.by), ` gave ${score}, the machine ${machineScore ?? correction.machine} `,
        `(${(reasons[correction.reason] ?? format.words(correction.reason)).toLowerCase()}).${cap}`,
        correction.note ? [" ", element("q", {}, correction.note)] : null);
}
