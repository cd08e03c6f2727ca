// Long lists of links: one stop of the Tab key, the arrows go from link to link, and a box that scrolls.

const stop = 'a[tabindex="0"]';

/** Makes this link the one that the Tab key reaches. */
export function makeStop(list, link) {
    list.querySelector(stop)?.setAttribute("tabindex", "-1");
    link?.setAttribute("tabindex", "0");
}

/**
 * @param box what scrolls
 * @param list in it; each item has one link, made with `tabindex="-1"`
 * @param follow called with the link that was followed
 */
export function listen(box, list, follow) {
    list.addEventListener("keydown", (event) => {
        const item = event.target.closest("li");
        const to = {
            ArrowDown: item?.nextElementSibling, ArrowUp: item?.previousElementSibling, Home: list.firstElementChild,
            End: list.lastElementChild,
        }[event.key];
        const link = to?.querySelector("a[tabindex]");
        if (!link) return;
        event.preventDefault();
        event.stopPropagation();
        makeStop(list, link);
        link.focus({ preventScroll: true });
        reveal(box, to);
    });
    list.addEventListener("click", (event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        const link = event.target.closest("a[href]");
        const own = link ?? (String(getSelection()) ? null : event.target.closest("li")?.querySelector("a[tabindex]"));
        if (!own?.hasAttribute("tabindex")) return;
        event.preventDefault();
        follow(own);
    });
}

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Scrolls a box, and nothing around it, so that a node in it can be read.
 *
 * @param isGentle for a short way
 */
export function reveal(box, node, { isGentle = false } = {}) {
    const [outer, inner] = [box.getBoundingClientRect(), node.getBoundingClientRect()];
    const third = Math.max(0, (outer.height - inner.height) / 3);
    const edge = Math.min(48, third);
    if (inner.top >= outer.top + edge && inner.bottom <= outer.bottom - edge) return;
    box.scrollBy({ top: inner.top - outer.top - third, behavior: isGentle && !isCalm.matches ? "smooth" : "instant" });
}
