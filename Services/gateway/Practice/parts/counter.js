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

/** @param toast tells what was done: on a phone the captions are out of sight here */
export function counter(practice, talk, toast) {
    const say = (key, values) => practice.say(`counter.${key}`, values);

    /** @param answer what the customer does then */
    function act(name, [type, data], answer) {
        const isSent = talk.act(name, type, data);
        if (isSent) toast.show(`${say(`done.${name}`)}.`, answer);
        else toast.show(`${say(`done.${name}`)}: ${practice.say("call.refused.other")}.`);
        return isSent;
    }
    const action = (name, listener = () => act(name, deeds[name])) =>
        button(say(name), { id: ids[name] ?? `hand-${name}` }, listener);
    /** Under a heading that says what is done with it; on its own it says so itself. */
    const thing = (name) => button(say(name), {
        id: ids[name] ?? `hand-${name}`, "aria-label": say(`whole.${name}`),
    }, () => act(name, deeds[name]));

    // MARK: The document, with its place kept free until it is shown

    const cardName = element("dd", {});
    const cardBirth = element("dd", { id: "card-birth" });
    const card = element("div", { class: "id-card" },
        element("p", { class: "id-title" }, say("card")),
        element("dl", {},
            element("div", {}, element("dt", {}, say("cardName")), cardName),
            element("div", {}, element("dt", {}, say("born")), cardBirth)));
    function showCard() {
        card.classList.toggle("blank", !talk.hasShownDocument);
        cardName.textContent = talk.hasShownDocument ? talk.persona?.name ?? "–" : "–";
        cardBirth.textContent = talk.hasShownDocument ? practice.words.day(talk.persona?.birthDate) : say("notShown");
    }
    showCard();
    const ask = action("document", () => {
        if (!act("document", deeds.document, say("cardShown", { date: practice.words.day(talk.persona?.birthDate) }))) {
            return;
        }
        talk.hasShownDocument = true;
        showCard();
    });

    // MARK: The date of birth

    const date = element("input", {
        id: "birth-date", type: "date", required: true, min: "1900-01-01", max: new Date().toISOString().slice(0, 10),
        "aria-describedby": "birth-hint",
    });
    const check = element("form", { class: "check-date", id: "date-form" },
        element("div", { class: "field" }, element("label", { for: "birth-date" }, say("date")),
            element("div", { class: "date-row" }, date,
                element("button", { id: "date-enter", class: "button", type: "submit" }, say("enter"))),
            element("span", { id: "birth-hint", class: "quiet-text" }, say("birthHint"))));
    check.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!date.value) return;
        const { value } = date;
        const isSent = act("date", ["DOB_CHECK", { entered: value, correct: value === talk.persona?.birthDate }],
            practice.words.day(value));
        if (isSent) date.value = "";
    });

    return element("details", { class: "panel counter", open: matchMedia("(min-width: 62rem)").matches },
        element("summary", {}, element("h2", {}, say("title"))),
        element("div", { class: "stack" },
            element("div", { class: "deed-group wide" }, ask), card, check,
            element("div", { class: "deed-group wide" }, action("demonstrate")),
            element("div", { role: "group", "aria-labelledby": "hand-over-title" },
                element("h3", { id: "hand-over-title" }, say("handOver")),
                element("div", { class: "deed-group" }, ["device", "neo", "veo", "velo", "leaflet"].map(thing))),
            element("p", { class: "quiet-text" }, say("hint"))));
}
