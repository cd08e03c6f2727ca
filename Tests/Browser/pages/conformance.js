// The client module as the conformance kit wants to see it: one call for each situation, some at a time.

const atOnce = 6;
const patienceMs = 60_000;
const mostEvents = 40;

/** Holds all calls; gives what went wrong in the page. */
export async function hold(client, server) {
    const { Call, RestClient } = await import(`${client}/bat-client.js`);
    const rest = new RestClient({ server });
    const waiting = (await rest.scenarios()).items.map(({ id }) => id);
    const troubles = [];

    async function one(scenarioId) {
        const call = new Call({ server, warnBeforeUnload: false, muteWhenHidden: false });
        let events = 0;
        call.addEventListener("line", ({ detail: { line, isNew } }) => {
            if (line.text === "Goodbye.") return call.end();
            if (line.speaker !== "AVATAR" || !isNew || (events += 1) > mostEvents) return;
            call.sendEvent("TABLET_CHOICE", { question: "Q1", answer: line.text.slice(0, 40) });
        });
        const finished = new Promise((resolve, reject) => {
            call.addEventListener("finished", resolve, { once: true });
            setTimeout(() => reject(new Error("the call does not finish")), patienceMs);
        });
        try {
            const { sessionId } = await call.start({ scenarioId, traineeId: "REP_55" });
            await finished;
            const lines = call.lines.map(({ utteranceId, text }) => ({ utteranceId, text }));
            const overall = call.score?.data?.overall;
            await fetch(`${server}/api/sessions/${sessionId}/shown`, {
                method: "POST", headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ lines, score: overall === undefined ? null : { overall } }),
            });
        } catch (error) {
            troubles.push(`${scenarioId}: ${error.message}`);
        } finally {
            await call.leave();
        }
    }

    await Promise.all(Array.from({ length: atOnce }, async () => {
        while (waiting.length > 0) await one(waiting.shift());
    }));
    return troubles;
}
