// What happened in a session, and when. All times are seconds since the session began, as they are in its record.

import * as format from "../formats.js";

/** The groups of moments, each with its lane on the axis, in the order of the lanes. */
export const groups = [
    { id: "rules", name: "Rules" },
    { id: "score", name: "Score" },
    { id: "scene", name: "Scene" },
    { id: "supervisor", name: "Supervisor" },
    { id: "talk", name: "Interruptions" },
    { id: "session", name: "Session" },
];

/**
 * All moments in the order of their times.
 *
 * Each has `group`, `kind` (its shape), `tone` (its colour, only where it means something), `time`, `label` (one or two
 * words), `title`, `text`, and `place`: the id of the utterance or event that it belongs to, if there is one.
 */
export function momentsOf(session) {
    const lines = new Map(session.transcript.map((line) => [line.utteranceId, line]));
    const moments = [
        ...findings(session), ...judgements(session, lines), ...events(session),
        ...failures(session), ...interruptions(session), ...claims(session), ...absences(session),
    ].filter(({ time }) => Number.isFinite(time));
    const order = new Map(groups.map(({ id }, index) => [id, index]));
    moments.sort((a, b) => a.time - b.time || order.get(a.group) - order.get(b.group));
    return moments.map((moment, index) => ({ ...moment, index }));
}

/** When the last thing happened; for an ended session, when it ended. */
export function endOf(session) {
    const ended = session.status === "ended" ? (session.durationMs ?? 0) / 1000 : 0;
    const times = [
        ...session.transcript.map(({ endTime }) => endTime), ...session.events.map(({ time }) => time),
        ...session.attitudeCurve.map(({ time }) => time), ...session.findings.map(({ time }) => time),
        ...(session.absences ?? []).map(({ from, to }) => to ?? from),
    ].filter(Number.isFinite);
    return times.reduce((last, time) => Math.max(last, time), Math.max(1, ended));
}

/** The mood as it holds from each time on, from the beginning. */
export function moodOf(session) {
    const curve = session.attitudeCurve.filter(({ time }) => Number.isFinite(time)).sort((a, b) => a.time - b.time);
    if (curve.length === 0 || curve[0].time > 0) curve.unshift({ time: 0, value: session.persona.initialAttitude });
    return curve;
}

