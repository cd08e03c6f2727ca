// Clients as the conformance kit wants to see them: one call for each situation, some at a time.

const atOnce = 6;
const patienceMs = 60_000;
const mostEvents = 40;
const frameMs = 40;

/** Plays `hold(situation)` for every situation; gives what went wrong in the page. */
async function each(server, hold) {
    const answer = await (await fetch(`${server}/api/scenarios`)).json();
    const waiting = answer.items.map(({ id }) => id);
    const troubles = [];
    await Promise.all(Array.from({ length: atOnce }, async () => {
        while (waiting.length > 0) {
            const situation = waiting.shift();
            await hold(situation).catch((error) => troubles.push(`${situation}: ${error.message}`));
        }
    }));
    return troubles;
}

function tell(server, sessionId, action, body) {
    return fetch(`${server}/api/sessions/${sessionId}/${action}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** What the kit asks for: an event after each new line of the customer, and the end after «Goodbye.» */
function answering(report, end) {
    let events = 0;
    return ({ speaker, text }, isNew) => {
        if (text === "Goodbye.") return end();
        if (speaker === "AVATAR" && isNew && (events += 1) <= mostEvents) report({ question: "Q1", answer: `${events}` });
    };
}

/** The client module. */
export async function holdModule(client, server) {
    const { Call } = await import(`${client}/bat-client.js`);
    return each(server, async (scenarioId) => {
        const call = new Call({ server, warnBeforeUnload: false, muteWhenHidden: false });
        const answer = answering((data) => call.sendEvent("TABLET_CHOICE", data), () => call.end());
        call.addEventListener("line", ({ detail: { line, isNew } }) => answer(line, isNew));
        const finished = new Promise((resolve, reject) => {
            call.addEventListener("finished", resolve, { once: true });
            setTimeout(() => reject(new Error("the call does not finish")), patienceMs);
        });
        try {
            const { sessionId } = await call.start({ scenarioId, traineeId: "REP_55" });
            await finished;
            const overall = call.score?.data?.overall;
            await tell(server, sessionId, "shown", {
                lines: call.lines.map(({ utteranceId, text }) => ({ utteranceId, text })),
                score: overall === undefined ? null : { overall } });
        } finally {
            await call.leave();
        }
    });
}

/** Docs/Examples/client.mjs, with a player that has played at once whatever comes. */
export async function holdExample(example, server) {
    const { Call, createSession } = await import(example);
    return each(server, async (scenarioId) => {
        const { sessionId, wsUrl } = await createSession(server, null, { scenarioId, traineeId: "REP_55" });
        let played = null;
        const call = new Call(wsUrl, {
            play: (itemId, offsetMs, samples) => (played = { itemId, offsetMs: offsetMs + samples.byteLength / 48 }),
            clear: () => {},
            position: () => played,
        });
        let isOver = false;
        const known = new Set();
        const answer = answering((data) => call.report("TABLET_CHOICE", data, 1), () => call.end());
        call.addEventListener("transcript", ({ detail }) => {
            answer(detail, !known.has(detail.utteranceId));
            known.add(detail.utteranceId);
        });
        call.addEventListener("session_ended", () => (isOver = true));
        const microphone = setInterval(() => isOver || call.speak(new Int16Array(24 * frameMs)), frameMs);
        await call.run();
        clearInterval(microphone);
        if (call.unacknowledged.length > 0) await tell(server, sessionId, "events", { events: call.unacknowledged });
    });
}
