// Charts. All geometry is SVG attributes, because the content policy allows no inline styles; colours are classes.

import { element, svg } from "./elements.js";
import * as format from "./formats.js";

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A horizontal bar for a value of 0 to 100. The value itself is always shown beside it as text. */
export function bar(value) {
    return svg("svg", { class: "bar", "aria-hidden": "true", width: "100%", height: 8 },
        svg("rect", { class: "bar-ground", width: "100%", height: 8, rx: 4 }),
        Number.isFinite(value)
            ? svg("rect", { class: "bar-value", width: `${clamp(value, 0, 100)}%`, height: 8, rx: 4 }) : null);
}

/** Shares of a whole, side by side. `parts` are `{ kind, count }`. */
export function shares(parts) {
    const total = parts.reduce((sum, part) => sum + part.count, 0);
    let before = 0;
    const rects = parts.filter((part) => part.count > 0).map((part) => {
        const rect = svg("rect", {
            class: `share ${part.kind}`, x: `${(before / total) * 100}%`, width: `${(part.count / total) * 100}%`, height: 14,
        });
        before += part.count;
        return rect;
    });
    return svg("svg", { class: "shares", "aria-hidden": "true", width: "100%", height: 14 },
        svg("rect", { class: "bar-ground", width: "100%", height: 14 }), rects);
}

/** The overall score as a ring with its number. */
export function ring(score) {
    const known = Number.isFinite(score);
    return svg("svg", {
        class: "ring", viewBox: "0 0 120 120", role: "img",
        "aria-label": known ? `Score ${score} of 100` : "No score",
    },
        svg("circle", { class: "ring-ground", cx: 60, cy: 60, r: 52 }),
        known && score > 0 ? svg("circle", {
            class: "ring-value", cx: 60, cy: 60, r: 52, pathLength: 100, "stroke-dasharray": `${clamp(score, 0, 100)} 100`,
            transform: "rotate(-90 60 60)",
        }) : null,
        svg("text", { class: "ring-number", x: 60, y: 66, "text-anchor": "middle" }, known ? String(score) : format.absent),
        svg("text", { class: "ring-unit", x: 60, y: 84, "text-anchor": "middle" }, known ? "of 100" : "no score"));
}

const frame = { width: 640, height: 240, left: 44, right: 16, top: 14, bottom: 40 };

function grid({ values, label, y }) {
    return values.map((value) => [
        svg("line", { class: "grid", x1: frame.left, x2: frame.width - frame.right, y1: y(value), y2: y(value) }),
        svg("text", { class: "tick", x: frame.left - 8, y: y(value) + 4, "text-anchor": "end" }, label(value)),
    ]);
}

function titles(horizontal, vertical) {
    const middle = (frame.top + frame.height - frame.bottom) / 2;
    return [
        svg("text", {
            class: "axis", x: (frame.left + frame.width - frame.right) / 2, y: frame.height - 4, "text-anchor": "middle",
        }, horizontal),
        svg("text", { class: "axis", transform: `translate(11 ${middle}) rotate(-90)`, "text-anchor": "middle" }, vertical),
    ];
}

/**
 * Scores of one trainee, oldest first; each is a link to its session.
 *
 * @param items `{ label, score, outcome, href }`
 */
export function progress(items) {
    const x = (index) => items.length === 1
        ? (frame.left + frame.width - frame.right) / 2
        : frame.left + 10 + (index / (items.length - 1)) * (frame.width - frame.left - frame.right - 20);
    const y = (value) => frame.top + (1 - clamp(value, 0, 100) / 100) * (frame.height - frame.top - frame.bottom);
    const every = Math.max(1, Math.ceil(items.length / 8));
    const line = items.map((item, index) => `${index === 0 ? "M" : "L"}${x(index)} ${y(item.score)}`).join(" ");
    return svg("svg", {
        class: "chart", viewBox: `0 0 ${frame.width} ${frame.height}`, role: "group",
        "aria-label": `Score of ${items.length} sessions, oldest first: from ${items[0].score} to `
            + `${items.at(-1).score} of 100.`,
    },
        grid({ values: [0, 25, 50, 75, 100], label: String, y }),
        titles("Scored sessions, oldest first", "Score"),
        items.map((item, index) => index % every === 0
            ? svg("text", {
                class: "tick", x: x(index), y: frame.height - frame.bottom + 16, "text-anchor": "middle",
            }, String(index + 1)) : null),
        svg("path", { class: "line", d: line }),
        items.map((item, index) => svg("a", { href: item.href, "aria-label": item.label },
            svg("circle", {
                class: `dot ${item.outcome ?? ""}`, cx: x(index), cy: y(item.score), r: items.length > 60 ? 3 : 5,
            },
                svg("title", {}, item.label)))));
}

/** The numbers behind a chart, for readers who cannot see it or want exact values. */
export function numbers(id, summary, columns, rows) {
    return element("details", { class: "numbers", id },
        element("summary", {}, summary),
        element("table", {},
            element("thead", {}, element("tr", {}, columns.map((column) => element("th", { scope: "col" }, column)))),
            element("tbody", {}, rows.map((row) => element("tr", {}, row.map((cell) => element("td", {}, cell)))))));
}
