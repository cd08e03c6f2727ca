// From view to view without loading the page again.

import * as routes from "./routes.js";

let open = () => {};

/** Calls `open` whenever the address has changed to that of another view, or of another place in the same one. */
export function start(opener) {
    open = opener;
    addEventListener("popstate", arrive);
    addEventListener("hashchange", arrive);
    document.addEventListener("click", follow);
    arrive();
}

export function go(address) {
    history.pushState(null, "", address);
    arrive();
}

function arrive() {
    const moved = routes.moved(location);
    if (moved) history.replaceState(null, "", moved);
    open(routes.parse(location));
}

/** Links to a view stay in the page, unless the reader wants them elsewhere. */
function follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey
        || event.altKey || link.hasAttribute("download")) return;
    // A link in a chart is an SVG element, whose `href` is not a text.
    const address = new URL(link.getAttribute("href"), location.href);
    if (address.origin !== location.origin || routes.parse(address).view === "unknown") return;
    event.preventDefault();
    go(address.pathname + address.search + address.hash);
}
