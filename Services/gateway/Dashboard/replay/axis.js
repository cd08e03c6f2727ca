// The axis: lanes on one clock, with a play head that is a slider. Wider than the screen when it is zoomed in.

import { element } from "../elements.js";
import * as format from "../formats.js";
import { Lanes } from "./lanes.js";

const widest = 32;
const narrowBelow = 560;
const keySeconds = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 };

export class Axis {
    #zoom = 1;
    #time = 0;
    #end = 1;
    #pressed = false;
    #redraw = null;
    #seek;

    /**
     * @param customer the customer's name
     * @param seek called with a time, and with the moment or line that was pressed if there is one
     */
    constructor(customer, seek) {
        this.#seek = seek;
        this.canvas = element("canvas", { class: "lanes", "aria-hidden": "true" });
        this.head = element("div", { class: "play-head", "aria-hidden": "true" });
        this.slider = element("div", {
            class: "axis", role: "slider", tabindex: 0, "aria-label": "Position in the call", "aria-valuemin": 0,
            "aria-orientation": "horizontal",
        }, this.canvas, this.head);
        this.labels = element("div", { class: "lane-names", "aria-hidden": "true" });
        this.tip = element("div", { class: "tip", "aria-hidden": "true", hidden: true });
        this.scroller = element("div", { class: "axis-scroll" }, this.slider);
        this.node = element("div", { class: "axis-frame" }, this.labels, this.scroller, this.tip);
        this.lanes = new Lanes(this.canvas, customer);
        this.#listen();
    }

    get zoom() {
        return this.#zoom;
    }

    show(content) {
        this.#end = content.end;
        this.lanes.setContent(content);
        this.slider.setAttribute("aria-valuemax", String(Math.ceil(content.end)));
        this.#layOut();
    }

    /** @param factor 2 for nearer, 0.5 for farther. The play head stays where it is. */
    zoomBy(factor) {
        const before = this.lanes.x(this.#time) - this.scroller.scrollLeft;
        this.#zoom = Math.min(widest, Math.max(1, this.#zoom * factor));
        this.#layOut();
        this.scroller.scrollLeft = this.lanes.x(this.#time) - before;
        this.#draw();
    }

    /** @param follows whether the play head must be seen */
    moveTo(time, follows) {
        this.#time = time;
        const x = this.lanes.x(time);
        this.head.style.transform = `translateX(${x}px)`;
        if (!follows || this.#zoom === 1 || this.#pressed) return;
        const { scrollLeft, clientWidth } = this.scroller;
        if (x < scrollLeft + 16 || x > scrollLeft + clientWidth - 16) this.scroller.scrollLeft = x - clientWidth / 4;
    }

    /** What a screen reader says of the play head. */
    tell(time, text) {
        this.slider.setAttribute("aria-valuenow", String(Math.floor(time)));
        this.slider.setAttribute("aria-valuetext", text);
    }

    #listen() {
        new ResizeObserver(() => this.#layOut()).observe(this.scroller);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
            this.lanes.forgetColours();
            this.#draw();
        });
        this.scroller.addEventListener("scroll", () => {
            this.tip.hidden = true;
            this.#redraw ??= requestAnimationFrame(() => this.#draw());
        }, { passive: true });
        const { slider } = this;
        slider.addEventListener("click", (event) => {
            const [x, y] = this.#place(event);
            const found = this.lanes.at(x, y);
            this.#seek(found ? found.time : this.lanes.time(x), found);
        });
        slider.addEventListener("pointerdown", (event) => {
            if (event.pointerType !== "mouse" || event.button !== 0) return;
            this.#pressed = true;
            slider.setPointerCapture(event.pointerId);
        });
        for (const type of ["pointerup", "pointercancel"]) {
            slider.addEventListener(type, () => { this.#pressed = false; });
        }
        slider.addEventListener("pointermove", (event) => {
            const [x, y] = this.#place(event);
            if (this.#pressed && Math.abs(event.movementX) > 0) this.#seek(this.lanes.time(x), null);
            this.#showTip(this.lanes.at(x, y), event);
        });
        slider.addEventListener("pointerleave", () => { this.tip.hidden = true; });
        slider.addEventListener("keydown", (event) => {
            if (event.altKey || event.ctrlKey || event.metaKey) return;
            const to = event.key === "Home" ? 0 : event.key === "End" ? this.#end
                : event.key in keySeconds ? this.#time + keySeconds[event.key] : null;
            if (to === null) return;
            event.preventDefault();
            event.stopPropagation();
            this.#seek(Math.min(this.#end, Math.max(0, to)), null);
        });
    }

    /** Where a pointer is, in pixels of the whole axis. */
    #place(event) {
        const box = this.slider.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
    }

    #showTip(found, event) {
        this.tip.hidden = !found;
        this.slider.classList.toggle("on-moment", Boolean(found));
        if (!found) return;
        this.tip.replaceChildren(
            element("strong", {}, `${format.clock(found.time)} ${found.label}`),
            ...[found.title, found.text, found.others > 0 ? `and ${found.others} more at this time` : ""].filter(Boolean)
                .map((text) => element("span", {}, text)));
        const frame = this.node.getBoundingClientRect();
        const x = Math.min(event.clientX - frame.left + 12, frame.width - this.tip.offsetWidth - 4);
        this.tip.style.transform = `translate(${Math.max(0, x)}px, ${event.clientY - frame.top + 18}px)`;
    }

    #layOut() {
        const width = this.scroller.clientWidth;
        if (width === 0) return;
        const isNarrow = this.node.clientWidth < narrowBelow;
        this.node.classList.toggle("narrow", isNarrow);
        const wide = Math.round(width * this.#zoom);
        this.lanes.resize({ width, wide, isNarrow });
        this.slider.style.width = `${wide}px`;
        this.slider.style.height = `${this.lanes.height}px`;
        this.labels.replaceChildren(...this.lanes.rows.map((row) => {
            const label = element("span", { class: "lane-name" }, row.name);
            label.style.top = `${isNarrow ? row.labelTop : row.top}px`;
            label.style.height = `${isNarrow ? row.top - row.labelTop : row.height}px`;
            return label;
        }));
        this.labels.style.height = `${this.lanes.height}px`;
        this.#draw();
        this.moveTo(this.#time, false);
    }

    #draw() {
        if (this.#redraw !== null) cancelAnimationFrame(this.#redraw);
        this.#redraw = null;
        if (this.scroller.clientWidth > 0) this.lanes.draw(this.scroller.scrollLeft);
    }
}
