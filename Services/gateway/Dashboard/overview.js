// All sessions: figures, comparisons, filters and the list.

import * as api from "./api.js";
import { element, Slot } from "./elements.js";
import { dates } from "./figures/dates.js";
import * as format from "./formats.js";
import { comparison, figures, outcomes, unknownInteractions } from "./groups.js";
import * as navigation from "./navigation.js";
import * as routes from "./routes.js";
import { SessionTable } from "./sessionTable.js";

const pageSize = 50;
const largestPage = 200;
const groupsShown = 5;

export class Overview {
    title = "Sessions";
    #filter;
    #items = [];
    #cursor = null;
    #figures = null;
    #loading = null;
    #allGroups = new Set();
    #table = new SessionTable("Sessions, newest first");
    #stats = new Slot("dl", { class: "stats", "aria-label": "Figures" });
    #charts = new Slot("div", { class: "panels three" });
    #unknown = new Slot("section", { class: "panel", "aria-label": "Unknown VR interactions" });
    #list = new Slot("div", { class: "list-state" });
    #tables = new Slot("p", { class: "actions", "data-for-readers": true });
    #more;
    #form;
    #shown = false;

    constructor({ filter }, announce) {
        this.#filter = filter;
        this.announce = announce;
        this.heading = element("h1", { tabindex: -1 }, "Sessions");
        this.#form = makeForm((next) => navigation.go(routes.overview(next)));
        this.#more = element("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#loadMore() } },
            "Show more");
        this.node = element("div", { class: "view", "aria-busy": "true" },
            this.heading, this.#stats.node, this.#charts.node,
            element("section", { "aria-label": "Session list" },
                this.#form.node,
                element("div", { class: "panel flush" }, this.#table.node, this.#list.node,
                    element("p", { class: "more" }, this.#more)),
                this.#tables.node),
            this.#unknown.node);
        this.#table.node.hidden = true;
        this.#unknown.node.hidden = true;
        this.#form.fill(filter);
    }

    takes(route) {
        return route.view === "overview";
    }

    /** After a change of the filter, the figures and the list are loaded again. */
    moveTo(route) {
        if (JSON.stringify(route.filter) === JSON.stringify(this.#filter)) return false;
        this.#filter = route.filter;
        this.#items = [];
        this.#cursor = null;
        this.#shown = false;
        this.node.setAttribute("aria-busy", "true");
        this.#form.fill(route.filter);
        return true;
    }

    /** The address of the stream of live sessions that match. */
    live() {
        const { traineeId, personaId } = this.#filter;
        return api.liveAddress({ traineeId, personaId });
    }

    /** Takes an event of the stream. False if the list has to be loaded again. */
    take(name, { sessions, gone = [], isComplete }) {
        const { outcome, status, from, to } = this.#filter;
        const told = new Map(sessions.map((item) => [item.sessionId, item]));
        const known = new Map(this.#items.map((item) => [item.sessionId, item]));
        // What was live when the list was loaded and is not in the state has ended in between.
        const isStale = name === "state" && isComplete
            && this.#items.some((item) => item.status === "active" && !told.has(item.sessionId));
        const isNew = sessions.some((item) => !known.has(item.sessionId));
        if (isStale || gone.length > 0 || (isNew && (outcome || status || from || to))) return false;
        if (status || outcome) {
            if (sessions.some((item) => known.get(item.sessionId)?.status !== item.status)) return false;
        }
        const countsOf = ({ phase, status: state, score, outcome: end } = {}) => [phase === "filed", state, score, end].join();
        const isCounted = sessions.some((item) => countsOf(item) !== countsOf(known.get(item.sessionId)));
        this.#items = [
            ...(this.#cursor && name === "state" ? [] : sessions.filter((item) => !known.has(item.sessionId))),
            ...this.#items.map((item) => told.get(item.sessionId) ?? item),
        ].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
        if (isCounted) this.#loadFigures();
        this.#showList();
        return true;
    }

    /** One request at a time, and another one if something has changed meanwhile. */
    async #loadFigures() {
        if (this.#loading) {
            this.#loading = "again";
            return;
        }
        this.#loading = "once";
        try {
            this.#figures = await api.statistics(dates(this.#filter));
            this.#render();
        } catch {
            // The next event loads them again; the stream tells whether the server is there.
        }
        const again = this.#loading === "again";
        this.#loading = null;
        if (again) this.#loadFigures();
    }

    async load(signal) {
        const filter = dates(this.#filter);
        const limit = Math.min(largestPage, Math.max(pageSize, this.#items.length));
        const [page] = await Promise.all([api.dashboard({ ...filter, limit }, signal), this.#form.load(signal)]);
        this.#merge(page);
        this.#form.suggest(page.stats.byTrainee, Object.keys(this.#filter).length === 0);
        this.#figures = page.stats;
        this.#render();
        this.node.removeAttribute("aria-busy");
        if (!this.#shown) this.announce(`${format.count(page.stats.totalSessions)} sessions`);
        this.#shown = true;
    }

    /** Replaces the first page by a fresh one, and keeps the pages after it. */
    #merge(page) {
        const fresh = new Set(page.items.map((item) => item.sessionId));
        const oldest = page.items.at(-1)?.createdAt;
        const rest = page.nextCursor
            ? this.#items.filter((item) => !fresh.has(item.sessionId) && item.createdAt <= oldest) : [];
        if (rest.length === 0) this.#cursor = page.nextCursor ?? null;
        this.#items = [...page.items, ...rest];
    }

    async #loadMore() {
        if (!this.#cursor) return;
        this.#more.disabled = true;
        try {
            const page = await api.sessions({ ...dates(this.#filter), limit: pageSize, cursor: this.#cursor });
            const known = new Set(this.#items.map((item) => item.sessionId));
            const added = page.items.filter((item) => !known.has(item.sessionId));
            this.#items.push(...added);
            this.#cursor = page.nextCursor ?? null;
            this.#showList();
            this.announce(`${added.length} more sessions, ${this.#items.length} in all`);
            if (added.length > 0) this.#table.focus(added[0].sessionId);
        } catch (error) {
            this.announce(error.message);
            this.#more.textContent = "Could not load; try again";
        }
        this.#more.disabled = false;
    }

    #render() {
        const stats = this.#figures;
        this.#tables.show(this.#filter, () => element("a", {
            class: "button", href: api.sessionTableAddress(dates(this.#filter)), download: true,
        }, "These sessions as a table (CSV)"));
        this.#stats.show(stats, figures);
        this.#charts.show({ stats, all: [...this.#allGroups] }, () => [
            element("section", { class: "panel" }, outcomes(stats)),
            this.#groups({
                title: "By persona", column: "Persona", groups: stats.byPersona,
                address: (group) => routes.overview({ ...this.#filter, personaId: group.key }),
            }),
            this.#groups({
                title: "By trainee", column: "Trainee", groups: stats.byTrainee,
                address: (group) => routes.trainee(group.key),
            }),
        ]);
        const unknown = stats.unknownInteractions ?? [];
        this.#unknown.node.hidden = unknown.length === 0;
        this.#unknown.show(unknown, unknownInteractions);
        this.#showList();
    }

    #showList() {
        this.#table.show(this.#items);
        this.#table.node.hidden = this.#items.length === 0;
        this.#more.hidden = !this.#cursor;
        this.#more.textContent = "Show more";
        const total = this.#figures.totalSessions;
        const isFiltered = Object.keys(this.#filter).length > 0;
        this.#list.show({ shown: this.#items.length, total, isFiltered }, () => {
            if (this.#items.length > 0) {
                return element("p", { class: "count" },
                    `${format.count(this.#items.length)} of ${format.count(total)} sessions`);
            }
            return isFiltered
                ? element("div", { class: "empty" },
                    element("h2", {}, "No session matches these filters"),
                    element("p", {}, element("a", { class: "button", href: routes.overview() }, "Clear the filters")))
                : element("div", { class: "empty" },
                    element("h2", {}, "No sessions yet"),
                    element("p", {}, "A session appears here as soon as a headset or a web client starts one. To see one now, "
                        + "run ", element("code", {}, "deploy/demo"), " on the server."));
        });
    }

    #groups(content) {
        const count = content.groups.length;
        const all = this.#allGroups.has(content.title);
        return element("section", { class: "panel" },
            comparison({ ...content, limit: all ? Infinity : groupsShown }),
            count > groupsShown ? element("button", {
                class: "button quiet", type: "button", id: `all-${content.column.toLowerCase()}`, "aria-expanded": String(all),
                on: { click: () => this.#toggle(content.title) },
            }, all ? "Show fewer" : `Show all ${count}`) : null);
    }

    #toggle(title) {
        if (!this.#allGroups.delete(title)) this.#allGroups.add(title);
        this.#render();
    }

    focusSession(sessionId) {
        this.#table.focus(sessionId);
    }
}

function makeForm(apply) {
    const option = (value, name) => element("option", { value }, name);
    const trainees = element("datalist", { id: "trainee-names" });
    const persona = element("select", { id: "filter-persona", name: "personaId" }, option("", "All personas"));
    const fields = [
        ["Trainee", element("input", {
            id: "filter-trainee", name: "traineeId", list: "trainee-names", autocomplete: "off", maxlength: 64,
            placeholder: "All trainees", spellcheck: "false",
        })],
        ["Persona", persona],
        ["Outcome", element("select", { id: "filter-outcome", name: "outcome" }, option("", "All outcomes"),
            format.outcomeNames.map(([value, name]) => option(value, name)))],
        ["State", element("select", { id: "filter-status", name: "status" },
            option("", "Live and ended"), option("active", "Live"), option("ended", "Ended"))],
        ["From", element("input", { id: "filter-from", name: "from", type: "date" })],
        ["To", element("input", { id: "filter-to", name: "to", type: "date" })],
    ];
    const values = () => Object.fromEntries(
        [...new FormData(node)].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value));
    const clear = element("a", { class: "button quiet", href: routes.overview() }, "Clear");
    const node = element("form", {
        class: "filters", role: "search", "aria-label": "Filter sessions",
        on: {
            submit: (event) => { event.preventDefault(); apply(values()); },
            change: () => apply(values()),
        },
    },
        fields.map(([name, control]) => element("p", { class: "field" },
            element("label", { for: control.id }, name), control)),
        element("p", { class: "field actions" }, element("button", { class: "button", type: "submit" }, "Apply"), clear),
        trainees);
    let wanted = {};
    let hasPersonas = false;

    return {
        node,
        fill(filter) {
            wanted = filter;
            for (const [, control] of fields) control.value = filter[control.name] ?? "";
            clear.hidden = Object.keys(filter).length === 0;
        },
        async load(signal) {
            if (hasPersonas) return;
            const { items } = await api.personas(signal);
            persona.replaceChildren(option("", "All personas"),
                ...items.map((item) => option(item.id, [item.name, item.type, item.language].filter(Boolean).join(" · "))));
            persona.value = wanted.personaId ?? "";
            hasPersonas = true;
        },
        /** The names suggested while typing are those of all sessions, not only of the filtered ones. */
        suggest(groups, isWhole) {
            if (isWhole || trainees.childElementCount === 0) {
                trainees.replaceChildren(...groups.map((group) => option(group.key, "")));
            }
        },
    };
}
