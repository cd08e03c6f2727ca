// The practice page: which screen is open, and what the screens share.

import { RestClient } from "/client/bat-client.js";
import { element } from "/elements.js";
import * as memory from "./memory.js";
import { briefingScreen } from "./screens/briefing.js";
import { callScreen } from "./screens/call.js";
import { callsScreen } from "./screens/calls.js";
import { deviceScreen } from "./screens/device.js";
import { noticeScreen } from "./screens/notice.js";
import { resultScreen } from "./screens/result.js";
import { resumeScreen } from "./screens/resume.js";
import { scenariosScreen } from "./screens/scenarios.js";
import { whoScreen } from "./screens/who.js";
import { languages, load, preferred } from "./words.js";

const screens = {
    who: whoScreen, notice: noticeScreen, device: deviceScreen, scenarios: scenariosScreen, briefing: briefingScreen,
    call: callScreen, result: resultScreen, resume: resumeScreen, calls: callsScreen,
};
/** What the browser's back button may lead to. A call is left by its own button only. */
const returnable = ["device", "scenarios", "briefing", "result", "calls"];
/** What may be looked at without the notice that an AI speaks. */
const withoutNotice = ["result", "calls"];

const byId = (id) => document.getElementById(id);

/** What all screens share. A screen is a function of it that returns `{ node, heading, title, leave? }`. */
class Practice {
    /** The texts in the chosen language. */
    words = null;
    /** The REST API, with the caller's credential. */
    rest = null;
    /** `{ traineeId, name, role, needsLogin, scenarioIds? }` once known. */
    who = null;
    /** Whether customers and scores come from the simulator. */
    isSimulated = false;
    /** `{ version, language, time }` of the notice that was accepted on this visit. */
    noticeShown = null;
    /** Whether the trainee agreed that calls are recorded. */
    isRecorded = false;
    devices = { usesMicrophone: true, microphoneId: null, speakerId: null };
    options = { mode: "open", captions: true, hints: false };
    /** The chosen scenario, as GET /api/scenarios shows it. */
    scenario = null;
    /** A moment to practise again: an entry of `coaching.workOn`. */
    focus = null;
    /** The call that is going on. */
    talk = null;
    /** The session whose result is shown. */
    sessionId = null;

    /** The screen that follows the device check. */
    afterCheck = "scenarios";

    #open = null;
    #name = null;

    say(key, values) {
        return this.words.say(key, values);
    }

    /** Tells readers of the screen what has happened, without moving the focus. */
    announce(text) {
        byId("announcements").textContent = text;
    }

    /** Opens a screen. `replace`: the back button does not return to the one before. */
    go(name, { replace = false } = {}) {
        const state = { screen: name };
        if (replace || !returnable.includes(this.#name)) history.replaceState(state, "");
        else history.pushState(state, "");
        this.#show(name);
    }

    #show(name, { focus = true } = {}) {
        this.#open?.leave?.();
        this.#name = name;
        const screen = screens[name](this);
        this.#open = screen;
        document.documentElement.dataset.screen = name;
        byId("main").replaceChildren(
            element("section", { class: `screen screen-${name}`, "data-screen": name }, screen.node));
        document.title = `${screen.title} · ${this.say("shell.product")}`;
        byId("sign-out").hidden = !(this.who?.needsLogin && name !== "call");
        // In mid-call a new language would draw the screen again under the trainee's hands.
        byId("language").disabled = name === "call";
        byId("announcements").textContent = "";
        if (focus) {
            scrollTo(0, 0);
            screen.heading?.focus({ preventScroll: true });
        }
    }

    /** Prepares a call; whoever came back by a reload has to see the notice and try the microphone first. */
    practise(scenario, focus = null) {
        this.scenario = scenario;
        this.focus = focus;
        this.afterCheck = this.noticeShown ? "scenarios" : "briefing";
        this.go(!this.who ? "who" : this.noticeShown ? "briefing" : "notice");
    }

    /** Shows what came out of an earlier call. */
    open(sessionId) {
        this.sessionId = sessionId;
        this.go("result");
    }

    /** Draws the open screen again, in a new language. */
    redraw() {
        this.#show(this.#name, { focus: false });
    }

    /** Back or forward in the browser. */
    moved(state) {
        const name = state?.screen;
        if (this.#name === "call") {
            history.pushState({ screen: "call" }, "");
            this.#open.askToEnd?.();
        } else if (returnable.includes(name) && this.#has(name)) this.#show(name);
        else if (this.#name) history.replaceState({ screen: this.#name }, "");
    }

    #has(name) {
        return this.who && (this.noticeShown || withoutNotice.includes(name))
            && (name !== "briefing" || this.scenario) && (name !== "result" || this.sessionId);
    }

    async setLanguage(code) {
        this.words = await load(code);
        document.documentElement.lang = code;
        byId("language").value = code;
        byId("language-label").textContent = this.say("shell.language");
        byId("skip").textContent = this.say("shell.skip");
        byId("product").textContent = this.say("shell.product");
        byId("sign-out").textContent = this.say("shell.signOut");
        byId("simulated").textContent = this.say("shell.simulated");
        byId("simulated").setAttribute("aria-label", this.say("shell.simulated").split(":")[0]);
        this.showWho();
    }

    showWho() {
        byId("who").textContent = this.who ? this.say("shell.as", { name: this.who.traineeId }) : "";
    }

    /** Uses the caller's ticket, or the cookie, or nothing where none is needed. */
    connect() {
        this.rest = new RestClient({ credential: memory.ticket() });
    }

    /** What the server's refusal or the lack of one means, in the page's language. */
    problem(error) {
        const code = error?.status === 0 ? "unreachable" : error?.code;
        if (code && this.words.has(`problem.${code}`)) return this.say(`problem.${code}`);
        return this.say("problem.other", { detail: error?.message ?? String(error) });
    }

    async start() {
        const shown = await this.rest.get("/healthz").catch(() => null);
        this.isSimulated = shown?.simulated === true;
        byId("simulated").hidden = !this.isSimulated;
        const isOpen = memory.call() !== null || await memory.takeOverCall();
        // A call of a closed tab brings its ticket.
        if (isOpen) this.connect();
        this.go(isOpen ? "resume" : "who", { replace: true });
    }
}

const practice = new Practice();

async function begin() {
    memory.takeTicket();
    const language = byId("language");
    language.replaceChildren(...languages.map(([code, name]) => element("option", { value: code, lang: code }, name)));
    language.addEventListener("change", async () => {
        try {
            await practice.setLanguage(language.value);
        } catch {
            language.value = practice.words.language;
            practice.announce(practice.say("problem.unreachable"));
            return;
        }
        memory.keepLanguage(language.value);
        practice.redraw();
    });
    byId("skip").addEventListener("click", (event) => {
        event.preventDefault();
        byId("main").focus();
    });
    byId("sign-out").addEventListener("click", async () => {
        await fetch("/api/login", { method: "DELETE" }).catch(() => null);
        memory.forgetTicket();
        location.reload();
    });
    addEventListener("popstate", (event) => practice.moved(event.state));
    // A link with a new ticket, opened in this tab.
    addEventListener("hashchange", () => {
        if (practice.talk && !practice.talk.ended) return;
        memory.takeTicket();
        location.reload();
    });
    practice.connect();
    await practice.setLanguage(preferred(memory.language()));
    await practice.start();
}

begin().catch((error) => {
    byId("main").replaceChildren(element("p", { class: "problem-text", role: "alert" },
        `The page could not be loaded: ${error.message}`));
});
