// Comparisons: figures of all sessions together, and of groups of them.

import { bar, shares } from "./charts.js";
import { element } from "./elements.js";
import * as format from "./formats.js";

/** The stats bar. */
export function figures(stats) {
    const figure = (name, value, note) => element("div", { class: "stat" },
        element("dt", {}, name),
        element("dd", {}, element("span", { class: "figure" }, value), element("span", { class: "note" }, note)));
    return [
        figure("Total sessions", format.count(stats.totalSessions), `${format.count(stats.scoredSessions)} scored`),
        figure("Average score", format.average(stats.averageScore), "of 100"),
        figure("Conversion rate", format.percent(stats.conversionRate), `of ${format.count(stats.endedSessions)} ended`),
        figure("Average duration", format.duration(stats.averageDurationMs), "min:s"),
        figure("Active now", format.count(stats.activeSessions), stats.activeSessions > 0 ? "live" : "none live"),
    ];
}

export function outcomes(stats) {
    const parts = format.outcomeNames.map(([kind, name]) => ({ kind, name, count: stats.outcomes[kind] ?? 0 }));
    const decided = parts.reduce((sum, part) => sum + part.count, 0);
    return [
        element("h2", {}, "Outcomes"),
        decided === 0 ? element("p", { class: "quiet-text" }, "No session has ended yet.") : [
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

/** Groups, the largest first, each with its average score as a bar. `address` gives the link of a group. */
export function comparison({ title, column, groups, limit = Infinity, address }) {
    const shown = [...groups].sort((a, b) => b.sessions - a.sessions || a.name.localeCompare(b.name)).slice(0, limit);
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
                    element("th", { scope: "row", title: group.name.length > 16 ? group.name : null },
                        element("a", { href: address(group) }, group.name)),
                    element("td", { class: "bar-cell" }, bar(group.averageScore)),
                    element("td", { class: "number" }, format.average(group.averageScore)),
                    element("td", { class: "number" }, format.percent(group.conversionRate)),
                    element("td", { class: "number" }, format.count(group.sessions))))))),
    ];
}
