// Every node of the page is created here, and text is inserted only as text: names, words and event data are untrusted.

const svgNamespace = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes that are null, undefined or false are left out; `on` holds listeners. */
export function element(name, attributes = {}, ...children) {
    return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
    return fill(document.createElementNS(svgNamespace, name), attributes, children);
}

function fill(node, { on = {}, ...attributes }, children) {
    for (const [key, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        node.setAttribute(key, value === true ? "" : String(value));
    }
    for (const [type, listener] of Object.entries(on)) node.addEventListener(type, listener);
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return node;
}

/** JSON that does not depend on the order of an object's keys, which may change from response to response. */
export function fingerprint(value) {
    return JSON.stringify(value, (_, inner) =>
        inner && typeof inner === "object" && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
            : inner);
}

/**
 * A part of the page that is rendered again only when its content has changed, so that a refresh neither moves the
 * focus nor closes what the reader has opened.
 */
export class Slot {
    #shown = null;

    constructor(name = "div", attributes = {}) {
        this.node = element(name, attributes);
    }

    show(content, make) {
        const next = fingerprint(content ?? null);
        if (next === this.#shown) return;
        this.#shown = next;
        const focused = this.node.contains(document.activeElement) ? address(document.activeElement) : null;
        const open = [...this.node.querySelectorAll("details[open][id]")].map((details) => details.id);
        this.node.replaceChildren(...[make(content)].flat(Infinity).filter(Boolean));
        for (const id of open) document.getElementById(id)?.setAttribute("open", "");
        if (focused) this.node.querySelector(focused)?.focus({ preventScroll: true });
    }
}

/** A selector that finds the same control in the next rendering. */
function address(node) {
    if (node.id) return `#${CSS.escape(node.id)}`;
    const target = node.getAttribute("href");
    return target ? `a[href="${CSS.escape(target)}"]` : null;
}
