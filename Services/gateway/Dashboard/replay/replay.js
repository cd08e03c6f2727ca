// A session on one clock: the axis with its lanes, the transcript that goes with it, and the list of its moments.

import { element, fingerprint, Slot } from "../elements.js";
import * as format from "../formats.js";
import { numbers } from "../charts.js";
import * as routes from "../routes.js";
import { Transcript } from "../transcript.js";
import { Axis } from "./axis.js";
import { Clock } from "./clock.js";
import { Controls, listenToKeys } from "./controls.js";
import { endOf, groups, lastAt, momentsOf, moodOf } from "./moments.js";
import { MomentList } from "./momentList.js";
import { Sound } from "./sound.js";

/** Milliseconds between two notes of a time in the address; browsers bear only so many. */
const addressPaceMs = { playing: 1_000, jumping: 300 };
/** Milliseconds that the lists are left alone after the reader has scrolled them. */
const scrollPatienceMs = 4_000;
const widest = 32;
/** Seconds by which a moment may lie before the play head and still be the one before it. */
const grace = { playing: 1, paused: 0.05 };

export class Replay {
    #shown = new Set(groups.map(({ id }) => id));
    #all = [];
    #moments = [];
    #lines = [];
    #mood = [];
    #fingerprint = "";
    #told = null;
    #noted = { time: null, at: 0, timer: null };
    #scrolled = 0;
    #session = null;
    #isSoundGone = false;
    #left = new AbortController();

