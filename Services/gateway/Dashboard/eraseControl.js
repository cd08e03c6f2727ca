// Erasing a session or a trainee, for admins. Nothing brings back what is erased, so its id has to be typed.

import * as api from "./api.js";
import { element } from "./elements.js";
import * as routes from "./routes.js";

export class EraseControl {
    /** Whether it is erased: then there is nothing to load any more. */
    isDone = false;
    #id;
    #erase;
    #announce;
    #problem = element("p", { class: "problem-text", role: "alert" });
    #button = element("button", { type: "submit", class: "button", disabled: true }, "Erase for good");
    #typed = element("input", { type: "text", id: "erase-id", autocomplete: "off", on: { input: () => this.#check() } });

    /**
     * @param what - says what goes, as a sentence.
     * @param erase - sends the request and returns the signed receipt.
     */
    constructor({ id, what, erase, announce = () => {} }) {
        this.#id = id;
        this.#erase = erase;
        this.#announce = announce;
        this.node = element("section", { class: "panel erase", "aria-label": "Erase", hidden: true },
            element("details", { id: "erase" },
                element("summary", {}, "Erase…"),
                element("form", { on: { submit: (event) => this.#submit(event) } },
                    element("p", {}, what, " This cannot be undone."),
                    element("p", {},
                        element("label", { for: "erase-id" }, "Type ", element("strong", {}, id), " to confirm "), this.#typed),
                    this.#problem,
                    element("p", {}, this.#button))));
        api.who().then(({ role }) => { this.node.hidden = role !== "admin"; }, () => {});
    }

    #check() {
        this.#button.disabled = this.#typed.value.trim() !== this.#id;
    }

    async #submit(event) {
        event.preventDefault();
        if (this.#typed.value.trim() !== this.#id || this.isDone) return;
        this.#button.disabled = true;
        this.#problem.textContent = "";
        try {
            this.#show(await this.#erase(this.#id));
        } catch (error) {
            this.#problem.textContent = error.message;
            this.#check();
        }
    }

    #show(receipt) {
        this.isDone = true;
        const heading = element("h2", { tabindex: -1 }, "Erased");
        this.node.replaceChildren(heading,
            element("p", {}, "Keep the receipt: it is the proof of the erasure, and it names nobody."),
            element("textarea", { readonly: true, rows: 8, "aria-label": "Receipt" }, JSON.stringify(receipt)),
            element("p", {}, element("a", { href: routes.back() }, "All sessions")));
        heading.focus();
        this.#announce("Erased.");
    }
}
