// Sign-in with an API key. The key is sent to the server once and not stored here; afterwards a cookie that no script
// can read replaces it.

import * as api from "./api.js";
import { element } from "./elements.js";

export function signInView(onDone) {
    const key = element("input", {
        id: "key", name: "key", type: "password", required: true, autocomplete: "current-password", spellcheck: "false",
        "aria-describedby": "key-hint key-error",
    });
    const message = element("p", { id: "key-error", class: "problem-text", role: "alert" });
    const button = element("button", { class: "button primary", type: "submit" }, "Sign in");
    const heading = element("h1", { tabindex: -1 }, "Sign in");

    async function submit(event) {
        event.preventDefault();
        message.textContent = "";
        button.disabled = true;
        try {
            await api.signIn(key.value);
            key.value = "";
            onDone();
        } catch (error) {
            message.textContent = error instanceof api.SignInNeeded ? "This key is not known here." : error.message;
            key.select();
            key.focus();
        }
        button.disabled = false;
    }

    return {
        heading,
        node: element("form", { class: "panel sign-in", on: { submit } },
            heading,
            element("p", { id: "key-hint" }, "Enter an API key of this server. A viewer key is enough to read."),
            element("p", { class: "field" }, element("label", { for: "key" }, "API key"), key),
            message,
            element("p", {}, button)),
    };
}
