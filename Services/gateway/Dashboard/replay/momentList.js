// The moments as a list: what the axis shows, for readers and for the keyboard.

import { element } from "../elements.js";
import * as format from "../formats.js";
import * as routes from "../routes.js";
import { listen, makeStop, reveal } from "./rovingList.js";

/** How many items are laid out at once; the next follow after the page was painted. */
const piece = 250;

export class MomentList {
    #rest = null;
    #moments = [];
    #items = [];
    #marked = null;

    /** @param follow called with the moment that the reader chose */
    constructor(sessionId, follow) {
        this.sessionId = sessionId;
        this.list = element("ol", { class: "moments" });
        this.node = element("div", { class: "moments-box" }, this.list);
        listen(this.node, this.list, (link) => {
            makeStop(this.list, link);
            follow(this.#moments[Number(link.dataset.moment)]);
        });
    }

    show(moments) {
        const focused = this.#items.indexOf(document.activeElement?.closest("li"));
        this.#marked = null;
        this.#moments = moments;
        this.#items = moments.map((moment, index) => element("li", { class: `moment ${moment.tone}`, "data-kind": moment.kind },
            element("a", {
                href: routes.session(this.sessionId, moment), tabindex: index === 0 ? 0 : -1, "data-moment": index,
            },
                element("span", { class: "time" }, format.clock(moment.time)),
                element("span", { class: "moment-text" },
                    element("span", { class: "moment-label" }, moment.label), " ",
                    moment.title ? element("span", { class: "moment-title" }, moment.title) : null,
                    moment.text ? element("span", { class: "moment-words" }, moment.text) : null))));
        this.list.replaceChildren();
        this.#add(0, Math.max(piece, focused + 1));
        if (focused >= 0) this.#items[focused]?.firstChild.focus({ preventScroll: true });
        if (moments.length === 0) {
            this.list.append(element("li", { class: "quiet-text" }, "No moments of the kinds that are shown."));
        }
    }

    #add(from, to) {
        clearTimeout(this.#rest);
        const items = this.#items.slice(from, to);
        this.list.append(...items);
        if (items.includes(this.#marked)) reveal(this.node, this.#marked);
        if (to < this.#items.length) this.#rest = setTimeout(() => this.#add(to, to + piece), 0);
    }

    /** Marks the moment that the play head has reached; -1 for none. */
    mark(index, { follows, isGentle }) {
        const item = this.#items[index] ?? null;
        if (item === this.#marked) return;
        this.#marked?.classList.remove("current");
        this.#marked?.firstChild.removeAttribute("aria-current");
        this.#marked = item;
        if (!item) return;
        item.classList.add("current");
        item.firstChild.setAttribute("aria-current", "true");
        if (!this.list.contains(document.activeElement)) makeStop(this.list, item.firstChild);
        if (follows && item.isConnected) reveal(this.node, item, { isGentle });
    }
}
