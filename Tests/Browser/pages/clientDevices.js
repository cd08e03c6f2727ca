// Scenes for test_client_devices.py: the real worklets of a browser, with made-up devices.

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Everything that goes to the loudspeaker, sample by sample. */
async function recorded(context) {
    const code = `registerProcessor("recorder", class extends AudioWorkletProcessor {
        process([[channel]]) { if (channel) this.port.postMessage(channel.slice()); return true; }
    });`;
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    const output = new GainNode(context);
    const recorder = new AudioWorkletNode(context, "recorder", { channelCount: 1, channelCountMode: "explicit" });
    output.connect(recorder).connect(context.destination);
    Object.defineProperty(context, "destination", { value: output });
    const samples = [];
    recorder.port.onmessage = ({ data }) => samples.push(...data);
    return samples;
}

function told(target, ...types) {
    const events = [];
    for (const type of types) target.addEventListener(type, ({ detail }) => events.push({ ...detail, type }));
    return events;
}

const once = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

function sine(fromMs, ms, hertz) {
    return Int16Array.from({ length: ms * 24 }, (_, i) =>
        16_000 * Math.sin((2 * Math.PI * hertz * (fromMs * 24 + i)) / 24_000));
}

/** A voice that comes with jitter, in real time; gives what left the page. */
export async function voice(client, rate, jitterMs) {
    const { Player } = await import(`${client}/player.js`);
    const context = new AudioContext(rate ? { sampleRate: rate } : {});
    const samples = await recorded(context);
    const player = new Player({ context });
    const isRunning = await player.open();
    const events = told(player, "started", "playing", "drained", "underrun");
    const hertz = 440;
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const drained = once(player, "drained");
    let last = 0;
    for (let at = 0; at < 2_000; at += 20) {
        last = Math.max(last, at / 5 + random() * jitterMs);
        setTimeout(() => player.play("item_1", at, sine(at, 20, hertz)), last);
    }
    await drained;
    await wait(100);
    await player.close();
    await context.close();
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / context.sampleRate);
    let roughness = 0;
    for (let i = 2; i < samples.length; i += 1) {
        roughness = Math.max(roughness, Math.abs(samples[i] - factor * samples[i - 1] + samples[i - 2]));
    }
    const sound = (samples.filter((value) => value !== 0).length * 1_000) / context.sampleRate;
    return { isRunning, events, roughness, sound, position: player.position() };
}

/** The frames of a sine that the microphone hears. */
export async function listening(client, rate) {
    const { Microphone } = await import(`${client}/microphone.js`);
    const context = rate ? new AudioContext({ sampleRate: rate }) : undefined;
    const source = new AudioContext();
    const oscillator = new OscillatorNode(source, { frequency: 1_000 });
    const gain = new GainNode(source, { gain: 0.5 });
    const stream = source.createMediaStreamDestination();
    oscillator.connect(gain).connect(stream);
    oscillator.start();
    const asked = [];
    navigator.mediaDevices.getUserMedia = async (constraints) => {
        asked.push(constraints);
        return stream.stream.clone();
    };
    const microphone = new Microphone({ context, autoGainControl: false });
    const events = told(microphone, "speech", "silent");
    const frames = [];
    microphone.addEventListener("frame", ({ detail }) => frames.push(detail.samples));
    const isRunning = await microphone.open();
    while (frames.length < 60) await wait(20);
    const isOpen = microphone.isOpen;
    await microphone.close();
    const count = frames.length;
    await wait(100);
    const samples = frames.slice(10, 60).flatMap((frame) => Array.from(frame));
    let crossings = 0;
    for (let i = 1; i < samples.length; i += 1) if (samples[i - 1] < 0 && samples[i] >= 0) crossings += 1;
    await Promise.all([source.close(), context?.close()]);
    return { isRunning, isOpen, asked, events, hertz: crossings, late: frames.length - count,
        loudest: Math.max(...samples) / 32_767, lengths: [...new Set(frames.map((frame) => frame.length))],
        contextState: microphone.context?.state ?? null };
}

/** A headset that is unplugged and plugged in again. */
export async function unplugged(client) {
    const { Microphone } = await import(`${client}/microphone.js`);
    const devices = navigator.mediaDevices;
    let isThere = true;
    const given = [];
    devices.getUserMedia = async () => {
        if (!isThere) throw new DOMException("no device", "NotFoundError");
        const context = new AudioContext();
        const { stream } = context.createMediaStreamDestination();
        given.push(stream);
        return stream;
    };
    const microphone = new Microphone({ deviceId: undefined });
    await microphone.open();
    const events = told(microphone, "lost", "changed", "devices");
    isThere = false;
    const lost = once(microphone, "lost");
    const [track] = given[0].getTracks();
    track.stop();
    track.dispatchEvent(new Event("ended"));
    await lost;
    await wait(50);
    isThere = true;
    const changed = once(microphone, "changed");
    devices.dispatchEvent(new Event("devicechange"));
    await changed;
    await microphone.close();
    return events.map(({ type }) => type).filter((type) => type !== "devices");
}

export async function refused(client) {
    const { Microphone } = await import(`${client}/microphone.js`);
    const codes = {};
    for (const [name, message] of [
        ["NotAllowedError", "Permission denied"], ["NotAllowedError", "Permission dismissed"],
        ["NotFoundError", "none"], ["NotReadableError", "in use"], ["TypeError", "what"]]) {
        navigator.mediaDevices.getUserMedia = async () => {
            throw Object.assign(new Error(message), { name });
        };
        const microphone = new Microphone();
        const error = await microphone.open().catch((problem) => problem);
        codes[message] = [error.name, error.code, microphone.isOpen, microphone.context];
    }
    return codes;
}

export async function tones(client) {
    const { Player } = await import(`${client}/player.js`);
    const context = new AudioContext();
    const samples = await recorded(context);
    const player = new Player({ context });
    await player.open();
    await player.playTone();
    await wait(100);
    await player.close();
    await context.close();
    return { loudest: samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}
