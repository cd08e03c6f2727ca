// Scenes for test_client_session.py: each returns what happened.

import { ManualClock, scriptedSockets } from "./scriptedTransport.js";

const secret = "s3cr3t-t0ken";

export async function stage(client, { random = () => 1, ...more } = {}) {
    const { Session } = await import(`${client}/session.js`);
    const clock = new ManualClock();
    const sockets = scriptedSockets();
    const session = new Session({
        wsUrl: `wss://trainer.example/ws/sessions/BAT-001?token=${secret}`, wsToken: secret, sessionId: "BAT-001",
        WebSocket: sockets.Socket, timers: clock, random, ...more });
    const told = [];
    const types = [
        "state", "ready", "resumed", "resume_failed", "transcript", "ended", "closed", "score", "error", "connection",
        "event_stored", "event_refused", "audio", "audio_clear", "message", "hint", "session_ended", "congestion",
    ];
    for (const type of types) {
        session.addEventListener(type, ({ detail }) => told.push({ ...detail, type }));
    }
    const of = (type) => told.filter((event) => event.type === type);
    const connecting = session.connect();
    connecting.catch(() => {});
    return { session, clock, sockets, told, of, connecting };
}

export async function connecting(client) {
    const { session, sockets, connecting, of } = await stage(client);
    const before = session.state;
    sockets.last.ready();
    const ready = await connecting;
    const { url, protocols } = sockets.last;
    return { url, protocols, before, after: session.state, sessionId: ready.sessionId, types: sockets.last.types,
        states: of("state").map(({ state }) => state) };
}

export async function resuming(client) {
    const { session, clock, sockets, of } = await stage(client);
    sockets.last.ready();
    const line = (seq) => ({ type: "transcript", seq, speaker: "AVATAR", text: `line ${seq}`, utteranceId: `u${seq}` });
    sockets.last.say(line(1), line(2), line(2), line(1), line(3));
    session.played("item_1", 840.4);
    sockets.last.lose(1006);
    const lost = session.state;
    const sentWhileLost = session.sendAudio(new Int16Array(480));
    clock.advance(5_000);
    sockets.last.ready({ seq: 5 });
    sockets.last.say(line(3), line(4), line(5), { type: "resumed", from: 4, to: 5, replayed: 2 }, line(6));
    return { lost, sentWhileLost, sent: sockets.last.sent, seqs: of("transcript").map(({ seq }) => seq),
        lastSeq: session.lastSeq, state: session.state, sockets: sockets.opened.length };
}

export async function historyGone(client) {
    const { session, clock, sockets, of } = await stage(client);
    sockets.last.ready();
    sockets.last.say({ type: "transcript", seq: 1 });
    sockets.last.lose();
    clock.advance(5_000);
    sockets.last.ready({ seq: 57 });
    sockets.last.say({ type: "resume_failed", code: "history_expired", seq: 57 }, { type: "transcript", seq: 57 },
        { type: "transcript", seq: 58 });
    return { failed: of("resume_failed").length, seqs: of("transcript").map(({ seq }) => seq),
        lastSeq: session.lastSeq };
}

export async function lineMissing(client) {
    const { session, clock, sockets, of } = await stage(client);
    sockets.last.ready();
    sockets.last.say({ type: "transcript", seq: 1 }, { type: "transcript", seq: 3 });
    const closedWith = sockets.last.closedWith;
    clock.advance(1_000);
    sockets.last.ready({ seq: 3 });
    const [resume] = sockets.last.sent;
    sockets.last.say({ type: "transcript", seq: 2 }, { type: "transcript", seq: 3 });
    return { closedWith, resume, seqs: of("transcript").map(({ seq }) => seq), state: session.state };
}

/** A page that was loaded again has nothing of a session that has begun. */
export async function reloaded(client) {
    const { sockets } = await stage(client);
    sockets.last.ready({ seq: 9 });
    return sockets.last.sent;
}

export async function backoff(client, random, windowMs) {
    const { session, clock, sockets, of } = await stage(client, { random: () => random });
    sockets.last.ready({ resumeWindowMs: windowMs });
    for (let i = 0; session.state !== "ended" && i < 10_000; i += 1) {
        sockets.last.lose();
        clock.advance(of("connection").at(-1).inMs ?? 0);
    }
    return { delays: of("connection").filter(({ isConnected }) => !isConnected).map(({ inMs }) => inMs),
        ended: of("ended"), closed: of("closed"), waiting: clock.waiting, now: clock.now(), state: session.state };
}

export async function backoffStartsAnew(client) {
    const { clock, sockets, of } = await stage(client);
    for (const attempts of [3, 2]) {
        sockets.last.ready();
        for (let i = 0; i < attempts; i += 1) {
            sockets.last.lose();
            clock.advance(5_000);
        }
    }
    return of("connection").filter(({ isConnected }) => !isConnected).map(({ inMs }) => inMs);
}

