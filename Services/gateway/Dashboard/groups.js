// Figures of all sessions together, and comparisons of groups.

import { bar, shares } from "./charts.js";
import { element } from "./elements.js";
import * as format from "./formats.js";

/** The stats bar. */
export function figures(stats) {
    const figure = (name, value, note) => element("div", { class: "stat" },
        element("dt", {}, name),
        element("dd", {}, element("span", { class: "figure" }, value), element("span", { class: "note" }, note)));
    const left = stats.notCountedSessions > 0 ? `, ${format.count(stats.notCountedSessions)} not counted` : "";
    return [
        figure("Total sessions", format.count(stats.totalSessions), `${format.count(stats.scoredSessions)} scored`),
        figure("Average score", format.average(stats.averageScore),
            `of 100, n ${format.count(stats.averageScoreOf)}${left}`),
        figure("Conversion rate", format.percent(stats.conversionRate),
            `n ${format.count(stats.conversionRateOf)}, where a sale was possible`),
        figure("Average duration", format.duration(stats.averageDurationMs), "min:s"),
        figure("Active now", format.count(stats.activeSessions), stats.activeSessions > 0 ? "live" : "none live"),
    ];
}

export function outcomes(stats) {
    const parts = format.outcomeNames.map(([kind, name]) => ({ kind, name, count: stats.outcomes[kind] ?? 0 }));
    const decided = parts.reduce((sum, part) => sum + part.count, 0);
    return [
        element("h2", {}, "Outcomes"),
        decided === 0 ? element("p", { class: "quiet-text" }, stats.endedSessions > 0
            ? "No session that ended is counted." : "No session has ended yet.") : [
            shares(parts),
            element("ul", { class: "legend" }, parts.map((part) => element("li", {},
                outcomeKey(part.kind),
                element("span", {}, part.name),
                element("span", { class: "number" }, format.count(part.count)),
                element("span", { class: "number share-text" }, format.percent(part.count / decided))))),
        ],
    ];
}

export const outcomeKey = (kind) => element("span", { class: `key ${kind}`, "aria-hidden": "true" });

/** Below this number of sessions a figure is grey and decides nothing. */
const fewest = 5;

/** A figure with the number of sessions that it rests on. */
const counted = (value, n) => element("td", { class: n < fewest ? "number few" : "number" },
    value, " ", element("span", { class: "of-how-many" }, `n ${format.count(n)}`));

/** Groups, the largest first, each with its average score as a bar. `address` gives the link of a group. */
export function comparison({ title, column, groups, limit = Infinity, address }) {
    const shown = [...groups].sort((a, b) => b.sessions - a.sessions || a.name.localeCompare(b.name)).slice(0, limit);
    const names = Map.groupBy(groups, ({ name }) => name);
    // The same customer in two languages may have one name.
    const label = ({ key, name }) => (names.get(name).length > 1 ? `${name} (${key})` : name);
    return [
        element("h2", {}, title),
        groups.length === 0 ? element("p", { class: "quiet-text" }, "Nothing to compare yet.") : element(
            "div", { class: "scroll" },
            element("table", { class: "groups" },
                element("thead", {}, element("tr", {},
                    element("th", { scope: "col" }, column),
                    element("td", { class: "bar-cell" }),
                    element("th", { scope: "col", class: "number" }, "Avg. score"),
                    element("th", { scope: "col", class: "number" }, "Converted"),
                    element("th", { scope: "col", class: "number" }, "Sessions"))),
                element("tbody", {}, shown.map((group) => element("tr", {},
                    element("th", { scope: "row", title: label(group).length > 16 ? label(group) : null },
                        element("a", { href: address(group) }, label(group))),
                    element("td", { class: "bar-cell" }, bar(group.averageScore)),
                    counted(format.average(group.averageScore), group.averageScoreOf),
                    counted(format.percent(group.conversionRate), group.conversionRateOf),
                    element("td", { class: "number" }, format.count(group.sessions))))))),
    ];
}

/** VR interactions that no content file names, for the operator, who can add them. */
export function unknownInteractions(pairs) {
    return [
        element("h2", {}, "Unknown VR interactions"),
        element("p", { class: "quiet-text" },
            "No content file names these, so no rule looks at them. If an object is a product that must not change hands "
                + "before the age check, name it in ", element("code", {}, "HANDOVER_OBJECTS"), " or in ",
            element("code", {}, "vr-objects.yaml"), "."),
        element("div", { class: "scroll" },
            element("table", { class: "groups unknown" },
                element("thead", {}, element("tr", {},
                    element("th", { scope: "col" }, "Object"),
                    element("th", { scope: "col" }, "Action"),
                    element("th", { scope: "col", class: "number" }, "Sessions"))),
                element("tbody", {}, pairs.map(({ object, action, sessions }) => element("tr", {},
                    element("th", { scope: "row" }, object || format.absent),
                    element("td", {}, action || format.absent),
                    element("td", { class: "number" }, format.count(sessions))))))),
    ];
}
