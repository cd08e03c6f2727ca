// The utterances of a session. Each knows its time, and shows what the rules and the judges say about it.

import * as badges from "./badges.js";
import { betterLines } from "./betterLines.js";
import { element, fingerprint } from "./elements.js";
import { instead } from "./findings.js";
import * as format from "./formats.js";
import { listen, makeStop, reveal } from "./replay/rovingList.js";
import * as routes from "./routes.js";

/** The element id of an utterance. */
export const lineId = (utteranceId) => `line-${utteranceId}`;

/** A list whose lines stay in place while a live session goes on; only a line that has changed is rendered again. */
export class Transcript {
    #lines = new Map();
    #marked = null;
    #pointed = null;

    /** @param follow called with the time of the line that the reader chose, and its id */
    constructor(sessionId, follow) {
        this.sessionId = sessionId;
        this.list = element("ol", { class: "transcript" });
        this.empty = element("p", { class: "quiet-text" });
        this.node = element("div", { class: "transcript-box" }, this.list, this.empty);
        listen(this.node, this.list, (link) => {
            makeStop(this.list, link);
            follow(Number(link.dataset.time), link.dataset.utterance);
        });
    }

    show(session) {
        const quotes = quotesOf(session);
        const better = betterLines(session);
        const found = Map.groupBy(session.score?.findings ?? session.findings, ({ evidence }) => evidence?.utteranceId);
        const before = this.#lines;
        this.#lines = new Map();
        for (const line of session.transcript) {
            const id = line.utteranceId;
            const content = {
                line, name: session.personaName, quotes: quotes.get(id) ?? [], better: better.get(id) ?? [],
                found: (found.get(id) ?? []).filter(({ status }) => status !== "dismissed"),
            };
            const text = fingerprint(content);
            const known = before.get(id);
            this.#lines.set(id, known?.text === text ? known : { text, node: this.#node(content) });
        }
        const nodes = [...this.#lines.values()].map(({ node }) => node);
        if (nodes.length !== this.list.children.length || nodes.some((node, index) => node !== this.list.children[index])) {
            this.list.replaceChildren(...nodes);
        }
        if (!this.list.querySelector('a[tabindex="0"]')) makeStop(this.list, this.list.querySelector("a[tabindex]"));
        this.list.hidden = nodes.length === 0;
        this.empty.hidden = nodes.length > 0;
        this.empty.textContent = session.status === "active" ? "Nobody has spoken yet." : "Nobody spoke in this session.";
    }

    /** Marks the line that the play head has reached; none for undefined. */
    mark(line, { follows, isGentle }) {
        const node = this.#lines.get(line?.utteranceId)?.node ?? null;
        if (node === this.#marked) return;
        this.#marked?.classList.remove("current");
        this.#marked?.removeAttribute("aria-current");
        this.#marked = node;
        if (!node) return;
        node.classList.add("current");
        node.setAttribute("aria-current", "true");
        if (!this.list.contains(document.activeElement)) makeStop(this.list, node.querySelector("a[tabindex]"));
        if (follows) reveal(this.node, node, { isGentle });
    }

    /** Points at the line that a link named; null for none. Gives its node. */
    point(utteranceId) {
        this.#pointed?.classList.remove("here");
        this.#pointed = this.#lines.get(utteranceId)?.node ?? null;
        this.#pointed?.classList.add("here");
        if (this.#pointed) reveal(this.node, this.#pointed);
        return this.#pointed;
    }

    #node({ line, name, quotes, better, found }) {
        const { utteranceId, speaker, startTime, text, interrupted } = line;
        return element("li", {
            id: lineId(utteranceId), tabindex: -1, class: speaker === "TRAINEE" ? "line trainee" : "line avatar",
        },
            element("p", { class: "line-head" },
                element("span", { class: "speaker" }, speaker === "TRAINEE" ? "Trainee" : name),
                element("a", {
                    class: "time", href: routes.session(this.sessionId, { time: startTime, place: utteranceId }),
                    tabindex: -1, "data-time": startTime, "data-utterance": utteranceId,
                }, format.clock(startTime)),
                interrupted ? badges.badge("neutral", "Interrupted") : null,
                found.map((finding) => badges.badge(`finding ${finding.status}`,
                    `${format.findingState(finding.status)}: ${format.ruleName(finding).toLowerCase()}`))),
            element("p", { class: "words" }, marked(text, quotes),
                interrupted ? element("span", { class: "cut", "aria-hidden": "true" }, " —") : null),
            better.map(instead));
    }
}

/** The quotes that judgements rest on, by utterance. */
function quotesOf(session) {
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
