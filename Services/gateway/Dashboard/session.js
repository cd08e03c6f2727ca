// One session, live or ended.

import * as api from "./api.js";
import * as badges from "./badges.js";
import { moodCurve, numbers } from "./charts.js";
import { element, Slot } from "./elements.js";
import { Places } from "./evidence.js";
import { compliance } from "./findings.js";
import * as format from "./formats.js";
import { ReviewPanel } from "./reviewPanel.js";
import * as routes from "./routes.js";
import * as panels from "./scorePanels.js";
import { talkFacts } from "./talkFacts.js";
import { eventNodeId, lineId, quotesOf, timeline, transcript } from "./transcript.js";
import { verdict } from "./verdict.js";

const panel = (kind = "") => new Slot("section", { class: `panel ${kind}` });

export class Session {
    #place;
    #session = null;
    #head = new Slot("div", { class: "session-head" });
    #facts = new Slot("div");
    #findings = panel("compliance");
    #verdict = panel("verdict");
    #talk = panel("talk");
    #feedback = panel("feedback");
    #mood = panel("mood");
    #categories = panel();
    #steps = panel();
    #transcript = panel("wide-text");
    #timeline = panel();
    #record = panel();
    #exports = panel();
    #review;

    constructor({ id, place }, announce) {
        this.id = id;
        this.#place = place;
        this.announce = announce;
        this.#review = new ReviewPanel({ announce, onChanged: () => this.load() });
        this.title = id;
        this.heading = element("h1", { tabindex: -1 }, id);
        this.node = element("div", { class: "view", "aria-busy": "true" },
            element("p", { class: "back" }, element("a", { href: routes.back() }, "All sessions")),
            element("div", { class: "title" }, this.heading, this.#head.node),
            this.#facts.node,
            element("div", { class: "columns" },
                element("div", { class: "column" },
                    this.#findings.node, this.#feedback.node, this.#categories.node, this.#transcript.node),
                element("div", { class: "column side" },
                    this.#verdict.node, this.#review.node, this.#talk.node, this.#mood.node, this.#steps.node, this.#timeline.node,
                    this.#record.node, this.#exports.node)));
    }

    takes(route) {
        return route.view === "session" && route.id === this.id;
    }

    moveTo({ place }) {
        this.#place = place;
        this.#goToPlace();
        return false;
    }

    /** Every few seconds until it is scored and filed; less often afterwards, because late events change the score. */
    interval() {
        const { status, pipeline, exports } = this.#session ?? {};
        if (!status || status === "active") return 3_000;
        const isOver = (job) => job.state === "done" || job.state === "failed";
        if (!isOver(pipeline.scoring) || !isOver(pipeline.files)) return 2_000;
        return exports.some((entry) => entry.status === "pending") ? 15_000 : 60_000;
    }

    async load(signal) {
        const before = this.#session;
        const session = await api.session(this.id, signal);
        this.#session = session;
        this.#render(session);
        this.node.removeAttribute("aria-busy");
        if (!before) this.#goToPlace();
        else this.#tell(before, session);
    }

    #tell(before, after) {
        const news = [];
        const added = after.transcript.length - before.transcript.length;
        if (added > 0) news.push(`${added} new ${added === 1 ? "line" : "lines"} in the transcript.`);
        if (before.status === "active" && after.status === "ended") news.push(`Session ${this.id} has ended.`);
        if (!before.rejudging && after.rejudging) news.push("The session is being judged again.");
        const revision = ({ score }) => (score ? score.revision ?? 1 : 0);
        if (revision(after) > revision(before)) {
            news.push(`Score: ${after.score.overall} of 100. ${format.verdict(after.score.verdict)}.`);
        }
        if (news.length > 0) this.announce(news.join(" "));
    }

    #render(session) {
        const { score } = session;
        const places = new Places(session);
        const findings = score?.findings ?? session.findings;
        const steps = score?.salesSteps
            ?? [...session.supervisorLogs].reverse().find((log) => log.verdict)?.verdict.salesSteps ?? [];
        // Links show times of the record, so they are rendered again when an utterance or an event has arrived.
        const record = [session.transcript, session.events];
        const show = (slot, content, make) => {
            slot.node.hidden = content === null;
            if (content !== null) slot.show(content, make);
        };

        this.title = `${session.sessionId} · ${session.personaName}`;
        show(this.#head, [{ ...session, transcript: 0, events: 0, supervisorLogs: 0, updatedAt: 0 }],
            () => element("p", { class: "badges" },
                badges.outcome(session), score ? badges.verdict(score) : badges.waiting(session), badges.rejudging(session)));
        show(this.#facts, { ...session, transcript: 0, events: 0, supervisorLogs: 0, score: 0, updatedAt: 0 },
            () => [subtitle(session), files(session)]);
        show(this.#findings, [findings, score?.reviewed, score?.rulesLanguage, session.status, record],
            () => compliance(session, findings, places));
        show(this.#verdict, [score, session.rejudging, session.pipeline.scoring, session.status, session.outcome,
            session.outcomeClaims], () => verdict(session));
        this.#review.show(session);
        show(this.#talk, score?.facts ?? null, talkFacts);
        show(this.#feedback, score ? [score, record] : null, () => panels.feedback(score, places));
        show(this.#mood, [session.attitudeCurve, findings, elapsed(session)], () => mood(session, findings));
        show(this.#categories, score ? [score, record] : null, () => panels.categories(score, places));
        show(this.#steps, [steps, record], () => panels.steps(steps, places));
        const quotes = quotesOf(session);
        show(this.#transcript, [session.transcript, [...quotes], session.status], () => transcript(session, quotes));
        show(this.#timeline, session.events, () => timeline(session));
        show(this.#record, { ...session, transcript: 0, events: 0, supervisorLogs: session.supervisorLogs.length, score: 0 },
            () => facts(session));
        show(this.#exports, session.exports.length > 0 ? session.exports : null, () => exportList(session.exports));
    }

    /** Shows the utterance or the event that the address names. */
    #goToPlace() {
        for (const marked of this.node.querySelectorAll(".here")) marked.classList.remove("here");
        if (!this.#place || !this.#session) return;
        const target = document.getElementById(lineId(this.#place)) ?? document.getElementById(eventNodeId(this.#place));
        if (!target) return;
        target.classList.add("here");
        target.focus({ preventScroll: true });
        const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        target.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
    }
}

function subtitle(session) {
    const { persona, scenario } = session;
    return element("p", { class: "subtitle" },
        element("strong", {}, session.personaName), persona.type ? `, ${persona.type}` : "", " · ", scenario.title, " · ",
        "trainee ", element("a", { href: routes.trainee(session.traineeId) }, session.traineeId), " · ",
        element("time", { datetime: session.createdAt }, format.date(session.createdAt)), " · ",
        session.status === "active" ? "going on" : `duration ${format.duration(session.durationMs)}`);
}

function files(session) {
    const { state } = session.pipeline.scoring;
    if (session.status === "active" || (state !== "done" && state !== "failed")) {
        return element("p", { class: "quiet-text" },
            "The report and the data can be downloaded when the session has been scored.");
    }
    return element("p", { class: "files" },
        element("a", { class: "button primary", href: api.reportAddress(session.sessionId) }, "Report (PDF)"),
        element("a", { class: "button", href: api.archiveAddress(session.sessionId) }, "Data (ZIP)"));
}

/** Seconds that the session has lasted, as far as the record shows. */
function elapsed(session) {
    if (session.status === "ended") return (session.durationMs ?? 0) / 1000;
    const times = [session.transcript.at(-1)?.endTime, session.events.at(-1)?.time, session.attitudeCurve.at(-1)?.time];
    return Math.max(0, ...times.filter(Number.isFinite));
}

function mood(session, findings) {
    const curve = [...session.attitudeCurve].sort((a, b) => a.time - b.time);
    if (curve.length === 0 || curve[0].time > 0) curve.unshift({ time: 0, value: session.persona.initialAttitude });
    const broken = findings.filter((finding) => finding.status === "violated");
    const final = session.finalAttitude ?? curve.at(-1).value;
    return [
        element("h2", {}, "Mood of the customer"),
        element("p", { class: "quiet-text" },
            session.status === "active" ? `Now ${final} of 10.` : `Ended at ${final} of 10.`,
            broken.length > 0 ? " Triangles mark broken rules." : ""),
        moodCurve(curve, elapsed(session), broken),
        numbers("mood-numbers", "Show the numbers", ["Time", "Mood"],
            curve.map((point) => [format.clock(point.time), String(point.value)])),
    ];
}

function facts(session) {
    const { usage, pipeline } = session;
    const job = ({ state, attempts, lastError }) =>
        [format.words(state), attempts > 1 ? `${attempts} attempts` : "", lastError ?? ""].filter(Boolean).join(", ");
    const metadata = format.plain(session.metadata);
    const rows = [
        ["Scenario", session.scenario.title],
        ["Goal", session.scenario.goal],
        ["Client", session.client],
        ["Started", format.date(session.startedAt)],
        ["Ended", format.date(session.endedAt)],
        ["Ended by", format.endTrigger(session.endTrigger)],
        ["Outcome claims", session.outcomeClaims.map(claimText).join("; ")],
        ["Supervisor", `${format.count(session.supervisorLogs.length)} evaluations`],
        ["Tokens", `${format.count(usage.inputTokens)} in (${format.count(usage.cachedInputTokens)} cached), `
            + `${format.count(usage.outputTokens)} out`],
        ["Cost of the voice", usage.cost > 0 ? usage.cost.toFixed(4) : ""],
        ["Voice model", session.realtimeModel],
        ["Scoring", job(pipeline.scoring)],
        ["Data files", job(pipeline.files)],
        ["Hints", session.hints ? `${session.hintsShown.length} shown` : ""],
        ["Market", session.rules ? `${session.rules.market}, legal age ${session.rules.legalAge}` : ""],
        ["Created by", session.createdBy],
        ["Metadata", metadata],
    ];
    return [
        element("h2", {}, "Record"),
        element("dl", { class: "facts" }, rows.filter(([, value]) => value && value !== format.absent).map(([name, value]) =>
            element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
    ];
}

const claimText = ({ source, outcome, time }) =>
    `${format.source(source)}: ${format.outcome(outcome).toLowerCase()} (${format.clock(time)})`;

function exportList(entries) {
    const states = { sent: "passed", failed: "failed", pending: "neutral" };
    return [
        element("h2", {}, "Exports"),
        element("ul", { class: "exports" }, entries.map((entry) => element("li", {},
            element("p", { class: "finding-head" },
                badges.badge(states[entry.status] ?? "neutral", format.words(entry.status)),
                element("span", {}, entry.sentAt ? format.date(entry.sentAt) : `${entry.attempts} attempts`)),
            element("p", { class: "quiet-text" }, entry.exportId),
            entry.lastError ? element("p", {}, entry.lastError) : null))),
    ];
}
