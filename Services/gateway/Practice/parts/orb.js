// One circle whose colour and motion show what the voice is doing, with the same in words below it.

import { element } from "/elements.js";
import { loudness } from "./levelMeter.js";

export class Orb {
    /** Not live: a screen reader would talk over the customer at every turn. */
    #words = element("p", { class: "orb-words", id: "orb-words", role: "status", "aria-live": "off" });
    #level = 0;
    #drawing = null;

    constructor() {
        this.orb = element("div", { id: "orb", class: "orb", "data-state": "connecting", "aria-hidden": "true" },
            element("span", { class: "halo" }), element("span", { class: "core" }));
        this.node = element("div", { class: "orb-stage" }, this.orb, this.#words);
    }

    show(state, words) {
        this.orb.dataset.state = state;
        if (this.#words.textContent !== words) this.#words.textContent = words;
    }

    /** Who speaks moves the circle: the trainee while the customer listens, the customer while she speaks. */
    move(decibels) {
        const next = loudness(decibels);
        this.#level = Math.max(next, this.#level * 0.85);
        this.#drawing ??= requestAnimationFrame(() => {
            this.#drawing = null;
            this.orb.style.setProperty("--level", this.#level.toFixed(3));
        });
    }
}
