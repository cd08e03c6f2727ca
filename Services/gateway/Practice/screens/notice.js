// What a trainee has to know before the first word: that the customer is an AI.

import { element } from "/elements.js";
import { button, problemBox, toggle, waiting } from "../parts/controls.js";
import { toCalls } from "./calls.js";

export function noticeScreen(practice) {
    const heading = element("h1", { tabindex: -1 }, practice.say("notice.title"));
    const body = element("div", { class: "stack" }, waiting(practice.say("shell.loading")));
    let isLeft = false;

    async function load() {
        body.replaceChildren(waiting(practice.say("shell.loading")));
        try {
            const notice = await practice.rest.get(`/api/notice?language=${practice.words.language}`);
            if (!isLeft) show(notice);
        } catch (error) {
            if (!isLeft) body.replaceChildren(problemBox(practice, error, load));
        }
    }

    function show({ version, language, text, recording }) {
        const accept = () => {
            practice.noticeShown = { version, language, time: new Date().toISOString() };
            practice.go("device", { replace: true });
        };
        body.replaceChildren(
            element("div", { class: "notice-text stack", lang: language, id: "notice-text" },
                text.split(/\n\s*\n/).map((paragraph) => element("p", {}, paragraph))),
            ...(recording
                ? [toggle({
                    id: "record-calls", label: practice.say("notice.record"), checked: practice.isRecorded,
                    onChange: (isOn) => (practice.isRecorded = isOn),
                })]
                : []),
            element("p", { class: "quiet-text" }, practice.say("notice.stored")),
            element("p", { class: "actions" },
                button(practice.say("notice.accept"), { id: "accept-notice", class: "primary large" }, accept),
                toCalls(practice)));
    }

    load();
    return {
        node: element("div", { class: "panel narrow stack" }, heading, body), heading,
        title: practice.say("notice.title"), leave: () => (isLeft = true),
    };
}