    /**
     * @param note called with a time that the address should hold
     * @param announce says something to a screen reader
     */
    constructor({ sessionId, note, announce }) {
        this.sessionId = sessionId;
        this.note = note;
        this.announce = announce;
        this.clock = new Clock((change) => this.#show(change));
        this.list = new MomentList(sessionId, (moment) => this.seek(moment.time, moment.place));
        this.transcript = new Transcript(sessionId, (time, place) => this.seek(time, place));
        this.controls = new Controls({
            toggle: () => this.clock.toggle(),
            step: (direction) => this.#step(direction),
            setSpeed: (speed) => { this.clock.speed = speed; },
            hear: (isOn) => this.#hear(isOn),
            zoom: (factor) => this.#zoom(factor),
            copy: () => this.#copyLink(),
            choose: (group) => this.#choose(group),
        });
        this.heading = element("h2", { id: "replay-heading" }, "Replay");
        this.stage = element("div", { class: "replay-stage" });
        this.numbers = new Slot();
        this.node = element("section", { class: "panel replay", "aria-labelledby": "replay-heading" },
            element("div", { class: "replay-head" }, this.heading, this.controls.keys),
            this.controls.bar, this.stage,
            element("div", { class: "replay-texts" },
                element("section", { class: "replay-words", "aria-labelledby": "transcript-heading" },
                    element("h3", { id: "transcript-heading" }, "Transcript"), this.transcript.node),
                element("section", { class: "replay-moments", "aria-labelledby": "moments-heading" },
                    element("h3", { id: "moments-heading" }, "Moments"), this.controls.kinds.node, this.list.node)),
            this.numbers.node);
        for (const box of [this.list.node, this.transcript.node]) {
            for (const type of ["wheel", "touchmove"]) {
                box.addEventListener(type, () => { this.#scrolled = performance.now(); }, { passive: true });
            }
        }
        listenToKeys(this.node, () => this.controls.isEverywhere.checked, {
            toggle: () => this.clock.toggle(),
            step: (direction) => this.#step(direction),
            move: (seconds) => this.seek(this.clock.time + seconds),
        }, this.#left.signal);
    }

    /** Shows a session, or a newer version of it. The play head stays. */
    update(session) {
        const { transcript, events, attitudeCurve, findings, score, absences, durationMs, status, supervisorLogs } = session;
        if (session.recorded && status === "ended" && !this.#isSoundGone) this.controls.sound.hidden = false;
        const next = fingerprint([transcript, events, attitudeCurve, findings, score, absences, durationMs, status,
            supervisorLogs.length]);
        if (next === this.#fingerprint) return;
        this.#fingerprint = next;
        this.#session = session;
        if (!this.axis) {
            this.axis = new Axis(session.personaName, (time, found) => this.#press(time, found));
            this.stage.append(this.axis.node);
        }
        this.#all = momentsOf(session);
        this.#lines = [...transcript].sort((a, b) => a.startTime - b.startTime);
        this.#mood = moodOf(session);
        this.clock.end = endOf(session);
        this.transcript.show(session);
        this.numbers.show(this.#mood, () => numbers("mood-numbers", "Show the mood as numbers", ["Time", "Mood"],
            this.#mood.map((point) => [format.clock(point.time), String(point.value)])));
        this.#showMoments();
        this.#show({ isJump: false });
    }

    /** @param place an utterance or event to be marked, if there is one */
    seek(time, place = null) {
        this.clock.seek(time);
        this.transcript.point(place);
    }

    /** Like `seek`, for a reader who comes from elsewhere: brings the replay into sight, and the focus to the place. */
    goTo(time, place) {
        // At once: a gentle way would end where the boxes inside are scrolled.
        this.node.scrollIntoView({ block: "start", behavior: "instant" });
        this.seek(time, place);
        if (place) (this.transcript.point(place) ?? this.axis.slider).focus({ preventScroll: true });
    }

    /** The time of an utterance or an event; null if it is not on record. */
    timeOf(place) {
        return this.#lines.find(({ utteranceId }) => utteranceId === place)?.startTime
            ?? this.#session?.events.find(({ eventId }) => eventId === place)?.time
            ?? this.#all.find((moment) => moment.place === place)?.time ?? null;
    }

    /** The view is left. */
    stop() {
        this.clock.pause();
        this.clock.hear(null);
        this.#left.abort();
        clearTimeout(this.#noted.timer);
    }

    // MARK: what the reader does

    #hear(isOn) {
        this.clock.hear(isOn ? new Sound(this.sessionId, () => this.#loseSound()) : null);
    }

    #loseSound() {
        this.#isSoundGone = true;
        this.clock.hear(null);
        this.controls.hideSound();
        this.announce("The recording cannot be played. The replay goes on in silence.");
    }

    #press(time, found) {
        this.seek(time, found?.place);
    }

    #step(direction) {
        const { time, isPlaying } = this.clock;
        const slack = isPlaying && direction < 0 ? grace.playing : grace.paused;
        const moment = direction > 0
            ? this.#moments[lastAt(this.#moments, time + grace.paused) + 1]
            : this.#moments[lastAt(this.#moments, time - slack)];
        if (!moment) {
            this.announce(direction > 0 ? "No moment after this one." : "No moment before this one.");
            return;
        }
        this.seek(moment.time, moment.place);
        this.announce(described(moment));
    }

    #zoom(factor) {
        this.axis.zoomBy(factor);
        this.controls.showZoom(this.axis.zoom, widest);
    }

    /** A link to this moment, for somebody else. */
    async #copyLink() {
        const link = new URL(routes.session(this.sessionId, { time: this.clock.time }), location.href);
        try {
            await navigator.clipboard.writeText(link.href);
            this.announce(`The link to ${format.clock(this.clock.time)} is copied.`);
        } catch {
            this.announce("The browser does not let this page copy. The address in its bar is the link.");
        }
    }

    #choose(group) {
        if (!this.#shown.delete(group)) this.#shown.add(group);
        this.#showMoments();
        this.#show({ isJump: false });
    }

    // MARK: what is shown

    #showMoments() {
        this.#moments = this.#all.filter(({ group }) => this.#shown.has(group));
        const counts = new Map([...Map.groupBy(this.#all, ({ group }) => group)].map(([id, some]) => [id, some.length]));
        this.controls.showGroups(counts, this.#shown);
        this.controls.showZoom(this.axis.zoom, widest);
        this.list.show(this.#moments);
        this.axis.show({
            lines: this.#lines, mood: this.#mood, moments: this.#moments, away: this.#session.absences ?? [],
            end: this.clock.end,
        });
    }

    /** The play head has moved. Called for every picture while playing: only what has changed is touched. */
    #show({ isJump }) {
        const { time, end, isPlaying } = this.clock;
        const follows = (isPlaying || isJump) && (isJump || performance.now() - this.#scrolled > scrollPatienceMs);
        const value = this.#mood[Math.max(0, lastAt(this.#mood, time))]?.value;
        this.axis?.moveTo(time, follows);
        this.controls.showTime(time, end, value === undefined ? "" : `Mood ${value} of 10`);
        this.controls.showPlaying(isPlaying);
        const way = { follows, isGentle: !isJump };
        this.transcript.mark(this.#lines[lastAt(this.#lines, time, (line) => line.startTime)], way);
        this.list.mark(lastAt(this.#moments, time + grace.paused), way);
        const second = `${Math.floor(time)} ${end}`;
        if (isJump || second !== this.#told) {
            this.#told = second;
            this.axis?.tell(time, this.#spoken(time, end));
        }
        if (isJump || isPlaying) this.#noteAddress(isJump && !isPlaying);
    }

    /** What a screen reader says of a time: the clock, who speaks, and the mood. */
    #spoken(time, end) {
        const line = this.#lines[lastAt(this.#lines, time, ({ startTime }) => startTime)];
        const speaker = line && line.endTime >= time
            ? `, ${line.speaker === "TRAINEE" ? "the trainee" : this.#session.personaName} speaks` : "";
        const mood = this.#mood[Math.max(0, lastAt(this.#mood, time))]?.value;
        return `${format.clock(time)} of ${format.clock(end)}${speaker}, mood ${mood} of 10`;
    }

    /** The address holds the time: at once after a jump, every second while playing. */
    #noteAddress(isExact) {
        const time = isExact ? Math.ceil(this.clock.time * 10 - 1e-6) / 10 : Math.floor(this.clock.time);
        if (time === this.#noted.time) return;
        const now = performance.now();
        clearTimeout(this.#noted.timer);
        const wait = this.#noted.at + (isExact ? addressPaceMs.jumping : addressPaceMs.playing) - now;
        const write = () => {
            this.#noted = { time, at: performance.now(), timer: null };
            this.note(time);
        };
        if (wait <= 0) write();
        else this.#noted.timer = setTimeout(write, wait);
    }
}

const described = ({ time, label, title, text }) => [`${format.clock(time)}, ${label}`, title, text].filter(Boolean).join(": ");
