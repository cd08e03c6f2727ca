// How the trainee speaks: an open microphone with a mute button, or a button that is held, also by the space bar.

import { element } from "/elements.js";

/** A shorter press leaves the microphone open until the next one, for whoever cannot hold a button. */
const shortPressMs = 300;

/** Where the space bar has a meaning of its own. */
const takesSpace = "input, textarea, select, button, summary, a[href], [contenteditable], dialog";

export class TalkControl {
    #practice;
    #talk;
    #button;
    #stopped = new AbortController();
    #pressedAt = 0;
    #isOn = false;
    #isLatched = false;

    constructor(practice, talk) {
        this.#practice = practice;
        this.#talk = talk;
        this.#button = element("button", { id: "talk", class: "button talk", type: "button" });
        this.hint = element("p", { class: "quiet-text talk-hint" });
        this.node = element("div", { class: "talk-control" }, this.#button, this.hint);
        const { signal } = this.#stopped;
        this.#button.addEventListener("pointerdown", (event) => {
            if (event.button !== 0 || !this.#isPush) return;
            try {
                this.#button.setPointerCapture(event.pointerId);
            } catch {
                // The pointer is gone already.
            }
            this.#press();
        });
        for (const type of ["pointerup", "pointercancel"]) {
            this.#button.addEventListener(type, () => this.#isPush && this.#release());
        }
        this.#button.addEventListener("contextmenu", (event) => this.#isPush && event.preventDefault());
        // A click without a press comes from the enter key, voice control or a screen reader.
        this.#button.addEventListener("click", (event) => {
            if (!this.#isPush) this.#talk.call.mute(!this.#isMutedByTrainee);
            else if (event.detail === 0) this.#toggle();
            this.show();
        });
        addEventListener("keydown", (event) => this.#key(event, true), { signal });
        addEventListener("keyup", (event) => this.#key(event, false), { signal });
        // The key may come up in another window.
        addEventListener("blur", () => this.#isOn && !this.#isLatched && this.#set(false), { signal });
    }

    get #isPush() {
        return this.#practice.options.mode === "push";
    }

    get #isMutedByTrainee() {
        return [...this.#talk.call.muteReasons].includes("user");
    }

    #key(event, isDown) {
        if (!this.#isPush || event.code !== "Space" || event.ctrlKey || event.altKey || event.metaKey) return;
        const { target } = event;
        const isOwn = target === this.#button;
        if (!isOwn && target instanceof Element && target.closest(takesSpace)) return;
        event.preventDefault();
        if (isDown && !event.repeat) this.#press();
        if (!isDown) this.#release();
    }

    #press() {
        if (this.#isLatched) {
            this.#isLatched = false;
            this.#pressedAt = -Infinity;
            this.#set(false);
            return;
        }
        this.#pressedAt = performance.now();
        this.#set(true);
    }

    #release() {
        if (!this.#isOn) return;
        if (performance.now() - this.#pressedAt < shortPressMs) this.#isLatched = true;
        else this.#set(false);
        this.show();
    }

    #toggle() {
        this.#isLatched = !this.#isOn;
        this.#set(!this.#isOn);
    }

    #set(isOn) {
        this.#isOn = isOn;
        this.#talk.call.talk(isOn);
        this.show();
    }

    setMode(mode) {
        this.#isOn = false;
        this.#isLatched = false;
        this.#talk.call.mode = mode;
        this.show();
    }

    show() {
        const say = (key) => this.#practice.say(`call.${key}`);
        this.node.classList.toggle("push", this.#isPush);
        this.#button.classList.toggle("primary", this.#isPush);
        if (this.#isPush) {
            this.#button.textContent = this.#isOn ? say(this.#isLatched ? "talkingLatched" : "talking") : say("hold");
            this.#button.classList.toggle("on", this.#isOn);
            this.hint.textContent = say("holdHint");
        } else {
            const isMuted = this.#isMutedByTrainee;
            this.#button.textContent = say(isMuted ? "unmute" : "mute");
            this.#button.classList.toggle("on", false);
            this.hint.textContent = "";
        }
    }

    leave() {
        this.#stopped.abort();
    }
}
