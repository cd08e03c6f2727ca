// What plays and moves a replay: buttons, the choice of moments, and keys.

import { element, Slot, svg } from "../elements.js";
import * as format from "../formats.js";
import { groups } from "./moments.js";

const speeds = [1, 1.25, 1.5, 2];
const signs = {
    previous: "M3 3h2v10H3z M13 3v10L6 8z", next: "M11 3h2v10h-2z M3 3v10l7-5z", minus: "M3 7h10v2H3z",
    plus: "M3 7h4V3h2v4h4v2H9v4H7V9H3z",
};

export class Controls {
    #shownTime = "";

    /**
     * @param actions `toggle`, `step(-1 | 1)`, `setSpeed`, `hear(isOn)`, `zoom(factor)`, `copy()`,
     *   `choose(group, isShown)`
     */
    constructor(actions) {
        const button = (name, sign, run) => element("button", {
            class: "button tool", type: "button", "aria-label": name, title: name, on: { click: run },
        }, svg("svg", { "aria-hidden": "true", viewBox: "0 0 16 16", width: 16, height: 16 },
            svg("path", { class: "sign", d: signs[sign] })));
        this.play = element("button", { class: "button primary play", type: "button", on: { click: actions.toggle } }, "Play");
        this.clock = element("span", { class: "replay-clock" });
        this.length = element("span", { class: "replay-length" });
        this.mood = element("span", { class: "replay-mood" });
        this.speed = element("select", {
            id: "replay-speed", on: { change: () => actions.setSpeed(Number(this.speed.value)) },
        }, speeds.map((speed) => element("option", { value: speed }, `${speed}×`)));
        this.isHeard = element("input", {
            type: "checkbox", id: "replay-sound", on: { change: () => actions.hear(this.isHeard.checked) },
        });
        this.sound = element("label", { class: "check", for: "replay-sound", hidden: true }, this.isHeard,
            "Sound (the customer's voice is an AI's)");
        this.copy = element("button", {
            class: "button", type: "button", hidden: !navigator.clipboard, on: { click: actions.copy },
        }, "Copy link");
        this.farther = button("Show more time", "minus", () => actions.zoom(0.5));
        this.nearer = button("Show less time", "plus", () => actions.zoom(2));
        this.isEverywhere = element("input", { type: "checkbox", id: "replay-keys", checked: true });
        this.bar = element("div", { class: "replay-bar" },
            this.play,
            element("span", { class: "pair" },
                button("Previous moment (J)", "previous", () => actions.step(-1)), button("Next moment (K)", "next", () => actions.step(1))),
            element("p", { class: "replay-time" }, this.clock, this.length),
            this.mood,
            this.sound,
            element("span", { class: "replay-view" },
                this.copy,
                element("label", { class: "replay-speed" }, element("span", { class: "unseen" }, "Speed"), this.speed),
                element("span", { class: "pair" }, this.farther, this.nearer)));
        this.kinds = new Slot("div", { class: "kinds", role: "group", "aria-label": "Moments that are shown" });
        this.keys = element("details", { class: "keys-help" },
            element("summary", {}, "Keys"),
            element("dl", { class: "facts" }, [
                ["Space", "play and pause"], ["← →", "5 seconds back and forward"], ["J  K", "previous and next moment"],
                ["Home  End", "beginning and end, on the axis"],
            ].map(([key, meaning]) => element("div", {}, element("dt", {}, key), element("dd", {}, meaning)))),
            element("label", { class: "check", for: "replay-keys" }, this.isEverywhere,
                "Keys work anywhere on this page, not only in the replay"));
        this.#choose = actions.choose;
    }

    #choose;

    /** A button for each group that has moments, which shows and hides them. */
    showGroups(counts, shown) {
        const kinds = groups.filter(({ id }) => counts.get(id) > 0)
            .map(({ id, name }) => ({ id, name, count: counts.get(id), isShown: shown.has(id) }));
        this.kinds.show(kinds, () => kinds.map(({ id, name, count, isShown }) => element("button", {
            class: "kind", type: "button", id: `kind-${id}`, "aria-pressed": String(isShown),
            on: { click: () => this.#choose(id) },
        }, name, element("span", { class: "number" }, format.count(count)))));
    }

    /** There is no sound any more. */
    hideSound() {
        if (document.activeElement === this.isHeard) this.play.focus();
        this.isHeard.checked = false;
        this.sound.hidden = true;
    }

    showZoom(zoom, widest) {
        this.farther.disabled = zoom <= 1;
        this.nearer.disabled = zoom >= widest;
    }

    showTime(time, end, mood) {
        const text = format.clock(time);
        if (text !== this.#shownTime) {
            this.#shownTime = text;
            this.clock.textContent = text;
        }
        const length = `of ${format.clock(end)}`;
        if (this.length.textContent !== length) this.length.textContent = length;
        if (this.mood.textContent !== mood) this.mood.textContent = mood;
    }

    showPlaying(isPlaying) {
        const text = isPlaying ? "Pause" : "Play";
        if (this.play.textContent !== text) this.play.textContent = text;
    }
}

const typing = "input, textarea, select, [contenteditable]";
const pressing = "button, summary, a[href]";

/**
 * Keys of the replay. They are left to whatever has the focus if it needs them.
 *
 * @param panel the replay's node
 * @param isEverywhere whether keys outside the panel count when nothing has the focus
 * @param signal aborted when the replay is left
 */
export function listenToKeys(panel, isEverywhere, { toggle, step, move }, signal) {
    const actions = {
        " ": toggle, ArrowLeft: () => move(-5), ArrowRight: () => move(5), j: () => step(-1), k: () => step(1),
    };
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
        const { target } = event;
        const isInside = panel.contains(target);
        const isFree = target === document.body || target.matches?.("h1, main");
        if (!isInside && !(isFree && isEverywhere())) return;
        const isCheck = target.type === "checkbox";
        if (target.matches?.(typing) && !(isCheck && event.key !== " ")) return;
        const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (!act || (event.key === " " && target.matches?.(pressing))) return;
        event.preventDefault();
        act();
    }, { signal });
}
