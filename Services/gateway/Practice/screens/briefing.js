// What the trainee may know before the call, and how it is to be held.

import { element } from "/elements.js";
import { button, choices, difficulty, foreign, monogram, toggle } from "../parts/controls.js";
import { moment } from "../parts/goal.js";
import { productSheet } from "../parts/productSheet.js";
import { Talk } from "../talk.js";

const steps = ["greeting", "needs", "age_check", "presentation", "objections", "close"];

export function briefingScreen(practice) {
    const say = (key, values) => practice.say(`briefing.${key}`, values);
    const { scenario, focus, options, devices } = practice;
    const { persona } = scenario;
    const heading = foreign("h1", scenario.language, { tabindex: -1 }, scenario.title);
    const problem = element("p", { class: "problem-text", role: "alert" });
    const start = button(
        say("start", { name: persona?.name ?? "" }), { id: "start-call", class: "primary large" }, begin);

    async function begin() {
        start.disabled = true;
        problem.textContent = "";
        practice.talk?.leave(); // The last words of the call before may still be playing.
        const talk = new Talk(practice);
        practice.talk = talk;
        try {
            // In the click itself: browsers let sound begin in a gesture only.
            await talk.begin(() => practice.go("call"));
        } catch (error) {
            talk.leave();
            practice.talk = null;
            if (document.documentElement.dataset.screen === "call") practice.go("briefing", { replace: true });
            showProblem(error);
        }
    }

    function showProblem(error) {
        const open = document.getElementById("start-problem") ?? problem;
        const key = `device.fault.${error.code}`;
        const isDeaf = practice.words.has(key);
        open.replaceChildren(isDeaf ? practice.say(key) : practice.problem(error));
        const other = document.getElementById("without-microphone") ?? byTyping;
        other.hidden = !isDeaf;
        start.disabled = false;
        document.getElementById("start-call")?.focus();
    }
    problem.id = "start-problem";

    const byTyping = button(practice.say("device.byTyping"), { id: "without-microphone", hidden: true }, () => {
        devices.usesMicrophone = false;
        practice.redraw();
        document.getElementById("start-call").focus();
    });
    const toDevices = button(say("toDevices"), { id: "to-devices" }, () => {
        practice.afterCheck = "briefing";
        practice.go("device");
    });

    const briefing = scenario.briefing ?? [];
    const language = scenario.language ?? persona?.language ?? "en";
    return {
        heading, title: scenario.title,
        node: element("div", { class: "stack" },
            element("p", { class: "back" }, element("a", {
                href: "#", on: { click: (event) => {
                    event.preventDefault();
                    practice.go("scenarios");
                } },
            }, say("back"))),
            heading,
            focus ? moment(practice, focus) : null,
            element("div", { class: "briefing-columns" },
                element("div", { class: "stack" },
                    element("section", { class: "panel stack", "aria-labelledby": "customer-title" },
                        element("div", { class: "card-head" }, monogram(persona?.name),
                            element("div", {},
                                element("h2", { id: "customer-title" }, persona?.name),
                                foreign("p", scenario.language, { class: "quiet-text" }, persona?.description ?? ""))),
                        briefing.length > 0
                            ? [
                                foreign("p", scenario.language, { class: "where" }, scenario.place ?? ""),
                                foreign("ul", scenario.language, { class: "bullets" },
                                    briefing.map((line) => element("li", {}, line))),
                            ]
                            : foreign("p", scenario.language, {}, scenario.description),
                        element("p", { class: "facts-row" }, difficulty(practice, scenario),
                            element("span", {}, say("speaks", { language: practice.words.nameOf(language) })))),
                    element("section", { class: "panel stack", "aria-labelledby": "goal-title" },
                        element("h2", { id: "goal-title" }, say("goal")),
                        foreign("p", scenario.language, {}, scenario.goal),
                        element("h3", {}, say("steps")),
                        element("ol", { class: "bullets numbered" },
                            steps.map((step) => element("li", {}, practice.say(`step.${step}`)))),
                        element("p", { class: "box reminder" }, say("rules"))),
                    productSheet(practice)),
                element("section", { class: "panel stack options", "aria-labelledby": "options-title" },
                    element("h2", { id: "options-title" }, say("options")),
                    devices.usesMicrophone
                        ? choices({
                            name: "mode", legend: say("mode"), value: options.mode,
                            onChange: (value) => (options.mode = value),
                            options: [
                                { value: "open", label: say("open"), hint: say("openHint") },
                                { value: "push", label: say("push"), hint: say("pushHint") },
                            ],
                        })
                        : element("p", {}, say("typing")),
                    element("p", {}, toDevices),
                    toggle({
                        id: "option-captions", label: say("captions"), hint: say("captionsHint"),
                        checked: options.captions, onChange: (value) => (options.captions = value),
                    }),
                    toggle({
                        id: "option-hints", label: say("hints"), hint: say("hintsHint"), checked: options.hints,
                        onChange: (value) => (options.hints = value),
                    }),
                    element("p", { class: "quiet-text" }, say("private")),
                    problem,
                    element("p", { class: "actions" }, start, byTyping)))),
    };
}
