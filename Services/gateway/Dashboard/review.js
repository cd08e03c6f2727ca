// The trainers' queue, and a session of the blind sample on its way through it.

import * as api from "./api.js";
import { badge } from "./badges.js";
import { element, Slot } from "./elements.js";
import * as format from "./formats.js";
import { ReviewPanel } from "./reviewPanel.js";
import * as routes from "./routes.js";

const why = {
    dispute: ["failed", "Dispute", "The trainee disagrees and waits for an answer"],
    needs_review: ["review", "Needs review", "A person should look at this score"],
    sample: ["neutral", "Blind sample", "Score it without seeing the machine's numbers"],
};

export class Review {
    again = 30_000;
    #list = new Slot("div");
    #agreement = new Slot("section", { class: "panel", "aria-labelledby": "agreement-title" });
    #more = element("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#loadMore() } },
        "Show more");
    #items = [];
    #cursor = null;

    constructor(route, announce) {
        this.title = "Review";
        this.announce = announce;
        this.heading = element("h1", { tabindex: -1 }, "Review");
        this.node = element("div", { class: "view", "aria-busy": "true" },
            element("p", { class: "back" }, element("a", { href: routes.back() }, "All sessions")),
            element("div", { class: "title" }, this.heading),
            element("section", { class: "panel flush queue", "aria-label": "Sessions that wait for a person" },
                this.#list.node, element("p", { class: "more" }, this.#more)),
            this.#agreement.node);
    }

    takes(route) {
        return route.view === "review";
    }

    moveTo() {
        return false;
    }

    async load(signal) {
        const [page, agreement, stats] = await Promise.all(
            [api.reviews({}, signal), api.agreement(signal), api.statistics({}, signal)]);
        // Pages that were added stay until the first one shows that something has changed.
        if (this.#items.length <= page.items.length || !sameStart(this.#items, page.items)) {
            this.#items = page.items;
            this.#cursor = page.nextCursor;
        }
        this.#render();
        this.#agreement.show([agreement, stats.reviewedSessions, stats.averageScore, stats.averageMachineScore],
            () => agreementOf(agreement, stats));
        this.node.removeAttribute("aria-busy");
    }

    async #loadMore() {
        this.#more.disabled = true;
        try {
            const page = await api.reviews({ cursor: this.#cursor });
            this.#items = [...this.#items, ...page.items];
            this.#cursor = page.nextCursor;
            this.#render();
            this.announce(`${page.items.length} more sessions.`);
        } catch (error) {
            this.announce(error.message);
        }
        this.#more.disabled = false;
    }

    #render() {
        this.#more.hidden = !this.#cursor;
        this.#list.show(this.#items, (items) => (items.length === 0
            ? element("div", { class: "empty" }, element("h2", {}, "Nothing waits for you"),
                element("p", {}, "Sessions come here when the machine is unsure, when a trainee disagrees, and 5 in 100 as a blind sample."))
            : element("ul", { class: "queue-list" }, items.map(row))));
    }
}

const sameStart = (left, right) => right.every((item, index) => left[index]?.sessionId === item.sessionId
    && left[index].reasons.join() === item.reasons.join());

function row(item) {
    const href = item.blind ? routes.blindReview(item.sessionId) : routes.session(item.sessionId);
    return element("li", { "data-session": item.sessionId },
        element("p", { class: "badges" }, item.reasons.map((reason) => badge(...(why[reason] ?? ["neutral", format.words(reason)])))),
        element("p", { class: "queue-name" }, element("a", { href }, item.sessionId), ` ${item.personaName} · `,
            element("span", {}, item.traineeId)),
        element("p", { class: "quiet-text" }, element("time", { datetime: item.createdAt }, format.date(item.createdAt))),
        element("p", { class: "queue-score" }, item.blind
            ? element("span", { class: "quiet-text" }, "Hidden")
            : [element("strong", {}, format.count(item.score)), " ", item.verdict ? format.verdict(item.verdict) : ""]));
}

