// What a trainer enters about a score: a number and a reason for each category, and what is to become of each finding.

import * as badges from "./badges.js";
import { element } from "./elements.js";
import * as format from "./formats.js";

export const reasons = {
    accurate: "Accurate", too_high: "Too high", too_low: "Too low", wrong_reason: "Wrong reason",
    missing_evidence: "Evidence was missed",
};
const longestNote = 1_000;

/** The categories of a session; without a score those of its rubric are not known, and the blind form asks for them. */
export function categoriesOf({ score, rubric }) {
    const machine = score?.machine?.categories ?? score?.categories ?? {};
    const details = new Map((score?.details ?? []).map((detail) => [detail.id, detail]));
    const known = rubric ?? Object.keys(machine).map((id) => ({ id, title: details.get(id)?.title ?? format.words(id) }));
    const order = [...details.keys()];
    return [...known].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
        .map(({ id, title, weight }) => ({ id, title, weight: weight ?? details.get(id)?.weight, machine: machine[id] }));
}

/** One category: the machine's number, the person's, why, and words about it. */
class CategoryRow {
    constructor(category, correction, isBlind) {
        this.id = category.id;
        this.machine = category.machine;
        this.isBlind = isBlind;
        const name = `review-${category.id}`;
        this.score = element("input", {
            id: `${name}-score`, type: "number", min: 0, max: 100, step: 1, inputmode: "numeric", required: isBlind,
            value: correction?.score, placeholder: isBlind ? "0 to 100" : String(category.machine),
            "aria-describedby": `${name}-problem`, on: { input: () => this.#suggest() },
        });
        this.reason = element("select", { id: `${name}-reason` }, element("option", { value: "" }, "Choose…"),
            Object.entries(reasons).map(([value, text]) =>
                element("option", { value, selected: value === correction?.reason }, text)));
        this.note = element("input", {
            id: `${name}-note`, type: "text", maxlength: longestNote, value: correction?.note, autocomplete: "off",
        });
        this.problem = element("p", { id: `${name}-problem`, class: "problem-text" });
        const field = (label, input, kind = "") =>
            element("p", { class: `field ${kind}` }, element("label", { for: input.id }, label), input);
        this.node = element("fieldset", { class: "review-row" },
            element("legend", {}, category.title,
                category.weight === undefined ? null : element("span", { class: "weight" }, ` weight ${category.weight}%`)),
            isBlind ? null : element("p", { class: "machine-number" },
                element("span", { class: "quiet-text" }, "Machine "), element("strong", {}, String(category.machine))),
            field("Your points", this.score), isBlind ? null : field("Reason", this.reason), field("Note", this.note, "note"),
            this.problem);
    }

    /** The reason that the difference suggests, until the person chooses one that fits. */
    #suggest() {
        this.problem.textContent = "";
        if (this.isBlind) return;
        const score = this.#number();
        if (score === null) {
            this.reason.value = "";
            return;
        }
        const suggested = score === this.machine ? "accurate" : score < this.machine ? "too_high" : "too_low";
        if (!["wrong_reason", "missing_evidence"].includes(this.reason.value)) this.reason.value = suggested;
    }

    #number() {
        const text = this.score.value.trim();
        return text === "" ? null : Number(text);
    }

    /**
     * Null if nothing is said about the machine's number; undefined, with the reason shown, if it cannot be read.
     * “Accurate” and a note need no points: the person agrees with the machine's.
     */
    value() {
        let score = this.#number();
        this.problem.textContent = "";
        if (score === null && !this.isBlind) {
            if (!this.reason.value && !this.note.value.trim()) return null;
            if (this.reason.value && this.reason.value !== "accurate") {
                return this.#refuse("Enter your points, or choose “Accurate”.", this.score);
            }
            score = this.machine;
            this.score.value = String(score);
            this.reason.value = "accurate";
        }
        if (score === null || !Number.isInteger(score) || score < 0 || score > 100) {
            return this.#refuse("Points are a whole number from 0 to 100.", this.score);
        }
        const note = this.note.value.trim() || undefined;
        if (this.isBlind) return { id: this.id, score, note };
        const reason = this.reason.value;
        if (!reason) return this.#refuse("Choose a reason.", this.reason);
        const fits = { accurate: score === this.machine, too_high: score < this.machine, too_low: score > this.machine };
        if (fits[reason] === false) return this.#refuse(`“${reasons[reason]}” does not fit ${score} beside ${this.machine}.`, this.reason);
        return { id: this.id, score, reason, note };
    }

    #refuse(text, input) {
        this.problem.textContent = text;
        input.focus();
        return undefined;
    }
}

