// Categories by personas: where a trainee is strong, and how many calls say so.

import { element } from "../elements.js";
import { interval, method, points } from "./estimates.js";

export function heatmap({ categories, personas, fewest }) {
    const heading = element("h2", { id: "heatmap-heading" }, "Categories by persona");
    if (categories.length === 0) return [heading, element("p", { class: "quiet-text" }, "No category has been judged yet.")];
    return [
        heading,
        element("div", { class: "scroll", role: "region", "aria-labelledby": "heatmap-heading", tabindex: 0 },
            element("table", { class: "heatmap" },
                element("thead", {}, element("tr", {},
                    element("th", { scope: "col" }, "Category"),
                    element("th", { scope: "col" }, "All"),
                    personas.map(({ name }) => element("th", { scope: "col" }, name)))),
                element("tbody", {}, categories.map(({ title, all, cells }) => element("tr", {},
                    element("th", { scope: "row" }, title),
                    [all, ...cells].map((cell) => shown(cell, fewest))))))),
        element("ul", { class: "keys", "aria-label": "Colours" },
            ["below 40", "40 to 59", "60 to 79", "80 and above"].map((name, band) =>
                element("li", {}, element("span", { class: `key heat-${band}`, "aria-hidden": "true" }), name)),
            element("li", {}, element("span", { class: "key heat-few", "aria-hidden": "true" }), `fewer than ${fewest} calls`)),
        method(fewest),
    ];
}

function shown(cell, fewest) {
    if (cell.n === 0) return element("td", { class: "heat none" }, element("span", { class: "unseen" }, "no calls"), "–");
    const band = cell.n < fewest ? "few" : [40, 60, 80].filter((bound) => cell.value >= bound).length;
    return element("td", { class: `heat heat-${band}`, title: `95 % interval ${interval(cell)}` },
        element("span", { class: "heat-value" }, points(cell.value)), " ", element("span", { class: "heat-n" }, `n ${cell.n}`));
}