export async function retryAfter(client) {
    const { clock, sockets, of } = await stage(client, { random: () => 0 });
    sockets.last.ready();
    sockets.last.say({ type: "going_away", reason: "restart", retryAfterMs: 500 });
    sockets.last.lose(1001);
    clock.advance(499);
    const before = sockets.opened.length;
    clock.advance(1);
    const after = sockets.opened.length;
    sockets.last.ready();
    sockets.last.say({ type: "error", code: "too_fast", message: "…", fatal: true, retryAfterMs: 2_000 });
    sockets.last.lose(4429);
    return { before, after,
        delays: of("connection").filter(({ isConnected }) => !isConnected).map(({ inMs }) => inMs) };
}

export async function networkBack(client) {
    const { session, sockets } = await stage(client);
    sockets.last.ready();
    sockets.last.lose();
    const before = sockets.opened.length;
    session.retryNow();
    session.retryNow();
    return { before, after: sockets.opened.length };
}

export async function events(client) {
    const { session, clock, sockets, of } = await stage(client);
    const early = session.sendEvent("VR_INTERACTION", { action: "PICKUP" });
    sockets.last.ready();
    const sentFirst = sockets.last.sent;
    clock.advance(2_500);
    const live = session.sendEvent("TABLET_CHOICE", { answer: "Option_B" });
    sockets.last.say({ type: "ack", eventIds: [early] });
    sockets.last.lose();
    const offline = session.sendEvent("DOB_CHECK", { entered: "1981-05-12" });
    clock.advance(5_000);
    sockets.last.ready();
    const resent = sockets.last.sent.filter(({ type }) => type === "event");
    const firstAfterReady = sockets.last.types[0];
    sockets.last.say({ type: "ack", eventIds: [live, live] },
        { type: "nack", eventIds: [offline], code: "not_durable", message: "later", retry: true });
    const count = sockets.last.sent.length;
    clock.advance(1_000);
    const again = sockets.last.sent.slice(count);
    sockets.last.say({ type: "nack", eventIds: [offline], code: "invalid_date", message: "no date", retry: false });
    return { early, live, offline, sentFirst, resent, again, firstAfterReady, stored: of("event_stored"),
        refused: of("event_refused"), left: session.unacknowledged };
}

export async function manyEvents(client) {
    const { session, sockets, of } = await stage(client, { maxWaitingEvents: 3 });
    const ids = [1, 2, 3, 4].map((n) => session.sendEvent("VR_INTERACTION", { n }));
    sockets.last.ready();
    const sent = sockets.last.types;
    sockets.last.say({ type: "session_ended", seq: 1, outcome: "rejected", endTrigger: "end_session" });
    sockets.last.say({ type: "nack", eventIds: ids.slice(0, 3), code: "session_ended", message: "over", retry: false });
    return { ids, sent, refused: of("event_refused"), left: session.unacknowledged };
}

export async function closeCodes(client, codes) {
    const results = {};
    for (const code of codes) {
        const { session, sockets, clock, of } = await stage(client);
        sockets.last.ready();
        sockets.last.lose(code);
        results[code] = of("ended")[0]?.reason ?? session.state;
        clock.advance(60_000);
        if (of("ended")[0] && clock.waiting > 0) results[code] += " but a timer runs";
    }
    return results;
}

export async function refused(client) {
    const { session, sockets, connecting, told } = await stage(client);
    sockets.last.onopen();
    sockets.last.say({ type: "error", code: "origin_not_allowed", message: "Pages of this origin may not connect.",
        fatal: true });
    sockets.last.lose(4403);
    const error = await connecting.catch((problem) => problem);
    return { code: error.code, closeCode: error.closeCode, message: error.message, state: session.state,
        text: JSON.stringify([told, error, String(error), error.stack, sockets.last.url]) };
}

export async function unreachable(client) {
    const { session, sockets, clock, connecting, of } = await stage(client);
    for (let i = 0; session.state !== "ended" && i < 100; i += 1) {
        sockets.last.lose(1006);
        clock.advance(5_000);
    }
    const error = await connecting.catch((problem) => problem);
    return { code: error.code, states: of("state").map(({ state }) => state) };
}

export async function invalidAddress(client) {
    const { Session } = await import(`${client}/session.js`);
    const session = new Session({ wsUrl: `ws://127.0.0.1:1/ws/sessions/BAT-001?token=a b`, wsToken: "a b" });
    const error = await session.connect().catch((problem) => problem);
    return { name: error.name, code: error.code, message: `${error.message}${error.cause ?? ""}` };
}

export async function deadLine(client) {
    const { session, sockets, clock } = await stage(client);
    sockets.last.ready();
    const [first] = sockets.opened;
    clock.advance(20_000);
    const pings = first.sent.filter(({ type }) => type === "ping").length;
    first.say({ type: "pong", t: 1 });
    clock.advance(9_000);
    const alive = session.state;
    clock.advance(30_000);
    return { pings, alive, closedWith: first.closedWith, sockets: sockets.opened.length, state: session.state };
}