/** One finding: left as it is, broken, or not broken. */
class FindingRow {
    constructor(finding, decision) {
        this.id = finding.findingId;
        const name = `settle-${finding.findingId}`;
        const option = (value, text) => element("label", { class: "choice" },
            element("input", { type: "radio", name, value, checked: (decision?.decision ?? "") === value }), ` ${text}`);
        this.note = element("input", {
            id: `${name}-note`, type: "text", maxlength: longestNote, value: decision?.note, autocomplete: "off",
        });
        this.node = element("fieldset", { class: "review-row finding" },
            element("legend", {}, badges.findingState(finding), " ", badges.severity(finding), " ", format.ruleName(finding)),
            element("p", { class: "wide" }, format.told(finding.message),
                finding.evidence?.text ? [" ", element("q", {}, finding.evidence.text)] : null),
            element("div", { class: "choices" }, option("", "As found"), option("upheld", "The rule is broken"),
                option("dismissed", "It is not")),
            element("p", { class: "field note" }, element("label", { for: this.note.id }, "Note"), this.note));
    }

    value() {
        const decision = this.node.querySelector("input[type=radio]:checked")?.value;
        return decision ? { findingId: this.id, decision, note: this.note.value.trim() || undefined } : null;
    }
}

/** The fields of a review, and what they say. */
export class ReviewForm {
    /** @param isBlind the machine's numbers are hidden */
    constructor(session, isBlind) {
        const { review = {}, score } = session;
        this.isBlind = isBlind;
        this.isReviewed = (review.categories?.length ?? 0) + (review.findings?.length ?? 0) > 0;
        // What the person sees, whatever comes while they write.
        this.seen = { revision: review.revision ?? 0 };
        if (!isBlind && score) this.seen.scoreRevision = score.machine?.revision ?? score.revision ?? 1;
        const corrections = new Map((review.categories ?? []).map((item) => [item.id, item]));
        const decisions = new Map((review.findings ?? []).map((item) => [item.findingId, item]));
        this.rows = categoriesOf(session).map((category) => new CategoryRow(category, corrections.get(category.id), isBlind));
        const settleable = isBlind ? [] : (score?.findings ?? [])
            .filter(({ status, findingId }) => status !== "satisfied" && findingId);
        const isOpen = ({ status }) => status === "suspected" || status === "disputed";
        const rows = (findings) => findings.map((finding) => new FindingRow(finding, decisions.get(finding.findingId)));
        const [waiting, others] = [rows(settleable.filter(isOpen)), rows(settleable.filter((finding) => !isOpen(finding)))];
        this.findings = [...waiting, ...others];
        const open = (review.disputes ?? []).find((dispute) => !dispute.answer);
        this.disputeId = open?.id ?? null;
        this.answer = open && !isBlind ? element("textarea", {
            id: "review-answer", rows: 3, maxlength: 2_000, "aria-describedby": "review-dispute",
        }) : null;
        this.node = element("div", { class: "review-fields" },
            element("div", { class: "review-rows" }, this.rows.map((row) => row.node)),
            this.answer ? element("p", { class: "field" },
                element("label", { for: "review-answer" }, "Answer to the trainee"), this.answer) : null,
            waiting.length > 0 ? [
                element("h3", {}, "Findings that wait for a person"),
                element("div", { class: "review-rows" }, waiting.map((row) => row.node)),
            ] : null,
            others.length > 0 ? element("details", { id: "review-findings" },
                element("summary", {}, `Other findings (${others.length})`),
                element("div", { class: "review-rows" }, others.map((row) => row.node))) : null);
    }

    /** The body of the request; null, with the reason shown, if something cannot be read. */
    step() {
        const categories = this.rows.map((row) => row.value());
        if (categories.includes(undefined)) return null;
        const step = { ...this.seen };
        const corrections = categories.filter(Boolean);
        const decisions = this.isBlind ? [] : this.findings.map((row) => row.value()).filter(Boolean);
        const text = this.answer?.value.trim();
        if (text) step.answer = { disputeId: this.disputeId, text };
        // Who only answers has not said that the score is right.
        if (!text || this.isReviewed || corrections.length > 0 || decisions.length > 0) {
            step.categories = corrections;
            if (!this.isBlind) step.findings = decisions;
        }
        return step;
    }
}
