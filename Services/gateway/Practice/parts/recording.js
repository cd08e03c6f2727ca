// The sound of a recorded call, for the one who made it.

import { element } from "/elements.js";
import * as memory from "../memory.js";
import { button } from "./controls.js";

/** A panel that loads the sound when it is asked for; `close` frees it. */
export class Recording {
    #practice;
    #id;
    #address = null;
    #isClosed = false;
    #problem = element("p", { class: "problem-text", role: "alert" });
    #place = element("div", { class: "actions" });

    constructor(practice, session) {
        this.#practice = practice;
        this.#id = session.sessionId;
        this.#offer();
        this.node = element("section", { class: "panel stack", "aria-labelledby": "recording-title" },
            element("h2", { id: "recording-title" }, this.#say("recording")),
            element("p", { class: "quiet-text" }, this.#say("recordingText", { name: session.personaName })),
            this.#problem, this.#place);
    }

    close() {
        this.#isClosed = true;
        if (this.#address) URL.revokeObjectURL(this.#address);
        this.#address = null;
    }

    #say(key, values) {
        return this.#practice.say(`result.${key}`, values);
    }

    #offer() {
        const listen = button(this.#say("listen"), { id: "listen" }, async () => {
            listen.disabled = true;
            this.#problem.textContent = "";
            try {
                this.#play(await this.#source());
            } catch (error) {
                this.#fail(error);
            }
        });
        this.#place.replaceChildren(listen);
    }

    /** An audio element cannot carry a ticket: then the whole sound is loaded before it is played. */
    async #source() {
        if (memory.ticket() === null) return `/api/sessions/${encodeURIComponent(this.#id)}/recording`;
        const sound = await this.#practice.rest.recording(this.#id);
        if (this.#isClosed) return null;
        this.#address ??= URL.createObjectURL(sound);
        return this.#address;
    }

    #play(source) {
        if (source === null) return;
        const player = element("audio", {
            id: "recording", controls: true, src: source, "aria-labelledby": "recording-title",
            on: { error: () => this.#fail(null) },
        });
        this.#place.replaceChildren(player);
        player.focus();
        // A browser that waits for another click shows its own button.
        player.play().catch(() => {});
    }

    #fail(error) {
        if (this.#isClosed) return;
        this.#problem.textContent = error ? this.#practice.problem(error) : this.#say("recordingFailed");
        this.#offer();
    }
}
