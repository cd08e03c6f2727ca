// A bar that shows how loud the microphone is.

import { element } from "/elements.js";

const quietest = -60;
const loudest = -6;
const tellEveryMs = 1_000;

/** 0 for silence, 1 for loud speech. */
export const loudness = (decibels) =>
    Number.isFinite(decibels) ? Math.min(1, Math.max(0, (decibels - quietest) / (loudest - quietest))) : 0;

export class LevelMeter {
    #fill = element("span", { class: "level-fill" });
    #value = 0;
    #drawing = null;
    #toldAt = 0;

    constructor(label) {
        this.node = element("div", {
            class: "level", role: "meter", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100,
            "aria-valuenow": 0,
        }, this.#fill);
    }

    /** Falls more slowly than it rises, so that the eye can follow. */
    show(decibels) {
        const next = loudness(decibels);
        this.#value = next > this.#value ? next : this.#value * 0.9 + next * 0.1;
        this.#drawing ??= requestAnimationFrame(() => {
            this.#drawing = null;
            this.#fill.style.setProperty("--level", this.#value.toFixed(3));
            const now = performance.now();
            if (now - this.#toldAt < tellEveryMs) return;
            this.#toldAt = now;
            this.node.setAttribute("aria-valuenow", String(Math.round(this.#value * 100)));
        });
    }
}
