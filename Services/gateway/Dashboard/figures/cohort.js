// The cohort: what all sessions that match show together.

import * as api from "../api.js";
import { element, Slot } from "../elements.js";
import * as format from "../formats.js";
import { unknownInteractions } from "../groups.js";
import * as navigation from "../navigation.js";
import * as routes from "../routes.js";
import { makeForm } from "./cohortForm.js";
import * as panels from "./cohortPanels.js";
import { dates } from "./dates.js";

const panel = () => new Slot("section", { class: "panel" });

export class Cohort {
    title = "Cohort";
    #filter;
    #form = makeForm((next) => navigation.go(routes.cohort(next)), routes.cohort());
    #bound = new Slot("div");
    #stats = new Slot("dl", { class: "stats", "aria-label": "Figures" });
    #dropOff = panel();
    #distribution = panel();
    #categories = panel();
    #findings = panel();
    #review = panel();
    #unknown = panel();
    #tables = new Slot("p", { class: "files" });

    constructor({ filter }, announce) {
        this.#filter = filter;
        this.announce = announce;
        this.heading = element("h1", { tabindex: -1 }, "Cohort");
        this.node = element("div", { class: "view", "aria-busy": "true" },
            this.heading, this.#form.node, this.#bound.node, this.#stats.node,
            element("div", { class: "panels two" }, this.#dropOff.node, this.#distribution.node),
            element("div", { class: "panels two" }, this.#categories.node, this.#findings.node),
            element("div", { class: "panels two" }, this.#review.node, this.#unknown.node),
            this.#tables.node);
        this.#form.fill(filter);
    }

    takes(route) {
        return route.view === "cohort";
    }

    moveTo({ filter }) {
        if (JSON.stringify(filter) === JSON.stringify(this.#filter)) return false;
        this.#filter = filter;
        this.node.setAttribute("aria-busy", "true");
        this.#form.fill(filter);
        return true;
    }

    async load(signal) {
        const filter = dates(this.#filter);
        const [cohort] = await Promise.all([api.cohort(filter, signal), this.#form.load(signal)]);
        this.#form.show(cohort.choices);
        this.#bound.show([cohort.isComplete, cohort.limit], () => (cohort.isComplete ? [] : element("p", { class: "box bound" },
            `Computed from the newest ${format.count(cohort.limit)} sessions; older ones match, too. Narrow the dates to see them.`)));
        this.#stats.show(cohort, panels.summary);
        this.#dropOff.show(cohort.dropOff, panels.dropOff);
        this.#distribution.show(cohort.distribution, () => panels.distribution(cohort.distribution, cohort.dropOff.counted));
        this.#categories.show(cohort.categories, () => panels.categories(cohort.categories, cohort.fewest));
        this.#findings.show(cohort.findings, () => panels.findings(cohort.findings, cohort.dropOff.counted, cohort.fewest));
        this.#review.show([cohort.needsReview, cohort.needsReviewSessions],
            () => panels.forReview(cohort.needsReview, cohort.needsReviewSessions));
        this.#unknown.node.hidden = cohort.unknownInteractions.length === 0;
        this.#unknown.show(cohort.unknownInteractions, unknownInteractions);
        this.#tables.show(filter, () => [
            element("a", { class: "button", href: api.cohortTableAddress(filter), download: true }, "These figures (CSV)"),
            element("a", { class: "button", href: api.sessionTableAddress(filter), download: true }, "The sessions (CSV)"),
        ]);
        if (this.node.hasAttribute("aria-busy")) this.announce(`${format.count(cohort.sessions)} sessions`);
        this.node.removeAttribute("aria-busy");
    }
}
