// Small parts that several screens use.

import { element } from "/elements.js";

export const button = (text, attributes, onClick) => element("button", {
    type: "button", ...attributes, class: `button ${attributes.class ?? ""}`, on: { click: onClick },
}, text);

export const waiting = (text) => element("p", { class: "waiting", role: "status" },
    element("span", { class: "spinner", "aria-hidden": "true" }), text);

/** Why something did not work, and how to try again. */
export function problemBox(practice, error, onRetry) {
    return element("div", { class: "box problem", role: "alert" },
        element("p", {}, practice.problem(error)),
        onRetry ? element("p", {}, button(practice.say("shell.retry"), { class: "retry" }, onRetry)) : null);
}

/** A switch with a visible label. */
export function toggle({ id, label, hint, checked, onChange }) {
    const box = element("input", {
        id, type: "checkbox", role: "switch", checked, "aria-describedby": hint ? `${id}-hint` : null,
        on: { change: () => onChange(box.checked) },
    });
    return element("p", { class: "toggle" },
        box, element("label", { for: id }, label),
        hint ? element("span", { id: `${id}-hint`, class: "quiet-text" }, hint) : null);
}

/** Choices of which one holds. */
export function choices({ name, legend, options, value, onChange }) {
    return element("fieldset", { class: "choices" },
        element("legend", {}, legend),
        options.map((option) => {
            const id = `${name}-${option.value}`;
            return element("p", { class: "choice" },
                element("input", {
                    id, name, type: "radio", value: option.value, checked: option.value === value,
                    "aria-describedby": option.hint ? `${id}-hint` : null, on: { change: () => onChange(option.value) },
                }),
                element("label", { for: id }, option.label),
                option.hint ? element("span", { id: `${id}-hint`, class: "quiet-text" }, option.hint) : null);
        }));
}

/** A text of the server, in its own language. */
export const foreign = (name, language, attributes, text) =>
    element(name, { ...attributes, lang: language || null }, text);

/** The customer's first letter in a circle: there are no pictures of people who do not exist. */
export const monogram = (name) =>
    element("span", { class: "monogram", "aria-hidden": "true" }, [...String(name ?? "?")][0] ?? "?");

const levels = ["easy", "medium", "hard"];

/** 1 for easy to 3 for hard: what the server says, else by how the customer is disposed at the beginning. */
export function levelOf({ difficulty, persona }) {
    const attitude = persona?.initialAttitude;
    const level = difficulty ?? (attitude <= 2 ? "hard" : attitude <= 4 ? "medium" : "easy");
    return levels.indexOf(level) + 1 || 2;
}

/** How hard the customer is, as dots and in words. */
export function difficulty(practice, scenario) {
    const count = levelOf(scenario);
    return element("span", { class: "difficulty" },
        element("span", { class: "dots", "aria-hidden": "true" },
            levels.map((_, index) => element("span", { class: index < count ? "dot full" : "dot" }))),
        practice.say(`difficulty.${levels[count - 1]}`));
}

/** Seconds as `3:07`. */
export function clock(seconds) {
    const total = Math.max(0, Math.floor(seconds));
    return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`;
}
