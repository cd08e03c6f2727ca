// On a session's page: whose numbers count, disputes, and the form with which a trainer changes them.

import * as api from "./api.js";
import { element, fingerprint } from "./elements.js";
import * as format from "./formats.js";
import { ReviewForm } from "./reviewForm.js";

const writers = ["trainer", "admin"];

export class ReviewPanel {
    #session = null;
    #shown = null;
    /** What the form was made from, apart from disputes. */
    #decided = null;
    #role = null;
    #form = null;
    #isDirty = false;
    #problem = element("div", { role: "alert" });

    /** @param onChanged loads the session again */
    constructor({ announce = () => {}, onChanged = async () => {} } = {}) {
        this.announce = announce;
        this.onChanged = onChanged;
        this.node = element("section", { class: "panel review", "aria-labelledby": "review-title", hidden: true });
        this.node.addEventListener("input", () => { this.#isDirty = true; });
        api.who().then(({ role }) => {
            this.#role = role;
            if (this.#session && !this.node.hidden) this.#render();
        }).catch(() => {});
    }

    /** Shows the session, unless the person has begun to write: then only says that it has changed. */
    show(session) {
        this.#session = session;
        this.node.hidden = !session.score && !session.blind;
        if (this.node.hidden) return;
        const next = fingerprint([session.review ?? null, session.score ?? null, session.blind ?? false]);
        if (next === this.#shown) return;
        this.#shown = next;
        if (!this.#isDirty) this.#render();
        else if (decisions(session) !== this.#decided) this.#warn("The session has changed since you began.");
        else this.#warn("The trainee has written since you began. Save this first; you can answer then.", false);
    }

    #render() {
        const session = this.#session;
        const { review } = session;
        const canWrite = writers.includes(this.#role);
        this.#isDirty = false;
        this.#decided = decisions(session);
        this.#problem = element("div", { role: "alert" });
        this.#form = canWrite ? new ReviewForm(session, Boolean(session.blind)) : null;
        this.node.replaceChildren(...[
            element("h2", { id: "review-title", tabindex: -1 }, "Review by a person"),
            session.blind ? blindText() : whose(session),
            disputes(review?.disputes ?? []),
            this.#form ? this.#fields(session) : null,
            this.#role === "admin" ? auditTrail(session.sessionId) : null,
        ].flat().filter(Boolean));
    }

    #fields(session) {
        const isUrgent = Boolean(session.blind) || Boolean(this.#form.answer) || session.score?.needsReview;
        const submit = element("button", { class: "button primary", type: "submit" }, "Save the review");
        const form = element("form", { class: "review-form", novalidate: true, on: { submit: (event) => this.#save(event, submit) } },
            element("p", { class: "quiet-text" }, session.blind
                ? "Read the transcript, then give points for each category."
                : "Leave a field empty where the machine's number is right. Points follow from the same weights and caps."),
            this.#form.node, this.#problem, element("p", { class: "actions" }, submit));
        return element("details", { id: "review-details", open: isUrgent },
            element("summary", {}, session.score?.reviewedBy ? "Change the review" : "Review this score"), form);
    }

    async #save(event, submit) {
        event.preventDefault();
        const step = this.#form.step();
        this.#problem.replaceChildren();
        if (!step) return;
        submit.disabled = true;
        try {
            const session = await api.review(this.#session.sessionId, step);
            this.#isDirty = false;
            this.show(session);
            this.announce(session.score ? `Saved. ${session.score.overall} of 100 points now count.` : "Saved.");
            this.node.querySelector("#review-title").focus();
            await this.onChanged();
        } catch (error) {
            this.#warn(error.message, error.code === "review_changed");
            submit.disabled = false;
        }
    }

    #warn(text, isConflict = true) {
        this.#problem.replaceChildren(element("p", { class: "problem-text" }, text),
            isConflict ? element("p", {}, element("button", {
                class: "button", type: "button", on: { click: () => this.#discard() },
            }, "Show what it says now; what you wrote here is lost")) : "");
    }

    async #discard() {
        try {
            const read = this.#session.blind ? api.blindSession : api.session;
            const session = await read(this.#session.sessionId);
            this.#isDirty = false;
            this.#shown = null;
            this.show(session);
            this.node.querySelector("#review-title").focus();
        } catch (error) {
            this.#warn(error.message);
        }
    }
}

/** What a person decides about, and has decided; disputes are not part of it. */
const decisions = ({ review, score, blind }) =>
    fingerprint([review?.categories ?? [], review?.findings ?? [], score ?? null, blind ?? false]);

const blindText = () => element("div", { class: "box" },
    element("h3", {}, "Blind sample"),
    element("p", {}, "This session is one of the 5 in 100 that a person scores without seeing the machine's numbers, so that "
        + "both can be compared. They are shown as soon as yours are saved."));

/** Whose numbers count, and the machine's. */
function whose({ score }) {
    if (!score.reviewedBy) {
        return element("p", {}, "The machine's numbers count; nobody has reviewed them.");
    }
    const { machine } = score;
    return [
        element("p", {}, "Reviewed by ", element("strong", {}, score.reviewedBy), " on ",
            element("time", { datetime: score.reviewedAt }, format.date(score.reviewedAt)), ". Their numbers count."),
        element("dl", { class: "beside" },
            element("div", {}, element("dt", {}, "Counts"), element("dd", {}, element("strong", {}, String(score.overall)),
                ` ${format.verdict(score.verdict)}`)),
            element("div", {}, element("dt", {}, "Machine"), element("dd", {}, element("strong", {}, String(machine.overall)),
                ` ${format.verdict(machine.verdict)}`))),
        machine.changedSince ? element("p", { class: "problem-text" },
            "The machine has judged the session again since then. The person's numbers still count; please look again.") : null,
    ].filter(Boolean);
}

function disputes(items) {
    if (items.length === 0) return null;
    return element("div", { class: "disputes" },
        element("h3", {}, "The trainee disagrees"),
        element("ol", {}, items.map((dispute) => element("li", {},
            element("p", { class: "quiet-text" }, format.date(dispute.at)),
            element("blockquote", { id: dispute.answer ? null : "review-dispute" }, dispute.text),
            dispute.answer
                ? [element("p", { class: "quiet-text" }, `Answer of ${dispute.answer.by}, ${format.date(dispute.answer.at)}`),
                    element("blockquote", { class: "answer" }, dispute.answer.text)]
                : element("p", { class: "badge review" }, "Waits for an answer")))));
}

/** Loaded when it is opened. */
function auditTrail(sessionId) {
    const list = element("ol", { class: "audit" });
    const load = async (event) => {
        if (!event.target.open) return;
        try {
            const { items } = await api.audit({ sessionId, limit: 100 });
            list.replaceChildren(...items.map((entry) => element("li", {},
                element("time", { datetime: entry.time }, format.date(entry.time)), " ",
                element("strong", {}, entry.actor), ` (${entry.role}): ${format.words(entry.action).toLowerCase()}`,
                entry.detail ? element("span", { class: "quiet-text" }, ` ${entry.detail}`) : null)));
        } catch (error) {
            list.replaceChildren(element("li", { class: "problem-text" }, error.message));
        }
    };
    return element("details", { id: "review-audit", on: { toggle: load } },
        element("summary", {}, "Who looked, and who changed what"), list);
}
