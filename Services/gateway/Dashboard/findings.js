// The findings of the rules, who decided them, and the words that they rest on.

import * as badges from "./badges.js";
import { element } from "./elements.js";
import * as format from "./formats.js";

const states = ["violated", "disputed", "suspected", "dismissed", "satisfied"];
const severities = ["blocker", "major", "minor", "info"];

/** By status and severity, most severe first, as in the report card, then by time. */
const inOrder = (findings) => [...findings].sort((a, b) =>
    place(states, a.status) - place(states, b.status) || place(severities, a.severity) - place(severities, b.severity)
    || a.time - b.time);

function place(order, value) {
    const at = order.indexOf(value);
    return at < 0 ? order.length : at;
}

export function compliance(session, findings, places) {
    return [
        element("h2", {}, "Compliance"),
        findings.length === 0
            ? element("p", { class: "quiet-text" }, session.status === "active"
                ? "The rules have found nothing so far."
                : "The rules found nothing to report in the words and events of this session.")
            : [
                element("p", { class: "quiet-text" }, tally(findings)),
                element("ul", { class: "findings" }, inOrder(findings).map((finding) => item(finding, places))),
            ],
        session.score ? reading(session.score, findings).map((sentence) =>
            element("p", { class: "quiet-text" }, sentence)) : null,
    ];
}

/** “2 violated, 1 suspected, 3 kept.” */
function tally(findings) {
    const counts = states.map((state) => [state, findings.filter(({ status }) => status === state).length]);
    const parts = counts.filter(([, count]) => count > 0)
        .map(([state, count]) => `${format.count(count)} ${format.findingState(state).toLowerCase()}`);
    return parts.length > 0 ? `${parts.join(", ")}.` : "";
}

function item(finding, places) {
    return element("li", { class: `finding-item ${finding.status}`, "data-finding": finding.findingId },
        element("p", { class: "finding-head" },
            badges.findingState(finding), badges.severity(finding), element("strong", {}, format.ruleName(finding))),
        element("p", {}, format.told(finding.message)),
        places.link(finding.evidence ?? {}),
        element("p", { class: "quiet-text decider" }, decider(finding), finding.reason ? ` ${finding.reason} ` : " ",
            finding.findingId ? element("code", { class: "finding-id" }, finding.findingId) : null));
}

export const instead = (text) => element("p", { class: "instead" }, element("strong", {}, "Say instead: "), text);

const deciders = { code: "the rules", review: "reading for meaning", person: "a person" };

function decider({ status, severity, decidedBy }) {
    const who = deciders[decidedBy] ?? (decidedBy ? format.words(decidedBy).toLowerCase() : null);
    if (status === "suspected") {
        return `${who ? `Suspected by ${who}` : "Suspected"}; not decided yet, and nothing fails by it.`;
    }
    const decided = who ? `Decided by ${who}.` : "";
    return status === "disputed" && severity === "blocker" ? `${decided} A person has the last word.` : decided;
}

/** Whether the findings of the rules were reviewed for meaning. */
function reading({ reviewed, rulesLanguage }, findings) {
    const hasRead = findings.length > 0 ? reviewed : null;
    return [
        rulesLanguage === "none"
            ? "The rules have no list for the language of this session: only a reader can judge its words." : null,
        hasRead === true ? "The places that the rules found were read for their meaning." : null,
        hasRead === false ? "Nobody has read for meaning what the rules found." : null,
    ].filter(Boolean);
}
