// One trainee's progress.

import * as api from "./api.js";
import { numbers, progress as curve } from "./charts.js";
import { element, Slot } from "./elements.js";
import { EraseControl } from "./eraseControl.js";
import { heatmap } from "./figures/heatmap.js";
import { headline, nextPractice } from "./figures/progress.js";
import * as format from "./formats.js";
import { comparison, figures, outcomeKey } from "./groups.js";
import * as routes from "./routes.js";
import { SessionTable } from "./sessionTable.js";

const mostShown = 200;

export class Trainee {
    #traineeId;
    #items = [];
    #stats = new Slot("dl", { class: "stats", "aria-label": "Figures" });
    #chart = new Slot("section", { class: "panel" });
    #next = new Slot("section", { class: "panel" });
    #personas = new Slot("section", { class: "panel" });
    #heatmap = new Slot("section", { class: "panel" });
    #table = new SessionTable("Sessions of this trainee, newest first");
    #note = new Slot("div", { class: "list-state" });
    #erase;

    constructor({ traineeId }) {
        this.#traineeId = traineeId;
        this.title = `Trainee ${traineeId}`;
        this.#erase = new EraseControl({
            id: traineeId, erase: api.eraseTrainee,
            what: "Deletes all sessions of this trainee, from whichever client, with everything that belongs to them.",
        });
        this.heading = element("h1", { tabindex: -1 }, traineeId);
        this.node = element("div", { class: "view", "aria-busy": "true" },
            element("p", { class: "back" }, element("a", { href: routes.back() }, "All sessions")),
            element("div", { class: "title" }, element("p", { class: "kicker" }, "Trainee"), this.heading),
            this.#stats.node,
            element("div", { class: "panels progress-row" }, this.#chart.node,
                element("div", { class: "column" }, this.#next.node, this.#personas.node)),
            this.#heatmap.node,
            element("section", { class: "panel flush", "aria-label": "Sessions" }, this.#table.node, this.#note.node),
            this.#erase.node);
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

    /** The address of the stream of this trainee's live sessions. */
    live() {
        return api.liveAddress({ traineeId: this.#traineeId });
    }

    /** Takes an event of the stream. False if a session has begun, ended or been scored: the figures change. */
    take(name, { sessions, gone = [] }) {
        const known = new Map(this.#items.map((item) => [item.sessionId, item]));
        const told = new Map(sessions.map((item) => [item.sessionId, item]));
        const hasEnded = name === "state"
            && this.#items.some((item) => item.status === "active" && !told.has(item.sessionId));
        const changes = ({ sessionId, status, score, phase }) => {
            const before = known.get(sessionId);
            return before?.status !== status || before.score !== score || (phase === "filed" && before.phase !== phase);
        };
        if (hasEnded || gone.length > 0 || sessions.some(changes)) return false;
        this.#items = this.#items.map((item) => told.get(item.sessionId) ?? item);
        this.#table.show(this.#items);
        return true;
    }

    async load(signal) {
        const [page, progress] = await Promise.all([
            api.dashboard({ traineeId: this.#traineeId, limit: mostShown }, signal),
            api.progress(this.#traineeId, signal),
        ]);
        this.#items = page.items;
        this.#stats.show(page.stats, figures);
        this.#chart.show([progress.counted, progress.leftOut, progress.isComplete, progress.change], () => chart(progress));
        this.#next.show([progress.next ?? null, progress.fewest], () => nextPractice(progress.next, progress.fewest));
        this.#personas.show(page.stats.byPersona, (groups) => comparison({
            title: "By persona", column: "Persona", groups,
            address: (group) => routes.overview({ traineeId: this.#traineeId, personaId: group.key }),
        }));
        this.#heatmap.show([progress.categories, progress.personas, progress.fewest], () => heatmap(progress));
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

function chart(progress) {
    const { counted, leftOut, isComplete } = progress;
    const heading = element("h2", {}, "Progress");
    const notes = [
        leftOut > 0 ? `${format.count(leftOut)} ended ${leftOut === 1 ? "session does" : "sessions do"} not count.` : "",
        isComplete ? "" : "Older sessions were not read.",
    ].filter(Boolean).join(" ");
    if (counted.length === 0) {
        return [heading, element("p", { class: "quiet-text" }, `No scored session that counts yet. ${notes}`)];
    }
    const label = (item) => `${item.sessionId}, ${format.date(item.createdAt)}: ${item.score}, `
        + `${format.outcome(item.outcome).toLowerCase()}, ${item.personaName}`;
    return [
        heading,
        headline(progress),
        curve(counted.map((item) => ({
            label: label(item), score: item.score, outcome: item.outcome, href: routes.session(item.sessionId),
        }))),
        element("ul", { class: "keys" }, format.outcomeNames.map(([kind, name]) => element("li", {}, outcomeKey(kind), name))),
        notes ? element("p", { class: "quiet-text" }, notes) : null,
        numbers("progress-numbers", "Show the numbers", ["Session", "Date", "Persona", "Score", "Outcome"],
            counted.map((item) => [
                item.sessionId, format.date(item.createdAt), item.personaName, String(item.score), format.outcome(item.outcome),
            ])),
    ];
}
