// The call itself.

import { element } from "/elements.js";
import { Captions } from "../parts/captions.js";
import { confirmation } from "../parts/confirmation.js";
import { button, clock, monogram } from "../parts/controls.js";
import { counter } from "../parts/counter.js";
import { goalLine, momentLine } from "../parts/goal.js";
import { Mood } from "../parts/mood.js";
import { Orb } from "../parts/orb.js";
import { productSheet } from "../parts/productSheet.js";
import { TalkControl } from "../parts/talkControl.js";
import { Toast } from "../parts/toast.js";

const longestText = 4_000;
/** How long the last words of a call may be read before its result is shown. */
const farewellMs = 1_500;
/** What a screen reader says at once. */
const told = ["ready", "ending", "ended", "replaced"];

export function callScreen(practice) {
    const say = (key, values) => practice.say(`call.${key}`, values);
    const { talk, options } = practice;
    const { call } = talk;
    const name = talk.persona?.name ?? say("customer");
    const leaving = new AbortController();
    const { signal } = leaving;

    const heading = element("h1", { tabindex: -1, class: "call-title" }, say("title", { name }));
    const time = element("span", { class: "clock", role: "timer", "aria-label": say("time") }, "0:00");
    const session = element("span", { class: "session-id" });
    const orb = new Orb();
    const mood = new Mood(practice);
    const captions = new Captions(practice, talk);
    const control = talk.usesMicrophone ? new TalkControl(practice, talk) : null;
    const banner = element("div", { class: "banner connection", role: "status", hidden: true });
    const bannerText = element("span", {});
    const retry = button(say("retryNow"), { class: "quiet" }, () => call.session?.retryNow?.());
    banner.append(bannerText, retry);
    const sound = element("div", { class: "box sound-fault", role: "alert", hidden: true });
    // Its place is kept for the whole call, so that nothing moves under the pointer when it comes or goes.
    const hint = element("p", { class: "hint", role: "status", hidden: !options.hints });
    const toast = new Toast();

    // MARK: Typed lines

    const typed = element("input", {
        id: "typed", name: "typed", maxlength: longestText, autocomplete: "off", placeholder: say("typeHere"),
        enterkeyhint: "send", "aria-describedby": "typed-problem",
    });
    const typedProblem = element("p", { id: "typed-problem", class: "problem-text", role: "alert" });
    const typedForm = element("form", { class: "typed", on: {
        submit(event) {
            event.preventDefault();
            const text = typed.value.trim();
            if (!text) return;
            const isSent = call.sendText(text);
            typedProblem.textContent = isSent ? "" : say("notSent");
            if (isSent) typed.value = "";
            typed.focus();
        },
    } },
        element("label", { for: "typed", class: "unseen" }, say("typeLabel")), typed,
        element("button", { id: "typed-send", class: "button", type: "submit" }, say("send")));

    // MARK: Captions, mode, end

    const captionsButton = button("", { id: "captions", "aria-controls": "caption-list" }, () => {
        options.captions = !options.captions;
        showOptions();
    });
    const modeButton = button("", { id: options.mode === "push" ? "mode-open" : "mode-push", hidden: !control }, () => {
        options.mode = options.mode === "push" ? "open" : "push";
        control?.setMode(options.mode);
        showOptions();
    });
    const middle = element("div", { class: "call-middle" }, sound, hint, captions.node);
    function showOptions() {
        middle.classList.toggle("bare", !options.captions);
        captions.node.hidden = !options.captions;
        captionsButton.textContent = say(options.captions ? "captionsOff" : "captionsOn");
        modeButton.textContent = say(options.mode === "push" ? "toOpen" : "toPush");
        modeButton.id = options.mode === "push" ? "mode-open" : "mode-push";
        control?.show();
    }

    const endDialog = confirmation({
        id: "end", title: say("endTitle"), text: say("endText", { name }), confirm: say("endConfirm"),
        cancel: say("endCancel"), onConfirm: () => talk.end(),
    });
    const endButton = button(say("end"), { id: "end-call", class: "end" }, askToEnd);
    function askToEnd() {
        if (!endDialog.open && !talk.isEnding) endDialog.showModal();
    }

    // MARK: What changes

    function state() {
        if (talk.ended) return talk.ended.reason === "replaced" ? "replaced" : "ended";
        if (talk.outage || call.state === "reconnecting") return "reconnecting";
        if (talk.isEnding && call.state !== "speaking") return "ending";
        const isQuiet = control && call.isMuted && ["ready", "listening"].includes(call.state);
        if (isQuiet) return "muted";
        return call.state === "idle" ? "connecting" : call.state;
    }

    let before = null;
    function show() {
        const now = state();
        const isPushing = options.mode === "push" && now === "muted";
        const isTyping = !control && ["ready", "listening"].includes(now);
        const words = say(`state.${isPushing ? "waiting" : isTyping ? "typing" : now}`, { name });
        orb.show(now, words);
        if (now !== before && told.includes(now)) practice.announce(words);
        before = now;
        mood.show(talk.mood, talk.direction);
        captions.show();
        control?.show();
        showHint();
        showBanner();
        showSound();
        endButton.disabled = talk.isEnding || talk.ended !== null;
        session.dataset.session = talk.sessionId ?? "";
        session.textContent = talk.sessionId ?? "";
    }

    let hinted = null;
    function showHint() {
        if (hinted === talk.hint) return;
        hinted = talk.hint;
        hint.classList.toggle("shown", hinted !== null);
        hint.hidden = !options.hints && hinted === null;
        hint.replaceChildren(...(hinted === null ? [] : [element("strong", {}, `${say("hint")} `),
            element("span", { lang: talk.scenario?.language ?? null }, hinted)]));
    }

    function showBanner() {
        const isLost = talk.outage !== null && !talk.ended;
        banner.hidden = !(isLost || talk.isUpstreamLost && !talk.ended);
        retry.hidden = !isLost || typeof call.session?.retryNow !== "function";
        const text = isLost ? say("lost") : say("upstreamLost", { name });
        if (!banner.hidden && bannerText.textContent !== text) bannerText.textContent = text;
    }

    function showSound() {
        const fault = talk.ended ? null : talk.soundFault;
        if (sound.dataset.fault === (fault ?? "")) return;
        sound.dataset.fault = fault ?? "";
        sound.hidden = fault === null;
        sound.replaceChildren(...(fault === null ? [] : [
            element("p", {}, say(`sound.${fault}`)),
            fault === "blocked"
                ? element("p", {}, button(say("resumeSound"), { class: "primary" }, () => call.resumeSound())) : "",
        ]));
    }

    const ticking = setInterval(() => {
        time.textContent = clock(talk.time);
    }, 500);
    call.addEventListener("level", ({ detail }) => {
        if (["ready", "listening"].includes(call.state)) orb.move(call.isMuted ? -100 : detail.decibels);
    }, { signal });
    call.addEventListener("output_level", ({ detail }) => orb.move(detail.decibels), { signal });
    talk.addEventListener("change", ({ detail }) => {
        show();
        if (detail === "ended") over();
    }, { signal });

    function over() {
        // It goes on in another window, which will show the result.
        if (talk.ended.reason === "replaced") return;
        practice.sessionId = talk.sessionId;
        setTimeout(() => {
            if (!signal.aborted) practice.go("result", { replace: true });
        }, farewellMs);
    }

    showOptions();
    show();
    return {
        heading, title: say("title", { name }), askToEnd,
        node: element("div", { class: "call-screen" },
            banner,
            element("div", { class: "call-main" },
                element("header", { class: "call-head" },
                    monogram(name), heading, time, mood.node),
                goalLine(practice, talk.scenario), talk.focus ? momentLine(practice, talk.focus) : null,
                orb.node,
                middle,
                element("div", { class: "call-controls" },
                    element("div", { class: "speak-row" }, control?.node, typedForm), typedProblem,
                    element("div", { class: "call-buttons" }, captionsButton, modeButton, endButton))),
            element("aside", { class: "call-side stack", "aria-label": say("side") },
                counter(practice, talk, toast), productSheet(practice),
                element("p", { class: "quiet-text" }, say("session"), " ", session)),
            endDialog, toast.node),
        leave() {
            leaving.abort();
            clearInterval(ticking);
            control?.leave();
            toast.hide();
            if (endDialog.open) endDialog.close();
        },
    };
}
