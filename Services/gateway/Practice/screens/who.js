// Who practises: the holder of a ticket, somebody who signs in with an API key, or whoever sits at this machine.

import { element } from "/elements.js";
import * as memory from "../memory.js";
import { problemBox, waiting } from "../parts/controls.js";

/** As the server accepts it. */
const longestName = 64;

export function whoScreen(practice) {
    const heading = element("h1", { tabindex: -1 }, practice.say("who.title"));
    const body = element("div", { class: "stack" }, waiting(practice.say("shell.loading")));
    const node = element("div", { class: "panel narrow stack" }, heading, body);
    let isLeft = false;

    async function ask() {
        body.replaceChildren(waiting(practice.say("shell.loading")));
        try {
            const who = await practice.rest.get("/api/login");
            if (!isLeft) take(who);
        } catch (error) {
            if (isLeft) return;
            if (error.status === 401) refused(error);
            else body.replaceChildren(problemBox(practice, error, ask));
        }
    }

    function take(who) {
        if (!["trainee", "client", "admin"].includes(who.role) || (who.role === "admin" && who.needsLogin)) {
            body.replaceChildren(element("p", {}, practice.say("who.wrongRole", { role: who.role })), keyForm());
            return;
        }
        if (who.role === "trainee") {
            go({ ...who, traineeId: who.traineeId ?? memory.traineeOf(memory.ticket()) ?? who.name });
            return;
        }
        body.replaceChildren(nameForm(who));
        if (node.isConnected) body.querySelector("input").focus();
    }

    function refused(error) {
        const hadTicket = memory.ticket() !== null;
        memory.forgetTicket();
        practice.connect();
        body.replaceChildren(...[
            hadTicket
                ? element("p", { class: "problem-text", role: "alert" },
                    practice.say(error.code === "ticket_expired" ? "who.expired" : "who.badTicket"))
                : element("p", {}, practice.say("who.needed")),
            keyForm(),
        ]);
    }

    function go(who) {
        practice.who = who;
        practice.showWho();
        practice.go("notice", { replace: true });
    }

    function nameForm(who) {
        const input = element("input", {
            id: "trainee", name: "trainee", required: true, maxlength: longestName, autocomplete: "username",
            spellcheck: "false", "aria-describedby": "trainee-hint", value: memory.name(),
        });
        const submit = (event) => {
            event.preventDefault();
            const traineeId = input.value.trim().normalize("NFC");
            if (!traineeId) return;
            memory.keepName(traineeId);
            go({ ...who, traineeId });
        };
        return element("form", { class: "stack", on: { submit } },
            element("p", { class: "field" },
                element("label", { for: "trainee" }, practice.say("who.name")), input,
                element("span", { id: "trainee-hint", class: "quiet-text" }, practice.say("who.nameHint"))),
            element("p", {},
                element("button", { id: "who-go", class: "button primary", type: "submit" }, practice.say("shell.next"))));
    }

    function keyForm() {
        const input = element("input", {
            id: "key", name: "key", type: "password", required: true, autocomplete: "current-password",
            spellcheck: "false", "aria-describedby": "key-hint key-error",
        });
        const message = element("p", { id: "key-error", class: "problem-text", role: "alert" });
        const button = element("button", { class: "button primary", type: "submit" }, practice.say("who.signIn"));
        const submit = async (event) => {
            event.preventDefault();
            message.textContent = "";
            button.disabled = true;
            try {
                const who = await practice.rest.post("/api/login", { key: input.value });
                input.value = "";
                take(who);
            } catch (error) {
                message.textContent = error.status === 401 ? practice.say("who.badKey") : practice.problem(error);
                input.select();
                input.focus();
            }
            button.disabled = false;
        };
        return element("form", { class: "stack", on: { submit } },
            element("p", { class: "field" },
                element("label", { for: "key" }, practice.say("who.key")), input,
                element("span", { id: "key-hint", class: "quiet-text" }, practice.say("who.keyHint"))),
            message, element("p", {}, button));
    }

    ask();
    return { node, heading, title: practice.say("who.title"), leave: () => (isLeft = true) };
}
