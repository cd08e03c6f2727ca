// The customer's mood, 0 to 10.

import { element } from "/elements.js";

const best = 10;

export class Mood {
    #practice;
    #cells = Array.from({ length: best }, () => element("span", { class: "mood-cell" }));
    #words = element("span", { class: "mood-words" });

    constructor(practice) {
        this.#practice = practice;
        this.meter = element("div", {
            id: "mood", class: "mood-meter", role: "meter", "aria-label": practice.say("call.mood"), "aria-valuemin": 0,
            "aria-valuemax": best,
        }, this.#cells);
        this.node = element("div", { class: "mood" },
            element("span", { class: "mood-label", "aria-hidden": "true" }, practice.say("call.mood")),
            this.meter, this.#words);
    }

    show(value, direction) {
        if (!Number.isFinite(value)) return;
        const trend = ["rising", "falling"].includes(direction) ? this.#practice.say(`call.${direction}`) : "";
        const arrow = { rising: "↑", falling: "↓" }[direction] ?? "";
        const text = this.#practice.say("call.moodOf", { value });
        this.#cells.forEach((cell, index) => cell.classList.toggle("full", index < value));
        this.meter.setAttribute("aria-valuenow", String(value));
        this.meter.setAttribute("aria-valuetext", trend ? `${text}, ${trend}` : text);
        this.#words.replaceChildren(text,
            arrow ? element("span", { class: `trend ${direction}`, title: trend }, ` ${arrow}`) : "");
    }
}
