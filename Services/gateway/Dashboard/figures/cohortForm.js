// The filters of the cohort page. Only what sessions have can be chosen.

import * as api from "../api.js";
import { element } from "../elements.js";

const option = (value, name) => element("option", { value }, name);

export function makeForm(apply, cleared) {
    const select = (name) => element("select", { id: `cohort-${name}`, name });
    const persona = select("personaId");
    const choices = { store: select("store"), market: select("market"), client: select("client") };
    const fields = [
        ["Persona", persona, "All personas"], ["Store", choices.store, "All stores"], ["Market", choices.market, "All markets"],
        ["Client", choices.client, "All clients"],
        ["From", element("input", { id: "cohort-from", name: "from", type: "date" })],
        ["To", element("input", { id: "cohort-to", name: "to", type: "date" })],
    ];
    const clear = element("a", { class: "button quiet", href: cleared }, "Clear");
    const values = () => Object.fromEntries([...new FormData(node)].filter(([, value]) => value));
    const node = element("form", {
        class: "filters", role: "search", "aria-label": "Filter the cohort",
        on: {
            submit: (event) => { event.preventDefault(); apply(values()); },
            change: () => apply(values()),
        },
    },
        fields.map(([name, control]) => element("p", { class: "field" }, element("label", { for: control.id }, name), control)),
        element("p", { class: "field actions" }, element("button", { class: "button", type: "submit" }, "Apply"), clear));
    let wanted = {};
    let hasPersonas = false;

    function offer(control, all, items) {
        const value = wanted[control.name] ?? "";
        const missing = value && !items.some(([key]) => key === value) ? [[value, value]] : [];
        control.replaceChildren(option("", all), ...[...items, ...missing].map(([key, name]) => option(key, name)));
        control.value = value;
    }

    for (const [, control, all] of fields) if (all) offer(control, all, []);

    return {
        node,
        fill(filter) {
            wanted = filter;
            for (const [, control, all] of fields) {
                const value = filter[control.name] ?? "";
                if (all && value && ![...control.options].some((each) => each.value === value)) control.append(option(value, value));
                control.value = value;
            }
            clear.hidden = Object.keys(filter).length === 0;
        },
        async load(signal) {
            if (hasPersonas) return;
            const { items } = await api.personas(signal);
            offer(persona, "All personas",
                items.map((item) => [item.id, [item.name, item.type, item.language].filter(Boolean).join(" · ")]));
            hasPersonas = true;
        },
        show({ stores, markets, clients }) {
            const pairs = (items) => items.map((item) => [item, item]);
            offer(choices.store, "All stores", pairs(stores));
            offer(choices.market, "All markets", pairs(markets));
            offer(choices.client, "All clients", pairs(clients));
            for (const [control, items] of [[choices.store, stores], [choices.market, markets], [choices.client, clients]]) {
                control.closest(".field").hidden = items.length === 0 && !control.value;
            }
        },
    };
}
