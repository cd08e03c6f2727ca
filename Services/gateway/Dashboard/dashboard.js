// The page itself: the open view, and what surrounds it.

import * as api from "./api.js";
import { element } from "./elements.js";
import { Cohort } from "./figures/cohort.js";
import * as format from "./formats.js";
import * as navigation from "./navigation.js";
import { Overview } from "./overview.js";
import { Refresher } from "./refresher.js";
import { BlindReview, Review } from "./review.js";
import * as routes from "./routes.js";
import { Session } from "./session.js";
import { signInView } from "./signIn.js";
import { Trainee } from "./trainee.js";

const product = "BAT VR Sales Trainer";
const byId = (id) => document.getElementById(id);
const main = byId("main");

const views = {
    overview: Overview, session: Session, trainee: Trainee, cohort: Cohort, review: Review, blindReview: BlindReview,
};
let view = null;
/** The list is kept as the reader left it, with the pages loaded so far. */
let list = null;
let isFirst = true;

const refresher = new Refresher({
    onFresh(isLive) {
        byId("stale").hidden = true;
        byId("freshness").textContent = `${isLive ? "Updated" : "Loaded"} ${format.clockTime(new Date())}`;
        document.title = view ? `${view.title} · ${product}` : product;
        view?.problem?.remove();
    },
    onFailure(failed, error, isFinal) {
        if (failed.node.hasAttribute("aria-busy")) showProblem(failed, error, isFinal);
        else {
            byId("stale").textContent = `${error.message} What you see may be out of date; trying again.`;
            byId("stale").hidden = false;
        }
    },
    onSignIn: showSignIn,
});

function announce(text) {
    byId("announcements").textContent = text;
}

function open(route) {
    if (view?.takes(route)) {
        if (view.moveTo(route)) refresher.now();
        return;
    }
    for (const link of document.querySelectorAll(".views a")) {
        const isHere = link.getAttribute("href") === routes.place(route);
        if (isHere) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    }
    const left = view;
    left?.close?.();
    byId("stale").hidden = true;
    if (!views[route.view]) {
        view = null;
        refresher.stop();
        show(notFound("There is no such page", "The address in the browser's bar leads nowhere."));
        return;
    }
    if (route.view === "overview" && list) {
        view = list;
        view.moveTo(route);
    } else {
        view = new views[route.view](route, announce);
        if (route.view === "overview") list = view;
    }
    show(view);
    const focusLeft = () => {
        // Back in a list, the focus is on the session that was open.
        if (left instanceof Session) view?.focusSession?.(left.id);
    };
    if (!view.node.hasAttribute("aria-busy")) focusLeft();
    const opened = view;
    refresher.start(view).then(() => {
        if (opened === view && document.activeElement === opened.heading) focusLeft();
    });
}

function show({ node, heading, title }) {
    main.replaceChildren(node);
    document.title = title ? `${title} · ${product}` : product;
    if (!isFirst) {
        scrollTo(0, 0);
        heading?.focus({ preventScroll: true });
    }
    isFirst = false;
}

function notFound(title, text) {
    const heading = element("h1", { tabindex: -1 }, title);
    return {
        heading, title,
        node: element("div", { class: "empty page" }, heading, element("p", {}, text),
            element("p", {}, element("a", { class: "button", href: routes.overview() }, "All sessions"))),
    };
}

/** Shows why a view could not be loaded, and how to try again. */
function showProblem(failed, error, isFinal) {
    if (isFinal && error.status === 404) {
        show(notFound("No such session", "It does not exist, has been erased, or is not yours to see."));
        return;
    }
    failed.problem?.remove();
    failed.problem = element("div", { class: "empty problem", role: "alert" },
        element("h2", {}, "This could not be loaded"),
        element("p", {}, error.message),
        element("p", {}, element("button", { class: "button", type: "button", on: { click: () => refresher.start(failed) } },
            "Try again")));
    failed.heading.closest(".view > *").after(failed.problem);
}

function showSignIn() {
    view?.close?.();
    view = null;
    list = null;
    byId("who").textContent = "";
    byId("freshness").textContent = "";
    byId("sign-out").hidden = true;
    offerPagesTo(null);
    const form = signInView(() => {
        showWho();
        open(routes.parse(location));
    });
    show({ ...form, title: "Sign in" });
    byId("key").focus();
}

/** A client's key reads its own sessions only, so it is not led to pages about all of them. */
function offerPagesTo(role) {
    document.documentElement.toggleAttribute("data-reader", role !== null && role !== "client");
}

async function showWho() {
    try {
        const { name, role, needsLogin } = await api.who();
        byId("who").textContent = needsLogin ? `${name} (${role})` : "";
        byId("sign-out").hidden = !needsLogin;
        offerPagesTo(role);
    } catch {
        // The view shows the error.
    }
}

async function showServer() {
    try {
        const { simulated, version } = await api.health();
        byId("version").textContent = `${product} ${version}`;
        byId("simulated").textContent = "Simulated: customers and scores come from the bundled simulator, not from OpenAI. "
            + "They show how the product works, not how anybody sells.";
        byId("simulated").hidden = !simulated;
    } catch {
        // The view shows the error.
    }
}

byId("sign-out").addEventListener("click", async () => {
    try {
        await api.signOut();
    } catch (error) {
        announce(error.message);
        return;
    }
    refresher.stop();
    showSignIn();
});

// The skip link must not change the address of the page.
byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
});

history.scrollRestoration = "manual";
showServer();
showWho();
navigation.start(open);
