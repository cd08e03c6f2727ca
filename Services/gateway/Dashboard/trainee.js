// One trainee's progress.

import * as api from "./api.js";
import { numbers, progress } from "./charts.js";
import { element, Slot } from "./elements.js";
import * as format from "./formats.js";
import { comparison, figures, outcomeKey } from "./groups.js";
import * as routes from "./routes.js";
import { SessionTable } from "./sessionTable.js";

const mostShown = 200;
const recent = 5;

export class Trainee {
    #traineeId;
    #active = 0;
    #stats = new Slot("dl", { class: "stats", "aria-label": "Figures" });
    #chart = new Slot("section", { class: "panel" });
    #personas = new Slot("section", { class: "panel" });
    #table = new SessionTable("Sessions of this trainee, newest first");
    #note = new Slot("div", { class: "list-state" });

    constructor({ traineeId }) {
        this.#traineeId = traineeId;
        this.title = `Trainee ${traineeId}`;
        this.heading = element("h1", { tabindex: -1 }, traineeId);
        this.node = element("div", { class: "view", "aria-busy": "true" },
            element("p", { class: "back" }, element("a", { href: routes.back() }, "All sessions")),
            element("div", { class: "title" }, element("p", { class: "kicker" }, "Trainee"), this.heading),
            this.#stats.node,
            element("div", { class: "panels progress-row" }, this.#chart.node, this.#personas.node),
            element("section", { class: "panel flush", "aria-label": "Sessions" }, this.#table.node, this.#note.node));
    }

    takes(route) {
        return route.view === "trainee" && route.traineeId === this.#traineeId;
    }

    moveTo() {
        return false;
    }

    focusSession(sessionId) {
        this.#table.focus(sessionId);
    }

    interval() {
        return this.#active > 0 ? 4_000 : 30_000;
    }

    async load(signal) {
        const page = await api.dashboard({ traineeId: this.#traineeId, limit: mostShown }, signal);
        this.#active = page.stats.activeSessions;
        this.#stats.show(page.stats, figures);
        const all = page.items.filter((item) => Number.isFinite(item.score)).reverse();
        // A session that a technical fault or the customer spoiled says nothing about the trainee.
        const scored = all.filter((item) => item.counted !== false);
        const left = all.length - scored.length;
        this.#chart.show([scored, left], () => chart(scored, left));
        this.#personas.show(page.stats.byPersona, (groups) => comparison({
            title: "By persona", column: "Persona", groups,
            address: (group) => routes.overview({ traineeId: this.#traineeId, personaId: group.key }),
        }));
        this.#table.show(page.items);
        this.#table.node.hidden = page.items.length === 0;
        this.#note.show({ shown: page.items.length, total: page.stats.totalSessions }, () =>
            page.items.length === 0
                ? element("div", { class: "empty" }, element("h2", {}, "No sessions of this trainee"))
                : element("p", { class: "count" }, `${format.count(page.items.length)} of `
                    + `${format.count(page.stats.totalSessions)} sessions`));
        this.node.removeAttribute("aria-busy");
    }
}

function chart(scored, left) {
    const heading = element("h2", {}, "Score over time");
    const leftOut = left > 0 ? ` ${format.count(left)} not counted and left out.` : "";
    if (scored.length === 0) {
        return [heading, element("p", { class: "quiet-text" }, `No scored session that counts yet.${leftOut}`)];
    }
    const label = (item) => `${item.sessionId}, ${format.date(item.createdAt)}: ${item.score}, `
        + `${format.outcome(item.outcome).toLowerCase()}, ${item.personaName}`;
    const mean = (items) => items.reduce((sum, item) => sum + item.score, 0) / items.length;
    const change = scored.length >= 2 * recent ? mean(scored.slice(-recent)) - mean(scored.slice(0, recent)) : null;
    return [
        heading,
        element("p", { class: "quiet-text" },
            `Best ${Math.max(...scored.map((item) => item.score))}, latest ${scored.at(-1).score}.`,
            change === null ? "" : ` The last ${recent} average ${format.average(Math.abs(change))} points `
                + `${change >= 0 ? "above" : "below"} the first ${recent}.`,
            leftOut),
        progress(scored.map((item) => ({
            label: label(item), score: item.score, outcome: item.outcome, href: routes.session(item.sessionId),
        }))),
        element("ul", { class: "keys" }, format.outcomeNames.map(([kind, name]) => element("li", {}, outcomeKey(kind), name))),
        numbers("progress-numbers", "Show the numbers", ["Session", "Date", "Persona", "Score", "Outcome"],
            scored.map((item) => [
                item.sessionId, format.date(item.createdAt), item.personaName, String(item.score), format.outcome(item.outcome),
            ])),
    ];
}
