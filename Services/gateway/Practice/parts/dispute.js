// Whose numbers these are, and how to disagree with them.

import { element } from "/elements.js";
import { button } from "./controls.js";

const most = 5;
const longestBytes = 2_000;

/** What was typed and not sent, by session: the result is drawn again when a score changes. */
const drafts = new Map();
/** The sessions whose form is open. */
const opened = new Set();

/** Only a submitted practice can be disputed: nobody else sees the others. */
export function dispute(practice, session, onSent) {
    if (session.visibility === "private" || !session.score) return null;
    const say = (key, values) => practice.say(`dispute.${key}`, values);
    const disputes = session.review?.disputes ?? [];
    const isOpen = disputes.some(({ answer }) => !answer);
    return element("section", { class: "panel stack", id: "dispute", "aria-labelledby": "dispute-title" },
        element("h2", { id: "dispute-title", tabindex: -1 }, say("title")),
        reviewed(session.score, say),
        disputes.length > 0 ? element("ol", { class: "stack" }, disputes.map((item) => element("li", { class: "stack tight" },
            element("p", {}, element("strong", {}, say("you")), " ", element("span", { class: "dispute-text" }, item.text)),
            item.answer
                ? element("p", { class: "dispute-answer" }, element("strong", {}, say("answer", { name: item.answer.by })), " ",
                    element("span", { class: "dispute-text" }, item.answer.text))
                : element("p", { class: "quiet-text" }, say("waiting"))))) : null,
        isOpen || disputes.length >= most ? null : form(practice, session, say, onSent));
}

function reviewed({ reviewedBy, machine }, say) {
    return reviewedBy && machine
        ? element("p", { id: "reviewed" }, say("reviewed", { name: reviewedBy, points: machine.overall })) : null;
}

function form(practice, session, say, onSent) {
    const id = session.sessionId;
    const problem = element("p", { class: "problem-text", id: "dispute-problem", role: "alert" });
    const text = element("textarea", {
        id: "dispute-words", rows: 4, maxlength: longestBytes, "aria-describedby": "dispute-hint dispute-problem",
        on: { input: () => drafts.set(id, text.value) },
    });
    text.value = drafts.get(id) ?? "";
    const send = button(say("send"), { id: "send-dispute" }, async () => {
        problem.textContent = "";
        const words = text.value.trim();
        if (!words || new TextEncoder().encode(words).length > longestBytes) {
            problem.textContent = say(words ? "tooLong" : "empty");
            text.focus();
            return;
        }
        send.disabled = true;
        try {
            await practice.rest.post(`/api/sessions/${encodeURIComponent(id)}/disputes`, { text: words });
            drafts.delete(id);
            await onSent();
            practice.announce(say("sent"));
            document.getElementById("dispute-title")?.focus();
        } catch (error) {
            problem.textContent = practice.problem(error);
            send.disabled = false;
        }
    });
    const remember = (event) => {
        if (event.target.open) opened.add(id);
        else opened.delete(id);
    };
    return element("details", { id: "dispute-form", open: opened.has(id), on: { toggle: remember } },
        element("summary", {}, say("disagree")),
        element("div", { class: "stack tight" },
            element("p", { class: "field" }, element("label", { for: "dispute-words" }, say("label")), text),
            element("p", { class: "quiet-text", id: "dispute-hint" }, say("hint")),
            problem, element("p", { class: "actions" }, send)));
}
