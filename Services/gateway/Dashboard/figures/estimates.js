// Figures with what they rest on: how many calls, and the interval.

import { element } from "../elements.js";
import * as format from "../formats.js";

const oneDecimal = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const signedDecimal = new Intl.NumberFormat("en-GB", {
    minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero",
});
const signedWhole = new Intl.NumberFormat("en-GB", { signDisplay: "always" });

export const points = (value) => (Number.isFinite(value) ? oneDecimal.format(value) : format.absent);
export const signedPoints = (value) => signedDecimal.format(value);
export const signed = (value) => signedWhole.format(value);
export const calls = (count) => `${format.count(count)} ${count === 1 ? "call" : "calls"}`;

/** “62.4 to 71.0”, or nothing where calls are too few for an interval. */
export const interval = ({ low, high }, show = points) =>
    Number.isFinite(low) && Number.isFinite(high) ? `${show(low)} to ${show(high)}` : format.absent;

/** What an interval means, once for a page. */
export const method = (fewest) => element("p", { class: "quiet-text" },
    "The interval holds the true value in 95 of 100 cases: Student’s t for means, Wilson’s score for shares. Below ",
    `${fewest} calls a figure is grey and decides nothing.`);
