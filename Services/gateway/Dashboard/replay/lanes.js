// Draws the lanes of a replay, and finds what is under the pointer. Only the part that can be seen is drawn.

import * as format from "../formats.js";
import { groups, lastAt } from "./moments.js";
import { addShape, isOutline } from "./shapes.js";

/** In CSS pixels. A narrow screen has the name of a lane above its content. */
const heights = { axis: 22, lane: 26, mood: 46, label: 13 };
const margin = 10;
const reach = 8;

/** Whole steps that are easy to read. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** What matters more is drawn over what matters less, and found first. */
const tones = { quiet: "--quiet", plain: "--quiet", good: "--good", accent: "--accent", warn: "--warn", bad: "--bad" };
const ranks = new Map(Object.keys(tones).map((tone, index) => [tone, index]));
const rank = ({ tone }) => ranks.get(tone);

export class Lanes {
    #canvas;
    #session = { lines: [], mood: [], moments: [], away: [], end: 1 };
    #shown = new Map();
    #colours = null;
    #width = 0;
    #wide = 0;
    #from = 0;

    /** @param customer the customer's name */
    constructor(canvas, customer) {
        this.#canvas = canvas;
        this.customer = customer;
    }

    /** `lines` in the order of their times, `mood`, `moments` that are shown, `away` (absences), `end`. */
    setContent(content) {
        this.#session = content;
        this.#shown = Map.groupBy(content.moments, ({ group }) => group);
        this.longestLine = content.lines.reduce((most, line) => Math.max(most, line.endTime - line.startTime), 0);
    }

    /** The lanes with their names, from top to bottom. */
    get names() {
        return [
            { id: "customer", name: this.customer }, { id: "trainee", name: "Trainee" }, { id: "mood", name: "Mood" },
            ...groups,
        ];
    }

    /**
     * @param width of what can be seen
     * @param wide of the whole axis
     * @param isNarrow whether the names are above the lanes
     */
    resize({ width, wide, isNarrow }) {
        const label = isNarrow ? heights.label : 0;
        let top = heights.axis;
        this.#width = width;
        this.#wide = wide;
        this.rows = this.names.map((lane) => {
            const height = label + (lane.id === "mood" ? heights.mood : heights.lane);
            const row = { ...lane, top: top + label, height: height - label, labelTop: top };
            top += height;
            return row;
        });
        this.height = top + 4;
        const scale = Math.min(2, devicePixelRatio || 1);
        this.#canvas.width = Math.round(width * scale);
        this.#canvas.height = Math.round(this.height * scale);
        this.#canvas.style.width = `${width}px`;
        this.#canvas.style.height = `${this.height}px`;
        this.scale = scale;
    }

    /** The colours of the page have changed. */
    forgetColours() {
        this.#colours = null;
    }

