// The utterances and the events of a session, each with its own address.

import { element } from "./elements.js";
import * as format from "./formats.js";

/** The element ids of the utterance and the event that a link's place names. */
export const lineId = (utteranceId) => `line-${utteranceId}`;
export const eventNodeId = (eventId) => `event-${eventId}`;

export function transcript(session, quotes) {
    const lines = session.transcript;
    return [
        element("h2", {}, "Transcript"),
        lines.length === 0
            ? element("p", { class: "quiet-text" }, session.status === "active"
                ? "Nobody has spoken yet." : "Nobody spoke in this session.")
            : element("ol", { class: "transcript" }, lines.map((line) => element("li", {
                id: lineId(line.utteranceId), tabindex: -1,
                class: line.speaker === "TRAINEE" ? "line trainee" : "line avatar",
            },
                element("p", { class: "line-head" },
                    element("span", { class: "speaker" }, line.speaker === "TRAINEE" ? "Trainee" : session.personaName),
                    element("span", { class: "time" }, format.clock(line.startTime)),
                    line.interrupted ? element("span", { class: "badge neutral" }, "Interrupted") : null),
                element("p", { class: "words" }, marked(line.text, quotes.get(line.utteranceId) ?? []),
                    line.interrupted ? element("span", { class: "cut", "aria-hidden": "true" }, " —") : null)))),
    ];
}

/** The quotes that judgements rest on, by utterance. */
export function quotesOf(session) {
    const quotes = new Map();
    const add = ({ utteranceId, text }) => {
        if (!utteranceId || !text) return;
        if (!quotes.has(utteranceId)) quotes.set(utteranceId, []);
        quotes.get(utteranceId).push(text);
    };
    for (const category of session.score?.details ?? []) category.evidence.forEach(add);
    for (const finding of session.score?.findings ?? session.findings) {
        if (["violated", "disputed", "suspected"].includes(finding.status)) add(finding.evidence ?? {});
    }
    return quotes;
}

/** A text with the quoted passages marked; quotes may overlap. */
function marked(text, quotes) {
    const cited = new Array(text.length).fill(false);
    for (const quote of quotes) {
        const start = text.indexOf(quote);
        if (start >= 0) cited.fill(true, start, start + quote.length);
    }
    const parts = [];
    for (let start = 0; start < text.length;) {
        let end = start;
        while (end < text.length && cited[end] === cited[start]) end += 1;
        const part = text.slice(start, end);
        parts.push(cited[start] ? element("mark", {}, part) : part);
        start = end;
    }
    return parts;
}

export function timeline(session) {
    const events = [...session.events].sort((a, b) => a.time - b.time);
    return [
        element("h2", {}, "Timeline"),
        events.length === 0
            ? element("p", { class: "quiet-text" }, "No events yet.")
            : element("ol", { class: "timeline" }, events.map((event) => element("li", {
                id: event.eventId ? eventNodeId(event.eventId) : null, tabindex: event.eventId ? -1 : null,
                class: `event ${event.type === "ERROR" ? "error" : ""}`,
            },
                element("span", { class: "time" }, format.clock(event.time)),
                element("div", {},
                    element("span", { class: "event-type" }, format.eventType(event.type)),
                    element("p", {}, said(event)))))),
    ];
}

function said(event) {
    if (event.type === "SUPERVISOR" && event.data && typeof event.data === "object" && "attitude" in event.data) {
        const { attitude, direction, guidance } = event.data;
        return `Mood ${format.plain(attitude)}${direction ? `, ${format.plain(direction)}` : ""}`
            + (guidance ? `. ${format.plain(guidance)}` : "");
    }
    if (typeof event.data === "string" && event.type === "SYSTEM") return format.words(event.data);
    return format.plain(event.data);
}
