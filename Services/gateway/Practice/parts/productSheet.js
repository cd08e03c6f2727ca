// What is true about the products, at hand before and during the call.

import { element } from "/elements.js";
import { foreign } from "./controls.js";

/** Folded away; loaded when it is opened first. */
export function productSheet(practice) {
    const body = element("div", { class: "stack sheet" });
    let isLoaded = false;
    const node = element("details", { class: "panel sheet-panel" },
        element("summary", {}, element("h2", {}, practice.say("sheet.title"))), body);
    node.addEventListener("toggle", async () => {
        if (!node.open || isLoaded) return;
        isLoaded = true;
        try {
            const { items } = await practice.rest.get("/api/products");
            body.replaceChildren(...items.map(product));
        } catch (error) {
            isLoaded = false;
            body.replaceChildren(element("p", { class: "problem-text", role: "alert" }, practice.problem(error)));
        }
    });
    return node;
}

// The sheet is written in English, like the customers' files.
const product = ({ name, kind, facts }) => element("section", { lang: "en" },
    element("h3", {}, name, " ", element("span", { class: "quiet-text" }, kind)),
    element("ul", { class: "facts-list" }, facts.map(({ text }) => foreign("li", "en", {}, text))));