    /** Pixels from the beginning of the axis. */
    x(time) {
        return margin + (time / this.#session.end) * (this.#wide - 2 * margin);
    }

    time(x) {
        return Math.min(this.#session.end, Math.max(0, this.#timeOrBeyond(x)));
    }

    /** The same, also for places before the beginning and after the end. */
    #timeOrBeyond(x) {
        return ((x - margin) / (this.#wide - 2 * margin)) * this.#session.end;
    }

    // MARK: drawing

    /** @param from the first pixel of the axis that can be seen */
    draw(from) {
        this.#from = from;
        const pen = this.#canvas.getContext("2d");
        const colours = this.#colours ??= this.#readColours();
        pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
        pen.clearRect(0, 0, this.#width, this.height);
        pen.translate(-from, 0);
        this.#drawGround(pen, colours);
        for (const row of this.rows) {
            if (row.id === "customer" || row.id === "trainee") this.#drawLines(pen, colours, row);
            else if (row.id === "mood") this.#drawMood(pen, colours, row);
            else this.#drawMoments(pen, colours, row);
        }
    }

    #drawGround(pen, colours) {
        const [first, last] = this.#seen();
        pen.font = `11px ${colours.font}`;
        pen.textBaseline = "middle";
        pen.lineWidth = 1;
        const step = steps.find((each) => this.x(each) - this.x(0) >= 64) ?? 7200;
        for (let time = Math.max(0, Math.floor(first / step) * step); time <= Math.min(last, this.#session.end); time += step) {
            const x = Math.round(this.x(time)) + 0.5;
            pen.strokeStyle = colours.line;
            pen.beginPath();
            pen.moveTo(x, heights.axis - 4);
            pen.lineTo(x, this.height);
            pen.stroke();
            pen.fillStyle = colours.quiet;
            const text = format.clock(time);
            const width = pen.measureText(text).width;
            pen.fillText(text, Math.min(this.#wide - width, Math.max(0, x - width / 2)), heights.axis / 2 - 1);
        }
        pen.fillStyle = colours.line;
        for (const row of this.rows) pen.fillRect(this.#from, row.labelTop, this.#width, 1);
        pen.fillStyle = colours.away;
        const top = heights.axis;
        for (const { from, to } of this.#session.away) {
            pen.fillRect(this.x(from), top, Math.max(2, this.x(to ?? this.#session.end) - this.x(from)), this.height - top);
        }
    }

    #drawLines(pen, colours, row) {
        const speaker = row.id === "customer" ? "AVATAR" : "TRAINEE";
        pen.fillStyle = speaker === "AVATAR" ? colours.customer : colours.trainee;
        const [first, last] = this.#seen();
        const { lines } = this.#session;
        const top = row.top + 6;
        const height = row.height - 12;
        const cuts = new Path2D();
        pen.beginPath();
        for (let index = Math.max(0, lastAt(lines, first - this.longestLine, (line) => line.startTime));
            index < lines.length && lines[index].startTime <= last; index += 1) {
            const line = lines[index];
            if (line.speaker !== speaker) continue;
            const x = this.x(line.startTime);
            const width = Math.max(2, this.x(line.endTime) - x);
            if (line.interrupted) {
                pen.rect(x, top, width, height);
                cuts.rect(x + width, top - 3, 2.5, height + 6);
            } else {
                pen.roundRect(x, top, width, height, Math.min(3, width / 2));
            }
        }
        pen.fill();
        pen.fillStyle = colours.text;
        pen.fill(cuts);
    }

    #drawMood(pen, colours, row) {
        const { mood, end } = this.#session;
        // The axis may be laid out before it has anything to show.
        if (mood.length === 0) return;
        const y = (value) => row.top + 5 + (1 - Math.min(10, Math.max(0, value)) / 10) * (row.height - 10);
        const [first, last] = this.#seen();
        const line = new Path2D();
        const start = Math.max(0, lastAt(mood, first));
        line.moveTo(this.x(mood[start].time), y(mood[start].value));
        for (let index = start + 1; index < mood.length && mood[index - 1].time <= last; index += 1) {
            line.lineTo(this.x(mood[index].time), y(mood[index - 1].value));
            line.lineTo(this.x(mood[index].time), y(mood[index].value));
        }
        const stop = Math.min(end, Math.max(last, mood[start].time));
        line.lineTo(this.x(stop), y(mood[Math.max(start, lastAt(mood, stop))].value));
        const area = new Path2D(line);
        area.lineTo(this.x(stop), y(0));
        area.lineTo(this.x(mood[start].time), y(0));
        pen.fillStyle = colours.area;
        pen.fill(area);
        pen.strokeStyle = colours.accent;
        pen.lineWidth = 2;
        pen.lineJoin = "round";
        pen.stroke(line);
    }

    /** All shapes of one colour are one path: thousands of them cost as much as a few. */
    #drawMoments(pen, colours, row) {
        const y = row.top + row.height / 2;
        const [first, last] = this.#seen();
        const all = this.#shown.get(row.id) ?? [];
        const paths = new Map();
        for (let index = lastAt(all, first) + 1; index < all.length && all[index].time <= last; index += 1) {
            const { kind, tone, time } = all[index];
            const key = `${tone} ${isOutline(kind)}`;
            if (!paths.has(key)) paths.set(key, { path: new Path2D(), tone, outline: isOutline(kind) });
            addShape(paths.get(key).path, kind, this.x(time), y);
        }
        pen.lineWidth = 1.75;
        for (const { path, tone, outline } of [...paths.values()].sort((a, b) => rank(a) - rank(b))) {
            pen.fillStyle = outline ? colours.surface : colours[tone];
            pen.fill(path);
            if (!outline) continue;
            pen.strokeStyle = colours[tone];
            pen.stroke(path);
        }
    }

    /** The times that can be seen, with those whose shapes reach into the picture. */
    #seen() {
        return [this.#timeOrBeyond(this.#from - reach), this.#timeOrBeyond(this.#from + this.#width + reach)];
    }

    #readColours() {
        const style = getComputedStyle(this.#canvas);
        const value = (name) => style.getPropertyValue(name).trim();
        const colours = { font: style.fontFamily };
        for (const [tone, name] of Object.entries(tones)) colours[tone] = value(name);
        return {
            ...colours, text: value("--text"), line: value("--line"), surface: value("--surface"), customer: value("--lane-customer"),
            trainee: value("--lane-trainee"), area: value("--lane-area"), away: value("--lane-away"),
        };
    }

    // MARK: finding

    /** The moment, or the line, at a place in the whole axis; null if there is none. */
    at(x, y) {
        const row = this.rows.find(({ labelTop, top, height }) => y >= labelTop && y < top + height);
        if (!row) return null;
        if (row.id === "mood") {
            const point = this.#session.mood[lastAt(this.#session.mood, this.time(x))];
            return point ? { time: this.time(x), label: `Mood ${point.value}`, title: "", text: "" } : null;
        }
        if (row.id === "customer" || row.id === "trainee") return this.#lineAt(x, row);
        const all = this.#shown.get(row.id) ?? [];
        const [first, last] = [x - reach, x + reach].map((edge) => lastAt(all, this.#timeOrBeyond(edge)) + 1);
        const near = all.slice(first, last)
            .map((moment) => ({ moment, far: Math.round(Math.abs(this.x(moment.time) - x)) }))
            .sort((a, b) => a.far - b.far || rank(b.moment) - rank(a.moment));
        if (near.length === 0) return null;
        const { moment } = near[0];
        const others = all.filter(({ time }) => time === moment.time).length - 1;
        return { ...moment, others };
    }

    #lineAt(x, row) {
        const speaker = row.id === "customer" ? "AVATAR" : "TRAINEE";
        const { lines } = this.#session;
        for (let index = lastAt(lines, this.time(x + 2), (line) => line.startTime); index >= 0; index -= 1) {
            const line = lines[index];
            if (line.startTime < this.time(x) - this.longestLine - 1) return null;
            if (line.speaker === speaker && this.x(line.endTime) + 2 >= x) {
                return {
                    time: line.startTime, place: line.utteranceId, label: row.name, title: "",
                    text: line.text + (line.interrupted ? " —" : ""),
                };
            }
        }
        return null;
    }
}
