// A client of the trainer in one file, for browsers and for Node (22; from 20.10 on with --experimental-websocket).
//
//   node --experimental-websocket Docs/Examples/client.mjs http://127.0.0.1:3001 [API key]
//
// holds a short call: it types two lines, reports an event, loses its connection once, ends the session and waits for
// the score. `Call` is what a page or a game takes over; the rest shows how to use it.

/** Creates a session. A page must not contain an API key: its own server does this, or gives it a ticket. */
export async function createSession(server, apiKey, request) {
  const answer = await fetch(`${server}/api/sessions`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(), // a retry with the same key creates no second session
      ...(apiKey ? { Authorization: `Bearer ${apiKey}` } : {}),
    },
    body: JSON.stringify(request),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${body.code}: ${body.detail}`);
  return body;
}

const AUDIO = 0x01; // the first byte of a binary frame of audio; JSON begins with {
const BYTES_PER_MS = 48; // PCM16, 24 kHz, mono
const DROPPED = 4000; // what `drop` closes with
const RESEND_MS = 1_000; // until an event is sent again that the server could not write to disk
const WORTH_RECONNECTING = [1001, 1006, 1011, 4408, 4429, 4503, DROPPED];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Call extends EventTarget {
  #url;
  #player;
  #socket;
  #isReady = false;
  #isOver = false;
  #lastSeq = 0;
  #hasBeenReady = false;
  #resumeWindowMs = 60_000;
  #retryAfterMs = 0; // what the server asked for when it closed
  #item = { itemId: "", bytes: 0 }; // what the next binary frame belongs to, and where in it it begins
  #waiting = new Map(); // events that the server has not acknowledged, by eventId

  /**
   * @param wsUrl as the server gave it
   * @param player { play(itemId, offsetMs, samples), clear(), position() → { itemId, offsetMs } or null }
   */
  constructor(wsUrl, player) {
    super();
    const url = new URL(wsUrl); // it has a query already: never append "?audio=binary" by hand
    url.searchParams.set("audio", "binary");
    url.searchParams.set("reject", "close"); // a browser cannot see why an upgrade was refused
    this.#url = url.href;
    this.#player = player;
  }

  /** Holds the connection, over losses of it, until the session is over. Resolves with the last close code. */
  async run() {
    let delay = 250;
    let lostAt = performance.now();
    const reports = setInterval(() => this.#reportPlayed(), 200);
    try {
      for (;;) {
        const code = await this.#connection();
        if (this.#isReady) [delay, lostAt] = [250, performance.now()];
        this.#isReady = false;
        const isWorthIt = WORTH_RECONNECTING.includes(code) && performance.now() - lostAt < this.#resumeWindowMs;
        if (this.#isOver || !isWorthIt) return code;
        await sleep(Math.max(Math.random() * delay, this.#retryAfterMs));
        this.#retryAfterMs = 0;
        delay = Math.min(delay * 2, 5_000);
      }
    } finally {
      clearInterval(reports);
    }
  }

  #connection() {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.#url);
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) => {
        if (typeof data === "string") this.#take(JSON.parse(data));
        else this.#hear(new Uint8Array(data));
      };
      socket.onerror = () => resolve(1006); // `close` follows in browsers, but not in Node when an upgrade was refused
      socket.onclose = ({ code }) => resolve(code);
      this.#socket = socket;
    });
  }

  #take(message) {
    // These two report a number and have none of their own.
    const isNumbered = message.seq && !["ready", "resume_failed"].includes(message.type);
    if (isNumbered) {
      if (message.seq <= this.#lastSeq) return; // it was here before
      this.#lastSeq = message.seq;
    }
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.#resumeWindowMs = message.resumeWindowMs;
        if (this.#hasBeenReady) {
          this.#send({ type: "resume", lastSeq: this.#lastSeq, played: this.#player.position() ?? undefined });
        }
        this.#hasBeenReady = true;
        this.#resend();
        break;
      case "audio_item":
        this.#item = { itemId: message.itemId, bytes: message.offsetMs * BYTES_PER_MS };
        break;
      case "audio_clear":
        this.#player.clear();
        break;
      case "ack":
        for (const id of message.eventIds) this.#waiting.delete(id);
        break;
      case "nack":
        if (message.retry) setTimeout(() => this.#resend(), RESEND_MS);
        // What comes after the end goes over REST, so it goes on waiting.
        else if (message.code !== "session_ended") for (const id of message.eventIds) this.#waiting.delete(id);
        break;
      case "resume_failed": // the history is gone; `GET /api/sessions/:id` has the lines
        this.#lastSeq = message.seq;
        break;
      case "going_away":
        this.#retryAfterMs = message.retryAfterMs ?? 0;
        break;
      case "error":
        if (message.fatal) this.#retryAfterMs = message.retryAfterMs ?? 0;
        break;
      case "score": // the last message of a session, unless late events lead to another revision
        this.#isOver = true;
        break;
    }
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  #resend() {
    for (const event of this.#waiting.values()) this.#send(event);
  }

  #hear(frame) {
    if (frame[0] !== AUDIO) return;
    const samples = new Int16Array(frame.slice(1).buffer); // a copy, because samples must begin at an even address
    this.#player.play(this.#item.itemId, Math.floor(this.#item.bytes / BYTES_PER_MS), samples);
    this.#item.bytes += samples.byteLength;
  }

  #reportPlayed() {
    const played = this.#player.position();
    if (played) this.#send({ type: "played", ...played });
  }

  #send(message) {
    if (this.#isReady && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Microphone audio, 20 to 100 ms of it. What comes without a connection is lost, as it is for the customer. */
  speak(samples) {
    if (!this.#isReady || this.#socket.readyState !== WebSocket.OPEN) return;
    const frame = new Uint8Array(1 + samples.byteLength);
    frame[0] = AUDIO;
    frame.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), 1);
    this.#socket.send(frame);
  }

  type(text) {
    this.#send({ type: "text", text });
  }

  /** Reports an event, as often as it takes until the server has it on disk. */
  report(type, data, time) {
    const event = { type: "event", eventId: crypto.randomUUID(), time, data: { type, data } };
    this.#waiting.set(event.eventId, event);
    this.#send(event);
  }

  /** What the server has not acknowledged: for `POST /api/sessions/:id/events` after the call. */
  get unacknowledged() {
    return [...this.#waiting.values()].map(({ eventId, time, data }) => ({ eventId, time, ...data }));
  }

  end() {
    this.#send({ type: "end_session" });
  }

  /** Loses the connection, to try out what happens then. */
  drop() {
    this.#socket.close(DROPPED);
  }
}

// MARK: The demonstration

/** Plays nothing and says at once that it has. A page puts the samples into an AudioBuffer or an AudioWorklet. */
class NoPlayer {
  #played = null;
  milliseconds = 0;

  play(itemId, offsetMs, samples) {
    const length = samples.byteLength / BYTES_PER_MS;
    this.milliseconds += length;
    this.#played = { itemId, offsetMs: offsetMs + length };
  }

  clear() {}

  position() {
    return this.#played;
  }
}

async function demonstrate(server, apiKey) {
  const request = { scenarioId: "fmc_resistant", traineeId: "EXAMPLE_JS", client: "example-js" };
  const session = await createSession(server, apiKey, request);
  console.log(`session ${session.sessionId} with ${session.persona.name}`);
  const player = new NoPlayer();
  const call = new Call(session.wsUrl, player);
  const lines = new Map(); // by utteranceId: a later one replaces an earlier one
  let result;
  const next = (type, isIt = () => true) =>
    new Promise((resolve) => call.addEventListener(type, function listen({ detail }) {
      if (!isIt(detail)) return;
      call.removeEventListener(type, listen);
      resolve(detail);
    }));
  call.addEventListener("transcript", ({ detail }) => lines.set(detail.utteranceId, detail));
  call.addEventListener("error", ({ detail }) => console.log(`error ${detail.code}: ${detail.message}`));
  call.addEventListener("score", ({ detail }) => (result = detail));

  const answered = () => next("transcript", (line) => line.speaker === "AVATAR");
  const ready = next("ready");
  const running = call.run();
  await ready;
  const microphone = setInterval(() => call.speak(new Int16Array(960)), 40); // silence
  call.report("VR_INTERACTION", { interactedObject: "GLO_Device", action: "PICKUP" }, 0.5);

  let answer = answered();
  call.type("Good afternoon! What do you smoke?");
  await answer;

  const resumed = next("resumed");
  call.drop();
  await resumed;

  answer = answered();
  call.type("And what bothers you about it?");
  await answer;
  call.end();

  const code = await running;
  clearInterval(microphone);
  const leftOver = call.unacknowledged;
  if (leftOver.length) {
    await fetch(`${server}/api/sessions/${session.sessionId}/events`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(apiKey ? { Authorization: `Bearer ${apiKey}` } : {}) },
      body: JSON.stringify({ events: leftOver }),
    });
  }
  for (const line of [...lines.values()].sort((a, b) => a.startTime - b.startTime)) {
    console.log(`${line.startTime.toFixed(1).padStart(6)} ${line.speaker} ${line.text}`);
  }
  console.log(`${Math.round(player.milliseconds)} ms of the customer's voice, ${leftOver.length} events left over`);
  console.log(`closed with ${code}, ${result?.data ? `${result.data.overall} points` : `no score: ${result?.error}`}`);
}

if (globalThis.process?.argv[1]?.endsWith("client.mjs")) {
  const [server = "http://127.0.0.1:3001", apiKey] = process.argv.slice(2);
  await demonstrate(server.replace(/\/$/, ""), apiKey);
}
