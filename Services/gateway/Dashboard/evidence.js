// The evidence for statements about a session, as links to the utterances and events.

import { element } from "./elements.js";
import * as format from "./formats.js";
import * as routes from "./routes.js";

/** The times of a session's utterances and events, by id. */
export class Places {
    #places = new Map();

    constructor(session) {
        this.session = session;
        for (const { utteranceId, startTime } of session.transcript) {
            this.#places.set(utteranceId, { time: startTime, name: "Words" });
        }
        for (const { eventId, time, type } of session.events) {
            if (eventId) this.#places.set(eventId, { time, name: `${format.eventType(type)} event` });
        }
    }

    /** A link to the utterance or the event; plain text if it is not on record. */
    link({ utteranceId, eventId, text }, { short = false } = {}) {
        const place = utteranceId ?? eventId;
        const found = this.#places.get(place);
        const quote = text && !short ? element("q", { class: "quote" }, text) : null;
        if (!found) return quote ? element("span", { class: "evidence" }, quote) : null;
        const at = element("span", { class: "at" }, format.clock(found.time));
        return element("a", {
            class: short ? "evidence short" : "evidence", href: routes.session(this.session.sessionId, { place, time: found.time }),
            "aria-label": short ? `Evidence at ${format.clock(found.time)}` : null,
            title: short && text ? text : null,
        }, at, quote ?? (short ? null : element("span", {}, found.name)));
    }

    /** Links to all evidence, each place once. */
    links(evidence, options) {
        const seen = new Set();
        return evidence.filter((item) => {
            const key = `${item.utteranceId ?? item.eventId}\n${options?.short ? "" : item.text ?? ""}`;
            return seen.has(key) ? false : seen.add(key);
        }).map((item) => this.link(item, options)).filter(Boolean);
    }

    /** The id of the utterance that contains these words. */
    utterance(words) {
        return this.session.transcript.find((line) => line.text.includes(words))?.utteranceId;
    }
}
