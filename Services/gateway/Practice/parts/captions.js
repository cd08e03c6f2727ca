// The last turns as text.

import { element } from "/elements.js";
import { clock } from "./controls.js";

const mostLines = 30;

export class Captions {
    #practice;
    #talk;
    #list;
    #log;
    #nodes = new Map();
    /** Whether the last line is in sight, as long as the reader does not scroll back. */
    #isFollowing = true;

    constructor(practice, talk) {
        this.#practice = practice;
        this.#talk = talk;
        this.#list = element("ol", { id: "caption-list" });
        this.#log = element("div", {
            class: "captions", role: "log", "aria-live": "polite", "aria-relevant": "additions text",
            "aria-label": practice.say("call.captions"), tabindex: 0,
        }, this.#list);
        this.#log.addEventListener("scroll", () => { this.#isFollowing = this.#isAtEnd; }, { passive: true });
        // A phone that is turned breaks the lines anew, and the last one would be out of sight for the rest of the call.
        new ResizeObserver(() => this.#follow()).observe(this.#log);
        this.empty = element("p", { class: "quiet-text captions-empty" }, practice.say("call.nothingYet"));
        this.node = element("div", { class: "captions-box" }, this.empty, this.#log);
    }

    /** Lines and deeds in the order of their times. A line that has changed keeps its place and its node. */
    show() {
        const lines = this.#talk.call.lines.slice(-mostLines).map((line) => (
            { key: `u:${line.utteranceId}`, time: line.startTime, line }));
        const deeds = this.#talk.deeds.map((deed, index) => ({ key: `d:${index}`, time: deed.time, deed }));
        const all = [...lines, ...deeds].sort((a, b) => a.time - b.time).slice(-mostLines);
        this.empty.hidden = all.length > 0;
        const keys = new Set(all.map(({ key }) => key));
        for (const [key, { node }] of this.#nodes) {
            if (keys.has(key)) continue;
            node.remove();
            this.#nodes.delete(key);
        }
        let before = null;
        for (const entry of all) {
            const node = this.#node(entry);
            const place = before ? before.nextSibling : this.#list.firstChild;
            if (node !== place) this.#list.insertBefore(node, place);
            before = node;
        }
        this.#follow();
    }

    get #isAtEnd() {
        return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    }

    #follow() {
        if (this.#isFollowing) this.#log.scrollTop = this.#log.scrollHeight;
    }

    #node({ key, line, deed }) {
        const kept = this.#nodes.get(key) ?? { node: element("li", {}), shown: null };
        this.#nodes.set(key, kept);
        const content = line ? [line.text, line.interrupted] : [deed.state, deed.code];
        const shown = JSON.stringify(content);
        if (shown === kept.shown) return kept.node;
        kept.shown = shown;
        if (line) this.#fillLine(kept.node, line);
        else this.#fillDeed(kept.node, deed);
        return kept.node;
    }

    #fillLine(node, { speaker, text, interrupted, utteranceId }) {
        const isMine = speaker === "TRAINEE";
        const name = isMine
            ? this.#practice.say("call.you") : this.#talk.persona?.name ?? this.#practice.say("call.customer");
        const language = this.#talk.scenario?.language ?? this.#talk.persona?.language;
        node.className = isMine ? "caption mine" : "caption";
        node.dataset.speaker = speaker;
        node.dataset.utterance = utteranceId;
        node.replaceChildren(
            element("span", { class: "caption-speaker" }, name),
            element("span", { class: "caption-words", lang: language },
                text === "[inaudible]" ? this.#practice.say("call.inaudible") : text, interrupted ? " —" : ""));
    }

    #fillDeed(node, { name, time, state, code }) {
        node.className = `caption deed ${state}`;
        const key = this.#practice.words.has(`call.refused.${code}`) ? code : "other";
        node.replaceChildren(
            element("span", { class: "deed-time" }, clock(time)),
            element("span", {}, this.#practice.say(`counter.done.${name}`),
                state === "refused" ? ` – ${this.#practice.say(`call.refused.${key}`)}` : ""));
    }
}
