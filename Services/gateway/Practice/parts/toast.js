// A short message over the page that says what has just been done, wherever the page is scrolled to.

import { element } from "/elements.js";

const shownMs = 6_000;

export class Toast {
    #timer = null;
    #text = element("p", { class: "toast-text" });

    constructor() {
        // Always there and only filled later: screen readers do not read a live region that has just appeared.
        this.node = element("div", { class: "toast", role: "status" }, this.#text);
    }

    /** @param lines what was done, and what came of it */
    show(...lines) {
        clearTimeout(this.#timer);
        this.#text.textContent = lines.filter(Boolean).join(" ");
        this.node.classList.add("shown");
        this.#timer = setTimeout(() => this.hide(), shownMs);
    }

    hide() {
        clearTimeout(this.#timer);
        this.node.classList.remove("shown");
        this.#text.textContent = "";
    }
}
