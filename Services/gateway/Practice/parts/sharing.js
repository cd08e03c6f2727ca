// Who may see a practice, and what may be taken away from it.

import { element } from "/elements.js";
import * as memory from "../memory.js";
import { confirmation } from "./confirmation.js";
import { button } from "./controls.js";

/** @param onSubmitted resolves when the page shows that the practice counts */
export function sharing(practice, session, onSubmitted) {
    const say = (key) => practice.say(`result.${key}`);
    const id = session.sessionId;
    const isSubmitted = session.visibility !== "private";
    const problem = element("p", { class: "problem-text", role: "alert" });
    const sure = confirmation({
        id: "submit", title: say("submitTitle"), text: say("submitText"), confirm: say("submitConfirm"),
        cancel: say("submitCancel"), onConfirm: send,
    });
    const submit = button(say("submit"), { id: "submit-session", class: "primary" }, () => sure.showModal());
    async function send() {
        submit.disabled = true;
        problem.textContent = "";
        try {
            await practice.rest.submit(id);
            await onSubmitted();
            document.getElementById("submitted")?.focus();
        } catch (error) {
            problem.textContent = practice.problem(error);
            submit.disabled = false;
            submit.focus();
        }
    }

    /** A link cannot carry a ticket. */
    async function openReport(event) {
        if (memory.ticket() === null) return;
        event.preventDefault();
        problem.textContent = "";
        try {
            const address = URL.createObjectURL(await practice.rest.report(id));
            element("a", { href: address, download: `${id}.pdf` }).click();
            setTimeout(() => URL.revokeObjectURL(address), 60_000);
        } catch (error) {
            problem.textContent = practice.problem(error);
        }
    }

    return element("section", { class: "panel stack", "aria-labelledby": "sharing-title" },
        element("h2", { id: "sharing-title" }, say(isSubmitted ? "submittedTitle" : "privateTitle")),
        element("p", { id: isSubmitted ? "submitted" : null, tabindex: isSubmitted ? -1 : null },
            say(isSubmitted ? "submittedText" : "privateText")),
        problem,
        element("p", { class: "actions" }, isSubmitted ? null : submit,
            element("a", {
                id: "report-link", class: "button", href: `/api/sessions/${encodeURIComponent(id)}/report`,
                download: `${id}.pdf`, on: { click: openReport },
            }, say("report"))),
        isSubmitted ? null : sure,
        element("p", { class: "quiet-text" }, practice.say("call.session"), " ",
            element("span", { class: "session-id", "data-session": id }, id)));
}