export async function hangingAttempt(client) {
    const { sockets, clock } = await stage(client);
    clock.advance(9_999);
    const before = sockets.opened.length;
    clock.advance(1_000);
    return { before, after: sockets.opened.length, closedWith: sockets.opened[0].closedWith };
}

export async function states(client) {
    const { session, sockets, clock, of } = await stage(client);
    sockets.last.ready();
    session.traineeSpoke();
    session.traineeStopped();
    const audio = () => {
        sockets.last.say({ type: "audio_item", itemId: "item_1", offsetMs: 0 });
        sockets.last.sayBytes(1, 0, 0, 0, 0);
    };
    audio();
    session.playbackEnded();
    session.sendText("Hello");
    audio();
    sockets.last.say({ type: "audio_clear", itemId: "item_1", heardMs: 0 });
    session.traineeStopped();
    clock.advance(12_000);
    sockets.last.lose();
    clock.advance(1_000);
    sockets.last.ready();
    sockets.last.say({ type: "session_ended", seq: 1, outcome: "converted", endTrigger: "end_session" });
    audio();
    return { states: of("state").map(({ state }) => state), ended: of("ended") };
}

export async function audio(client) {
    const { session, sockets, of } = await stage(client);
    sockets.last.ready();
    sockets.last.say({ type: "audio_item", itemId: "item_9", offsetMs: 100 });
    sockets.last.sayBytes(1, ...new Array(96).fill(0), 0x34); // 48 samples and the first half of one
    sockets.last.sayBytes(1, 0x12, 0x01, 0x80);
    sockets.last.sayBytes(2, 1, 2, 3);
    sockets.last.sayBytes(...new TextEncoder().encode(`{"type":"hint","text":"ask"}`));
    const sent = session.sendAudio(new Int16Array([1, -2]));
    sockets.last.bufferedAmount = 10_000_000;
    const congested = session.sendAudio(new Int16Array(480));
    const heard = of("audio").map(({ itemId, offsetMs, samples }) => ({ itemId, offsetMs, length: samples.length,
        last: samples.at(-1), first: samples[0] }));
    return { heard, hints: of("hint").length, sent, congested, bytes: sockets.last.sent.at(-1).bytes,
        congestion: of("congestion") };
}

export async function mute(client) {
    const { session, sockets, clock } = await stage(client);
    session.mute(true);
    sockets.last.ready();
    const sent = session.sendAudio(new Int16Array(480));
    const first = sockets.last.sent;
    sockets.last.lose();
    clock.advance(1_000);
    sockets.last.ready({ seq: 0 });
    session.mute(false);
    session.mute(false);
    const sentLater = session.sendAudio(new Int16Array(480));
    return { sent, sentLater, first, second: sockets.last.types, on: sockets.last.sent.map(({ on }) => on) };
}

export async function endOffline(client) {
    const { session, sockets, clock, of } = await stage(client);
    sockets.last.ready();
    sockets.last.lose();
    session.end();
    const isTextSent = session.sendText("Goodbye");
    clock.advance(1_000);
    sockets.last.ready();
    const sent = sockets.last.types;
    sockets.last.say({ type: "session_ended", seq: 1, outcome: "rejected", endTrigger: "end_session" });
    sockets.last.lose();
    const waiting = session.state;
    clock.advance(1_000);
    sockets.last.ready({ seq: 2, state: "ended" });
    const second = sockets.last.types;
    sockets.last.say({ type: "score", seq: 2, revision: 1, verdict: "passed", data: {} });
    sockets.last.lose(1000);
    return { isTextSent, sent, waiting, second, scores: of("score").length, ended: of("ended").length,
        closed: of("closed"), timers: clock.waiting, states: of("state").map(({ state }) => state) };
}

export async function leaving(client) {
    const { session, sockets, clock, of } = await stage(client);
    sockets.last.ready();
    session.close();
    session.close();
    return { closedWith: sockets.last.closedWith, ended: of("ended"), closed: of("closed"), timers: clock.waiting,
        after: [session.sendText("x"), session.sendAudio(new Int16Array(1))] };
}

export async function strangeMessages(client) {
    const { session, sockets, of } = await stage(client);
    sockets.last.ready();
    for (const data of ["", "{", "[]", "null", "1", `"x"`, "{}", `{"type":5}`, `{"type":"state","state":"ended"}`,
        `{"type":"ack"}`, `{"type":"nack","retry":true}`, `{"type":"transcript","seq":"x"}`]) {
        sockets.last.onmessage({ data });
    }
    sockets.last.sayBytes();
    sockets.last.sayBytes(1);
    return { state: session.state, messages: of("message").length, states: of("state").length };
}
