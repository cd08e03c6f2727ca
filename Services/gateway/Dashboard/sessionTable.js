// The list of sessions, in the overview and on a trainee's page.

import * as badges from "./badges.js";
import { element, fingerprint } from "./elements.js";
import * as format from "./formats.js";
import * as navigation from "./navigation.js";
import * as routes from "./routes.js";

const columns = [
    ["Session", "id"], ["Trainee", "trainee"], ["Persona", "persona"], ["Outcome", "result"], ["Verdict", "verdict"],
    ["Score", "number score"], ["Date", "date"], ["Duration", "number duration"],
];

/** A table whose rows stay in place while the list is refreshed; only a row that has changed is rendered again. */
export class SessionTable {
    #rows = new Map();
    #body = element("tbody", { role: "rowgroup", on: { click: (event) => follow(event) } });

    constructor(caption) {
        // The elements have these roles anyway; set explicitly, they survive the narrow layout's `display: grid`.
        this.node = element("table", { class: "sessions", role: "table" },
            element("caption", { class: "unseen" }, caption),
            element("thead", { role: "rowgroup" },
                element("tr", { role: "row" }, columns.map(([name, kind]) =>
                    element("th", { scope: "col", role: "columnheader", class: kind }, name)))),
            this.#body);
    }

    show(items) {
        const before = this.#rows;
        this.#rows = new Map();
        for (const item of items) {
            const text = fingerprint(item);
            const known = before.get(item.sessionId);
            const row = known?.text === text ? known.row : makeRow(item);
            this.#rows.set(item.sessionId, { text, row });
        }
        const focused = document.activeElement?.closest?.("tr")?.dataset.session;
        let place = this.#body.firstChild;
        for (const { row } of this.#rows.values()) {
            if (row === place) place = place.nextSibling;
            else this.#body.insertBefore(row, place);
        }
        while (place) {
            const next = place.nextSibling;
            place.remove();
            place = next;
        }
        if (focused && document.activeElement === document.body) this.focus(focused);
    }

    focus(sessionId) {
        this.#rows.get(sessionId)?.row.querySelector("a")?.focus();
    }
}

function makeRow(item) {
    const cell = (kind, label, ...content) =>
        element("td", { class: kind, role: "cell", "data-label": label }, ...content);
    return element("tr", { role: "row", "data-session": item.sessionId },
        element("th", { scope: "row", role: "rowheader", class: "id" },
            element("a", { href: routes.session(item.sessionId) }, item.sessionId)),
        cell("trainee", "Trainee", element("a", { href: routes.trainee(item.traineeId) }, item.traineeId)),
        cell("persona", "Persona", item.personaName),
        cell("result", "Outcome", badges.outcome(item)),
        cell("verdict", "Verdict",
            element("span", { class: "badges" }, badges.verdict(item), badges.rejudging(item), badges.waiting(item))),
        cell("number score", "Score", element("strong", {}, format.count(item.score))),
        cell("date", "Date", element("time", { datetime: item.createdAt }, format.date(item.createdAt))),
        cell("number duration", "Duration", format.duration(item.durationMs)));
}

/** A click anywhere in a row opens its session, unless it was meant for a link or selects text. */
function follow(event) {
    const row = event.target.closest("tr");
    if (!row || event.target.closest("a") || String(getSelection())) return;
    navigation.go(routes.session(row.dataset.session));
}
