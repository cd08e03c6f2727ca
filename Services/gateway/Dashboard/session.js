// One session, live or ended.

import * as api from "./api.js";
import * as badges from "./badges.js";
import { element, fingerprint, Slot } from "./elements.js";
import { EraseControl } from "./eraseControl.js";
import { Places } from "./evidence.js";
import { compliance } from "./findings.js";
import * as format from "./formats.js";
import { patched } from "./liveStream.js";
import { Replay } from "./replay/replay.js";
import { ReviewPanel } from "./reviewPanel.js";
import * as routes from "./routes.js";
import * as panels from "./scorePanels.js";
import { talkFacts } from "./talkFacts.js";
import { verdict } from "./verdict.js";

const panel = (kind = "") => new Slot("section", { class: `panel ${kind}` });

export class Session {
    /** A person or the machine may change the score long after the stream has ended. */
    again = 30_000;
    #target;
    #session = null;
    #head = new Slot("div", { class: "session-head" });
    #facts = new Slot("div");
    #findings = panel("compliance");
    #verdict = panel("verdict");
    #talk = panel("talk");
    #feedback = panel("feedback");
    #categories = panel();
    #steps = panel();
    #record = panel();
    #exports = panel();
    #replay;
    #review;
    #erase;

    constructor({ id, place, time }, announce) {
        this.id = id;
        this.#target = { place, time };
        this.announce = announce;
        this.#review = new ReviewPanel({ announce, onChanged: () => this.load() });
        this.#erase = new EraseControl({
            id, announce, erase: api.eraseSession,
            what: "Deletes everything about this session: transcript, score, files, recording and exports.",
        });
        this.title = id;
        this.heading = element("h1", { tabindex: -1 }, id);
        this.#replay = new Replay({
            sessionId: id, announce,
            note: (time) => {
                if (this.node.isConnected) history.replaceState(null, "", routes.session(id, { time }));
            },
        });
        this.node = element("div", { class: "view", "aria-busy": "true" },
            element("p", { class: "back" }, element("a", { href: routes.back() }, "All sessions")),
            element("div", { class: "title" }, this.heading, this.#head.node),
            this.#facts.node,
            this.#replay.node,
            element("div", { class: "columns" },
                element("div", { class: "column" }, this.#findings.node, this.#feedback.node, this.#categories.node),
                element("div", { class: "column side" },
                    this.#verdict.node, this.#review.node, this.#talk.node, this.#steps.node, this.#record.node,
                    this.#exports.node, this.#erase.node)));
    }

    takes(route) {
        return route.view === "session" && route.id === this.id;
    }

    moveTo({ place, time }) {
        this.#target = { place, time };
        this.#goToTarget();
        return false;
    }

    /** Nothing goes on when the view is left. */
    close() {
        this.#replay.stop();
    }

    /** The address of the stream of changes; null once it is scored and filed. */
    live() {
        if (this.#erase.isDone) return null;
        const { status, pipeline } = this.#session ?? {};
        const isUnderWay = (job) => job.state === "pending" || job.state === "leased";
        if (!status || (status === "ended" && !isUnderWay(pipeline.scoring) && !isUnderWay(pipeline.files))) return null;
        return api.liveSessionAddress(this.id);
    }

    async load(signal) {
        if (this.#erase.isDone) return;
        this.#update(await api.session(this.id, signal));
    }

    /** Takes an event of the stream; the whole session, or what has changed. */
    take(name, data) {
        this.#update(name === "state" ? data : patched(this.#session, data));
        return true;
    }

    #update(session) {
        const before = this.#session;
        this.#session = session;
        this.#render(session);
        this.node.removeAttribute("aria-busy");
        if (!before) this.#goToTarget();
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
        const record = fingerprint([session.transcript, session.events]);
        const show = (slot, content, make) => {
            slot.node.hidden = content === null;
            if (content !== null) slot.show(content, make);
        };

        this.title = `${session.sessionId} · ${session.personaName}`;
        this.#replay.update(session);
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
        show(this.#categories, score ? [score, record] : null, () => panels.categories(score, places));
        show(this.#steps, [steps, record], () => panels.steps(steps, places));
        show(this.#record, { ...session, transcript: 0, events: 0, supervisorLogs: session.supervisorLogs.length, score: 0 },
            () => facts(session));
        show(this.#exports, session.exports.length > 0 ? session.exports : null, () => exportList(session.exports));
    }

    /** Moves the replay to what the address names: a time, an utterance or an event. */
    #goToTarget() {
        const { place, time } = this.#target;
        if (!this.#session || (!place && time === null)) return;
        const at = time ?? this.#replay.timeOf(place);
        if (at !== null) this.#replay.goTo(at, place);
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
    if (session.identitiesHidden) {
        return element("p", { class: "quiet-text" },
            "Report and data name the trainee. This installation hides who trainees are, so they are for the trainee’s client.");
    }
    return element("p", { class: "files" },
        element("a", { class: "button primary", href: api.reportAddress(session.sessionId) }, "Report (PDF)"),
        element("a", { class: "button", href: api.archiveAddress(session.sessionId) }, "Data (ZIP)"));
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
        ["Outcome claims", (session.outcomeClaims ?? []).map(claimText).join("; ")],
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
