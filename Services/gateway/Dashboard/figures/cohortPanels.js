// The panels of the cohort page.

import { bar } from "../charts.js";
import { element, svg } from "../elements.js";
import * as format from "../formats.js";
import * as routes from "../routes.js";
import { interval, method, points } from "./estimates.js";

const percent = (share) => format.percent(share);

export function summary({ score, passRate, dropOff, needsReviewSessions }) {
    const figure = (name, value, note) => element("div", { class: "stat" },
        element("dt", {}, name),
        element("dd", {}, element("span", { class: "figure" }, value), element("span", { class: "note" }, note)));
    const rests = (estimate, show) =>
        `n ${format.count(estimate.n)}` + (Number.isFinite(estimate.low) ? `, ${interval(estimate, show)}` : "");
    return [
        figure("Average score", points(score.value), rests(score)),
        figure("Passed", percent(passRate.value), rests(passRate, percent)),
        figure("Counted", format.count(dropOff.counted), `of ${format.count(dropOff.created)} sessions`),
        figure("Needs review", format.count(needsReviewSessions), needsReviewSessions === 1 ? "session" : "sessions"),
    ];
}

const steps = [
    ["created", "Created"], ["started", "Started"], ["ended", "Ended"], ["counted", "Counted"], ["passed", "Passed"],
];

export function dropOff(numbers) {
    return [
        element("h2", {}, "Drop-off"),
        element("table", { class: "groups wide" },
            element("thead", {}, element("tr", {},
                element("th", { scope: "col" }, "Step"), element("td", { class: "bar-cell" }),
                element("th", { scope: "col", class: "number" }, "Sessions"),
                element("th", { scope: "col", class: "number" }, "Of the step before"))),
            element("tbody", {}, steps.map(([key, name], index) => {
                const before = index === 0 ? null : numbers[steps[index - 1][0]];
                return element("tr", {},
                    element("th", { scope: "row" }, name),
                    element("td", { class: "bar-cell" }, bar(numbers.created > 0 ? 100 * numbers[key] / numbers.created : null)),
                    element("td", { class: "number" }, format.count(numbers[key])),
                    element("td", { class: "number" }, before ? percent(numbers[key] / before) : format.absent));
            }))),
        element("p", { class: "quiet-text" },
            "Started: a client connected. Counted: scored, and not spoiled by a fault or by the customer."),
    ];
}

export function distribution(bins, count) {
    const heading = element("h2", {}, "Distribution of scores");
    if (count === 0) return [heading, element("p", { class: "quiet-text" }, "No session counts yet.")];
    const highest = Math.max(1, ...bins.map(({ sessions }) => sessions));
    const frame = { width: 640, height: 220, bottom: 40, top: 20 };
    const width = frame.width / bins.length;
    const height = frame.height - frame.top - frame.bottom;
    const label = bins.filter(({ sessions }) => sessions > 0)
        .map(({ from, to, sessions }) => `${from} to ${to}: ${sessions}`).join(", ");
    return [
        heading,
        svg("svg", {
            class: "chart histogram", viewBox: `0 0 ${frame.width} ${frame.height}`, role: "img",
            "aria-label": `Sessions by score. ${label}.`,
        },
            svg("line", { class: "grid", x1: 0, x2: frame.width, y1: frame.top + height, y2: frame.top + height }),
            bins.map(({ from, sessions }, index) => {
                const size = (sessions / highest) * height;
                const middle = (index + .5) * width;
                return [
                    svg("rect", { class: "bar-value", x: index * width + 4, width: width - 8, y: frame.top + height - size, height: size, rx: 3 }),
                    sessions > 0 ? svg("text", { class: "tick", x: middle, y: frame.top + height - size - 6, "text-anchor": "middle" }, format.count(sessions)) : null,
                    svg("text", { class: "tick", x: middle, y: frame.height - 20, "text-anchor": "middle" }, String(from)),
                ];
            }),
            svg("text", { class: "axis", x: frame.width / 2, y: frame.height - 2, "text-anchor": "middle" }, "Score, in steps of ten")),
    ];
}

export function categories(items, fewest) {
    return [
        element("h2", {}, "Weakest categories"),
        items.length === 0 ? element("p", { class: "quiet-text" }, "No category has been judged yet.")
            : table("Category", ["Mean", "95 % interval", "n"], items.map(({ title, estimate }) => ({
                name: title, isFew: estimate.n < fewest, bar: estimate.value,
                cells: [points(estimate.value), interval(estimate), format.count(estimate.n)],
            }))),
        method(fewest),
    ];
}

export function findings(items, counted, fewest) {
    return [
        element("h2", {}, "Broken rules"),
        items.length === 0 ? element("p", { class: "quiet-text" }, "No rule was broken in a session that counts.")
            : table("Rule", ["Sessions", "Share", "95 % interval", "Undecided"], items.map(({ rule, sessions, share, undecided }) => ({
                name: format.words(rule), isFew: counted < fewest, bar: 100 * (share.value ?? 0),
                cells: [format.count(sessions), percent(share.value), interval(share, percent), format.count(undecided)],
            }))),
    ];
}

function table(column, columns, rows) {
    return element("div", { class: "scroll", role: "region", "aria-label": column, tabindex: 0 },
        element("table", { class: "groups wide" },
            element("thead", {}, element("tr", {},
                element("th", { scope: "col" }, column), element("td", { class: "bar-cell" }),
                columns.map((name) => element("th", { scope: "col", class: "number" }, name)))),
            element("tbody", {}, rows.map(({ name, isFew, bar: value, cells }) => element("tr", { class: isFew ? "few" : null },
                element("th", { scope: "row" }, name),
                element("td", { class: "bar-cell" }, bar(value)),
                cells.map((cell) => element("td", { class: "number" }, cell)))))));
}

export function forReview(items, count) {
    return [
        element("h2", {}, "Needs review"),
        items.length === 0 ? element("p", { class: "quiet-text" }, "No session needs review.") : [
            element("ul", { class: "review-list" }, items.map((item) => element("li", {},
                element("a", { href: routes.session(item.sessionId) }, item.sessionId), ` ${item.personaName}, `,
                element("a", { href: routes.trainee(item.traineeId) }, item.traineeId), `, ${format.date(item.createdAt)}`))),
            count > items.length
                ? element("p", { class: "quiet-text" }, `The newest ${format.count(items.length)} of ${format.count(count)}.`) : null,
        ],
    ];
}