/** What was said, without anything that somebody made of it. */
function said(session) {
    return [
        element("h2", {}, "Transcript"),
        element("ol", { class: "transcript" }, session.transcript.map((line) => element("li", {
            class: line.speaker === "TRAINEE" ? "line trainee" : "line avatar",
        },
            element("p", { class: "line-head" },
                element("span", { class: "speaker" }, line.speaker === "TRAINEE" ? "Trainee" : session.personaName),
                element("span", { class: "time" }, format.clock(line.startTime))),
            element("p", { class: "words" }, line.text)))),
    ];
}

const signed = (value) => (value === undefined ? format.absent : `${value > 0 ? "+" : ""}${value.toFixed(1)}`);

/** How far people and machine agree. */
function agreementOf({ share, categories }, { reviewedSessions, averageScore, averageMachineScore }) {
    const capped = categories.reduce((sum, category) => sum + category.capped, 0);
    return [
        element("h2", { id: "agreement-title" }, "People and machine"),
        element("p", {}, reviewedSessions === 0
            ? "Nobody has reviewed a score yet."
            : `${format.count(reviewedSessions)} reviewed. On average ${averageScore?.toFixed(1)} points count; the machine gave ${averageMachineScore?.toFixed(1)}.`),
        categories.length === 0
            ? element("p", { class: "quiet-text" }, `No session of the blind sample (${share} in 100) has been scored yet, so agreement is not known.`)
            : [
                element("p", { class: "quiet-text" }, `Blind sample, ${share} in 100: a person's points minus the machine's.`),
                element("div", { class: "scroll" }, element("table", { class: "groups" },
                    element("thead", {}, element("tr", {}, ["Category", "n", "Mean", "Mean distance"].map((name, index) =>
                        element("th", { scope: "col", class: index > 0 ? "number" : null }, name)))),
                    element("tbody", {}, categories.map(({ id, n, meanDifference, meanAbsoluteDifference }) =>
                        element("tr", { class: n < 5 ? "few" : null },
                            element("th", { scope: "row" }, format.words(id)),
                            element("td", { class: "number" }, format.count(n)),
                            element("td", { class: "number" }, signed(meanDifference)),
                            element("td", { class: "number" }, meanAbsoluteDifference?.toFixed(1) ?? format.absent)))))),
                capped > 0 ? element("p", { class: "quiet-text" },
                    `${format.count(capped)} more ${capped === 1 ? "score is" : "scores are"} not compared: a cap held the machine's down.`) : null,
                categories.some(({ n }) => n < 5)
                    ? element("p", { class: "quiet-text" }, "Rows with fewer than 5 sessions say little.") : null,
            ],
    ].filter(Boolean);
}

/** One session of the blind sample: what was said, and a form without the machine's numbers. */
export class BlindReview {
    again = 30_000;
    #panel;
    #transcript = new Slot("section", { class: "panel wide-text" });

    constructor({ session }, announce) {
        this.id = session;
        this.title = `Blind review of ${session}`;
        this.heading = element("h1", { tabindex: -1 }, `Blind review of ${session}`);
        this.#panel = new ReviewPanel({ announce });
        this.node = element("div", { class: "view", "aria-busy": "true" },
            element("p", { class: "back" }, element("a", { href: routes.review() }, "Review")),
            element("div", { class: "title" }, this.heading),
            element("div", { class: "columns" },
                element("div", { class: "column" }, this.#transcript.node),
                element("div", { class: "column side" }, this.#panel.node)));
    }

    takes(route) {
        return route.view === "blindReview" && route.session === this.id;
    }

    moveTo() {
        return false;
    }

    async load(signal) {
        const session = await api.blindSession(this.id, signal);
        this.#transcript.show(session.transcript, () => said(session));
        this.#panel.show(session);
        this.node.removeAttribute("aria-busy");
    }
}
