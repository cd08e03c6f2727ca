// After a reload in mid-call, or in a new tab after the old one was closed: go on, or see the result.

import { element } from "/elements.js";
import * as memory from "../memory.js";
import { button } from "../parts/controls.js";
import { Talk } from "../talk.js";

export function resumeScreen(practice) {
    const say = (key, values) => practice.say(`resume.${key}`, values);
    const kept = memory.call();
    const name = kept?.persona?.name ?? practice.say("call.customer");
    const heading = element("h1", { tabindex: -1 }, say("title"));
    const problem = element("p", { class: "problem-text", role: "alert" });
    const text = element("p", {}, say("text", { name }));

    const goOn = button(say("goOn"), { id: "resume-call", class: "primary large" }, () => takeUp());
    const byTyping = button(
        practice.say("device.byTyping"), { id: "resume-typing", hidden: true }, () => takeUp({ isTyped: true }));
    const finish = button(say("finish"), { id: "finish-call" }, () => takeUp({ toEnd: true }));
    // Several people may share a browser.
    const notMine = kept?.isTakenOver
        ? button(say("notMine"), { id: "not-my-call", class: "quiet" }, () => {
            memory.forgetCall();
            memory.forgetTicket();
            memory.keepName("");
            practice.connect();
            practice.who = null;
            practice.showWho();
            practice.go("who", { replace: true });
        })
        : null;
    const enable = (isEnabled) => {
        for (const each of [goOn, byTyping, finish, notMine]) if (each) each.disabled = !isEnabled;
    };

    async function takeUp({ toEnd = false, isTyped = false } = {}) {
        enable(false);
        problem.textContent = "";
        await known();
        practice.sessionId = kept.sessionId;
        practice.scenario = kept.scenario;
        const talk = new Talk(practice, toEnd || isTyped ? { ...kept, usesMicrophone: false } : kept);
        practice.talk = talk;
        try {
            await talk.begin(() => toEnd || practice.go("call", { replace: true }));
            if (!toEnd) return;
            talk.end();
            practice.go("result", { replace: true });
        } catch (error) {
            talk.leave();
            practice.talk = null;
            if (isOver(error)) {
                memory.forgetCall();
                practice.go("result", { replace: true });
                return;
            }
            if (document.documentElement.dataset.screen === "call") practice.go("resume", { replace: true });
            const shown = document.getElementById("resume-problem") ?? problem;
            const key = `device.fault.${error.code}`;
            const isDeaf = practice.words.has(key);
            shown.textContent = isDeaf ? practice.say(key) : practice.problem(error);
            const typed = document.getElementById("resume-typing") ?? byTyping;
            typed.hidden = !isDeaf;
            enable(true);
        }
    }
    problem.id = "resume-problem";

    /** Who it is only matters for what comes after the call, so nothing is asked here. */
    async function known() {
        if (practice.who) return;
        const who = await practice.rest.get("/api/login").catch(() => null);
        if (who) practice.who = { ...who, traineeId: who.traineeId ?? (memory.name() || who.name) };
        practice.showWho();
    }

    // It may have ended meanwhile.
    practice.rest.session(kept?.sessionId ?? "").then(async (session) => {
        if (session.status !== "ended" || document.documentElement.dataset.screen !== "resume") return;
        memory.forgetCall();
        await known();
        practice.sessionId = session.sessionId;
        practice.scenario = kept.scenario;
        practice.go("result", { replace: true });
    }).catch((error) => {
        if (error.status !== 404 || document.documentElement.dataset.screen !== "resume") return;
        memory.forgetCall();
        practice.go("who", { replace: true });
    });

    return {
        heading, title: say("title"),
        node: element("div", { class: "panel narrow stack" },
            heading, text, problem, element("p", { class: "actions" }, goOn, byTyping, finish, notMine)),
    };
}

/** The server says that there is nothing left to take up. */
const isOver = ({ code }) => ["session_ended", "session_not_found", "invalid_token"].includes(code);