/** The index of the last item whose `time` is not after this one; -1 if there is none. */
export function lastAt(items, time, timeOf = (item) => item.time) {
    let [low, high] = [0, items.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (timeOf(items[middle]) <= time) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

// MARK: from the judgement

const findingTones = { violated: "bad", disputed: "warn", suspected: "warn", dismissed: "quiet", satisfied: "good" };

function findings(session) {
    return (session.score?.findings ?? session.findings).map((finding) => ({
        group: "rules", kind: finding.status, tone: findingTones[finding.status] ?? "quiet", time: finding.time,
        label: format.findingState(finding.status), title: format.ruleName(finding), text: format.told(finding.message),
        place: finding.evidence?.utteranceId ?? finding.evidence?.eventId, id: finding.findingId,
    }));
}

const stepWords = { done: "Step done", partial: "Step partly" };

/** What the score rests on: quotes of the categories, evidence of the steps, and what to work on. */
function judgements({ score, events }, lines) {
    if (!score) return [];
    const eventTimes = new Map(events.map(({ eventId, time }) => [eventId, time]));
    const timeOf = ({ utteranceId, eventId }) => lines.get(utteranceId)?.startTime ?? eventTimes.get(eventId);
    const rests = (evidence, moment) => ({
        group: "score", tone: "accent", time: timeOf(evidence), text: evidence.text ? `“${evidence.text}”` : "",
        place: evidence.utteranceId ?? evidence.eventId, ...moment,
    });
    return [
        ...(score.details ?? []).flatMap(({ title, evidence }) => evidence.map((item) =>
            rests(item, { kind: "evidence", label: "Evidence", title }))),
        ...(score.salesSteps ?? []).filter(({ status }) => stepWords[status]).flatMap(({ id, status, evidence }) =>
            evidence.slice(0, 1).map((item) =>
                rests(item, { kind: "step", label: stepWords[status], title: format.words(id) }))),
        ...(score.coaching?.workOn ?? []).filter(({ utteranceId }) => utteranceId).map(({ advice, utteranceId, time }) => ({
            group: "score", kind: "advice", tone: "accent", time: lines.get(utteranceId)?.startTime ?? time,
            label: "Work on", title: advice, text: "", place: utteranceId,
        })),
    ];
}

// MARK: from the record

/** An error that the server recorded beside a finding says nothing that the finding does not. */
function events(session) {
    const found = new Set((session.score?.findings ?? session.findings).map(({ rule, time }) => `${rule} ${time}`));
    return session.events
        .filter(({ type, eventId, time, data }) => type !== "ERROR" || eventId || !found.has(`${data?.errorType} ${time}`))
        .map(event);
}

function event({ eventId, time, type, data }) {
    const plain = { time, place: eventId, tone: "plain", text: format.plain(data), label: format.eventType(type) };
    switch (type) {
        case "SUPERVISOR": return supervisor(plain, data);
        case "SYSTEM":
            if (typeof data?.scene === "string") {
                return { ...plain, group: "scene", kind: "sight", label: "Seen", title: data.scene, text: "" };
            }
            return {
                ...plain, group: "session", kind: "system", text: "",
                title: typeof data === "string" ? format.words(data) : format.plain(data),
            };
        case "ERROR":
            return {
                ...plain, group: "session", kind: "error", tone: "bad", text: format.plain({ ...data, errorType: undefined }),
                title: format.words(data?.errorType ?? "error"),
            };
        case "DOB_CHECK":
            return { ...plain, group: "scene", kind: "age", title: "Date of birth entered" };
        case "TABLET_CHOICE":
            return { ...plain, group: "scene", kind: "tablet", ...named(data, "question", "answer", "Choice on the tablet") };
        default:
            return { ...plain, group: "scene", kind: "vr", ...named(data, "interactedObject", "action", format.words(type)) };
    }
}

/** The title of an event that says what was done with what, and the rest of its data as text. */
function named(data, what, how, otherwise) {
    if (!data || typeof data !== "object" || data[what] === undefined || data[how] === undefined) {
        return { title: otherwise };
    }
    const { [what]: object, [how]: done, ...rest } = data;
    return { title: `${format.plain(object)}: ${format.plain(done)}`, text: format.plain(rest) };
}

function supervisor(plain, data) {
    const note = { ...plain, group: "supervisor" };
    if (typeof data?.hint === "string") return { ...note, kind: "hint", label: "Hint", title: data.hint, text: "" };
    if (typeof data?.heard === "string") {
        return { ...note, kind: "heard", label: "Heard", title: `The customer noticed: ${data.text ?? data.heard}`, text: "" };
    }
    if (typeof data?.outOfRole === "string") {
        return {
            ...note, kind: "lapse", tone: "warn", label: "Out of role", title: "The customer fell out of the role",
            text: format.words(data.outOfRole), place: data.utteranceId,
        };
    }
    if (data && typeof data === "object" && "attitude" in data) {
        const direction = ["rising", "falling"].includes(data.direction) ? data.direction : "steady";
        return {
            ...note, kind: direction, label: `Mood ${format.plain(data.attitude)}`, title: format.words(direction),
            text: format.plain(data.guidance),
        };
    }
    return { ...note, kind: "steady", title: "Note" };
}

/** Evaluations that failed; those that did not are events as well. */
const failures = ({ supervisorLogs }) => supervisorLogs.filter(({ error, verdict }) => error && !verdict)
    .map(({ time, error }) => ({
        group: "supervisor", kind: "steady", tone: "quiet", time, label: "Supervisor", title: "No evaluation",
        text: format.words(error),
    }));

/** The customer was cut when the trainee spoke; or began before the trainee had finished. */
function interruptions({ transcript, personaName }) {
    const cut = transcript.filter((line) => line.interrupted).map((line) => ({
        group: "talk", kind: "cut", tone: "plain", time: line.endTime, label: "Cut off",
        title: `The trainee interrupted ${personaName}`, text: `“${line.text} —”`, place: line.utteranceId,
    }));
    const into = transcript.slice(1).filter((line, index) => line.speaker === "AVATAR"
        && transcript[index].speaker === "TRAINEE" && line.startTime < transcript[index].endTime);
    return [...cut, ...into.map((line) => ({
        group: "talk", kind: "cut", tone: "plain", time: line.startTime, label: "Spoken into",
        title: `${personaName} interrupted the trainee`, text: `“${line.text}”`, place: line.utteranceId,
    }))];
}

const claims = ({ outcomeClaims = [] }) => outcomeClaims.map(({ source, outcome, time, refused }) => ({
    group: "session", kind: "claim", tone: "plain", time, label: "Outcome",
    title: `${format.outcome(outcome)}, says ${format.source(source).toLowerCase()}`,
    text: refused ? "The customer was not convinced, so the call went on." : "",
}));

const absences = ({ absences: all = [] }) => all.flatMap(({ from, to }) => [
    {
        group: "session", kind: "lost", tone: "warn", time: from, label: "Connection", title: "Connection lost",
        text: to === undefined ? "The trainee did not come back." : "",
    },
    ...(to === undefined ? [] : [{
        group: "session", kind: "back", tone: "plain", time: to, label: "Connection", title: "Connection back",
        text: `after ${format.average(to - from)} s`,
    }]),
]);
