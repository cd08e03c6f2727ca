// Scenes for test_client_call.py: a whole call, with a scripted server and a made-up microphone.

import { scriptedSockets } from "./scriptedTransport.js";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const once = (target, type) => new Promise((resolve) => {
    target.addEventListener(type, ({ detail }) => resolve(detail), { once: true });
});

async function until(holds) {
    for (let i = 0; i < 300 && !holds(); i += 1) await wait(10);
    return holds();
}

const contexts = [];
const streams = [];
const RealContext = globalThis.AudioContext;
globalThis.AudioContext = class extends RealContext {
    constructor(options) {
        super(options);
        contexts.push(this);
    }
};

/** A microphone that hums. */
function hum() {
    navigator.mediaDevices.getUserMedia = async () => {
        const context = new RealContext();
        const output = context.createMediaStreamDestination();
        const oscillator = new OscillatorNode(context, { frequency: 200 });
        oscillator.connect(output);
        oscillator.start();
        streams.push(output.stream);
        return output.stream;
    };
}

const created = { sessionId: "BAT-001", wsUrl: "wss://trainer.example/ws/sessions/BAT-001?token=t", wsToken: "t",
    persona: { id: "p", name: "Karel" }, scenario: { id: "s", title: "" } };

async function stage(client, options = {}) {
    hum();
    const { Call } = await import(`${client}/call.js`);
    const sockets = scriptedSockets();
    const asked = [];
    const rest = {
        createSession: async (request) => (asked.push(["create", request]), created),
        session: async (id) => (asked.push(["session", id]),
        { transcript: [{ utteranceId: "u1", speaker: "AVATAR", text: "kept", startTime: 1 }], outcome: "converted",
            score: { revision: 2, verdict: "passed", overall: 70 } }),
        addEvents: async (id, events) => (asked.push(["events", events.map(({ eventId }) => eventId)]), []),
    };
    const call = new Call({ rest, sessionOptions: { WebSocket: sockets.Socket }, ...options });
    const told = [];
    for (const type of ["state", "mute", "sound", "microphone", "line", "restored", "ended", "finished", "connection",
        "events_uploaded"]) {
        call.addEventListener(type, ({ detail }) => told.push({ ...detail, type }));
    }
    const begin = async (request = { scenarioId: "s", traineeId: "t" }) => {
        const starting = call.start(request);
        starting.catch(() => {});
        await until(() => sockets.last !== undefined);
        sockets.last.ready();
        return starting;
    };
    const of = (type) => told.filter((event) => event.type === type);
    return { call, sockets, asked, told, of, begin };
}

const leftOpen = () => ({ contexts: contexts.filter(({ state }) => state !== "closed").length,
    tracks: streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === "live").length });

const audio = (socket, itemId, ms) => {
    socket.say({ type: "audio_item", itemId, offsetMs: 0 });
    const samples = new Int16Array(100 * 24).fill(3_000);
    for (let at = 0; at < ms; at += 100) socket.sayBytes(1, ...new Uint8Array(samples.buffer));
};

export async function whole(client) {
    const { call, sockets, asked, of, begin } = await stage(client);
    const result = await begin();
    await until(() => sockets.last.types.includes("binary"));
    audio(sockets.last, "item_1", 600);
    const speaking = call.state;
    await until(() => call.state === "listening");
    const played = sockets.last.sent.filter(({ type }) => type === "played");
    sockets.last.say({ type: "transcript", seq: 1, utteranceId: "u2", speaker: "AVATAR", text: "two", startTime: 2 },
        { type: "transcript", seq: 2, utteranceId: "u1", speaker: "TRAINEE", text: "one", startTime: 1 },
        { type: "transcript", seq: 3, utteranceId: "u2", speaker: "AVATAR", text: "two!", startTime: 2 });
    const warned = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));
    const during = warned();
    const frame = sockets.last.sent.find(({ type }) => type === "binary");
    const eventId = call.sendEvent("VR_INTERACTION", { action: "PICKUP" });
    sockets.last.say({ type: "session_ended", seq: 4, outcome: "converted", endTrigger: "end_session" },
        { type: "session_outcome", seq: 5, outcome: "rejected" },
        { type: "score", seq: 6, revision: 1, verdict: "passed", data: { overall: 60 } },
        { type: "score", seq: 7, revision: 2, verdict: "failed", data: { overall: 50 } });
    const finished = once(call, "finished");
    sockets.last.lose(1000);
    const { score } = await finished;
    const after = warned();
    await until(() => leftOpen().contexts === 0);
    return { result, speaking, played, during, after, score, outcome: call.outcome,
        lines: of("line").map(({ lines, isNew }) => [lines.map(({ text }) => text), isNew]),
        frame: [frame.bytes.length, frame.bytes[0]], asked: asked.map(([what]) => what),
        uploaded: asked.find(([what]) => what === "events")[1][0] === eventId,
        states: of("state").map(({ state }) => state),
        ended: of("ended").length, finished: of("finished").length, ...leftOpen() };
}

