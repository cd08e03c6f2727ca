// What a headset would report: the document, the date of birth, and what changes hands. The objects and actions are
// names of Shared/Personas/vr-objects.yaml, so that the rules recognise them.

import { element } from "/elements.js";
import { button } from "./controls.js";

const interaction = (interactedObject, action) => ["VR_INTERACTION", { interactedObject, action }];
const deeds = {
    document: interaction("ID_Card", "SHOW"),
    demonstrate: interaction("GLO_Device", "DEMONSTRATE"),
    device: interaction("GLO_Device", "HANDOVER"),
    neo: interaction("Neo_Stick", "HANDOVER"),
    veo: interaction("Veo_Stick", "HANDOVER"),
    velo: interaction("Velo_Can", "HANDOVER"),
    leaflet: interaction("Leaflet", "HANDOVER"),
};
const ids = { document: "ask-document", device: "hand-over", leaflet: "hand-leaflet", demonstrate: "show-device" };

export function counter(practice, talk) {
    const say = (key, values) => practice.say(`counter.${key}`, values);
    const status = element("p", { class: "unseen", role: "status" });
    const card = element("div", { class: "id-card", hidden: !talk.hasShownDocument });
    const check = element("form", { class: "check-date", hidden: true });

    const act = (name) => {
        talk.act(name, ...deeds[name]);
        status.textContent = say(`done.${name}`);
    };
    const action = (name, listener = () => act(name)) =>
        button(say(name), { id: ids[name] ?? `hand-${name}` }, listener);
    /** Under a heading that says what is done with it; on its own it says so itself. */
    const thing = (name) => button(say(name), {
        id: ids[name] ?? `hand-${name}`, "aria-label": say(`whole.${name}`),
    }, () => act(name));

    function fillCard() {
        card.replaceChildren(
            element("p", { class: "id-title" }, say("card")),
            element("dl", {},
                element("div", {}, element("dt", {}, say("cardName")), element("dd", {}, talk.persona?.name ?? "–")),
                element("div", {}, element("dt", {}, say("born")),
                    element("dd", { id: "card-birth" }, practice.words.day(talk.persona?.birthDate)))));
    }
    if (talk.hasShownDocument) fillCard();

    const ask = action("document", () => {
        act("document");
        talk.hasShownDocument = true;
        fillCard();
        card.hidden = false;
        status.textContent = say("cardShown", { date: practice.words.day(talk.persona?.birthDate) });
    });

    const date = element("input", {
        id: "birth-date", type: "date", required: true, min: "1900-01-01", max: new Date().toISOString().slice(0, 10),
        "aria-describedby": "birth-hint",
    });
    const open = button(say("date"), {
        id: "check-date", "aria-expanded": "false", "aria-controls": "date-form",
    }, () => {
        check.hidden = !check.hidden;
        open.setAttribute("aria-expanded", String(!check.hidden));
        if (!check.hidden) date.focus();
    });
    check.id = "date-form";
    check.append(
        element("p", { class: "field" }, element("label", { for: "birth-date" }, say("birth")), date,
            element("span", { id: "birth-hint", class: "quiet-text" }, say("birthHint"))),
        element("p", {}, element("button", { id: "date-enter", class: "button", type: "submit" }, say("enter"))));
    check.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!date.value) return;
        talk.act("date", "DOB_CHECK", { entered: date.value, correct: date.value === talk.persona?.birthDate });
        status.textContent = say("done.date");
        date.value = "";
        check.hidden = true;
        open.setAttribute("aria-expanded", "false");
        open.focus();
    });

    const node = element("details", { class: "panel counter", open: matchMedia("(min-width: 62rem)").matches },
        element("summary", {}, element("h2", {}, say("title"))),
        element("div", { class: "stack" },
            element("div", { class: "deed-group wide" }, ask, open), card, check,
            element("div", { class: "deed-group wide" }, action("demonstrate")),
            element("div", { role: "group", "aria-labelledby": "hand-over-title" },
                element("h3", { id: "hand-over-title" }, say("handOver")),
                element("div", { class: "deed-group" }, ["device", "neo", "veo", "velo", "leaflet"].map(thing))),
            element("p", { class: "quiet-text" }, say("hint"))),
        status);
    return node;
}