export async function pushToTalk(client) {
    const { call, sockets, begin, of } = await stage(client, { mode: "push" });
    await begin();
    await wait(200);
    const before = sockets.last.types;
    call.talk(true);
    await until(() => sockets.last.types.includes("binary"));
    call.talk(false);
    const count = sockets.last.sent.length;
    const thinking = call.state;
    await wait(200);
    const quiet = sockets.last.sent.slice(count).filter(({ type }) => type === "binary").length;
    call.mode = "open";
    const mutes = sockets.last.sent.filter(({ type }) => type === "mute").map(({ on }) => on);
    await call.leave();
    return { before, quiet, thinking, mutes, reasons: of("mute").map(({ reasons }) => reasons), ...leftOpen() };
}

export async function background(client) {
    const { call, sockets, begin } = await stage(client);
    await begin();
    let hidden = true;
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    const show = (isHidden) => {
        hidden = isHidden;
        document.dispatchEvent(new Event("visibilitychange"));
    };
    show(true);
    const inBackground = call.muteReasons;
    call.mute(true);
    show(false);
    const stillMuted = call.muteReasons;
    call.mute(false);
    await call.player.context.suspend();
    await until(() => call.isMuted);
    const suspended = call.muteReasons;
    const isRunning = await call.resumeSound();
    const mutes = sockets.last.sent.filter(({ type }) => type === "mute").map(({ on }) => on);
    const reasons = call.muteReasons;
    await call.leave();
    delete document.hidden;
    show(true);
    return { inBackground, stillMuted, suspended, isRunning, mutes, reasons, ...leftOpen() };
}

export async function refused(client) {
    const { call, sockets, asked, told } = await stage(client);
    navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("Permission denied", "NotAllowedError");
    };
    const error = await call.start({ scenarioId: "s", traineeId: "t" }).catch((problem) => problem);
    await wait(50);
    return { code: error.code, state: call.state, sockets: sockets.opened.length, asked,
        told: told.map(({ type, state }) => state ?? type).filter((type) => type !== "mute"), ...leftOpen() };
}

/** Refused by the server after microphone and loudspeaker are open. */
export async function turnedAway(client) {
    const { call, sockets, of } = await stage(client);
    const starting = call.start(created);
    starting.catch(() => {});
    await until(() => sockets.last !== undefined);
    sockets.last.say({ type: "error", code: "origin_not_allowed", message: "no", fatal: true });
    sockets.last.lose(4403);
    const error = await starting.catch((problem) => problem);
    return { code: error.code, ended: of("ended").length, finished: of("finished").length, state: call.state,
        ...leftOpen() };
}

export async function leftWhileStarting(client) {
    const { call, sockets, asked } = await stage(client);
    const starting = call.start({ scenarioId: "s", traineeId: "t" });
    const leaving = call.leave();
    const error = await starting.catch((problem) => problem);
    await leaving;
    await until(() => leftOpen().tracks === 0);
    return { code: error.code, sockets: sockets.opened.length, asked, state: call.state, ...leftOpen() };
}

export async function takenOver(client) {
    hum();
    const { Microphone } = await import(`${client}/microphone.js`);
    const microphone = new Microphone();
    await microphone.open();
    const { call, sockets, begin } = await stage(client, { microphone });
    await begin(created);
    await until(() => sockets.last.types.includes("binary"));
    const isSame = call.microphone === microphone && call.player.context === microphone.context;
    audio(sockets.last, "item_1", 800);
    sockets.last.say({ type: "session_ended", seq: 1, outcome: "converted", endTrigger: "end_session" },
        { type: "score", seq: 2, revision: 1, verdict: "passed", data: {} });
    sockets.last.lose(1000);
    await once(call, "finished");
    const whileLastWords = leftOpen();
    await until(() => leftOpen().contexts === 0);
    return { isSame, whileLastWords, ...leftOpen() };
}

export async function historyGone(client) {
    const { call, sockets, of, begin } = await stage(client, { microphone: false });
    await begin();
    sockets.last.say({ type: "transcript", seq: 1, utteranceId: "u0", speaker: "AVATAR", text: "old", startTime: 0 });
    const restored = once(call, "restored");
    sockets.last.say({ type: "resume_failed", code: "history_expired", seq: 9 });
    await restored;
    const lines = call.lines.map(({ text }) => text);
    const finished = once(call, "finished");
    sockets.last.lose(4410);
    const { score } = await finished;
    await until(() => leftOpen().contexts === 0);
    return { lines, score: { revision: score.revision, verdict: score.verdict }, outcome: call.outcome,
        ended: of("ended").map(({ reason }) => reason), ...leftOpen() };
}

export async function interrupted(client) {
    const { call, sockets, begin } = await stage(client);
    await begin();
    audio(sockets.last, "item_1", 5_000);
    await until(() => call.player.isPlaying);
    await wait(300);
    sockets.last.say({ type: "audio_clear", itemId: "item_1", heardMs: 300 });
    const state = call.state;
    await until(() => !call.player.isPlaying);
    const played = sockets.last.sent.filter(({ type }) => type === "played").at(-1);
    await call.leave();
    return { state, played };
}
