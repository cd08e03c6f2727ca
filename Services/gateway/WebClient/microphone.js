// The microphone: permission, choice and loss of the device, and frames of its sound. Its events: `microphone.d.ts`.

import { loadWorklet, openContext, startContext, watchContext } from "./audioContext.js";
import { MicrophoneError } from "./errors.js";
import { decibels, SilenceWatch, SpeechDetector } from "./loudness.js";

const frameMs = 20;
/** Headsets that transmit speech by telephone codecs. Their names are all that a browser tells. */
const bluetooth = /bluetooth|airpods|hands-?free|headset \(.*\bag\b|\bbuds\b|\bHFP\b/i;

export class Microphone extends EventTarget {
    #context;
    #ownsContext;
    #wanted;
    #stream = null;
    #source = null;
    #node = null;
    #isOpen = false;
    #isLost = false;
    #opened = 0; // counts openings, so that a late one notices that it is not wanted any more
    #speech = new SpeechDetector();
    #silence = new SilenceWatch();
    #stopWatching = () => {};
    #devicesChanged = () => this.#lookAtDevices();

    constructor({
        context, deviceId, echoCancellation = true, noiseSuppression = true, autoGainControl = true,
    } = {}) {
        super();
        this.#context = context ?? null;
        this.#ownsContext = !context;
        this.#wanted = { deviceId, echoCancellation, noiseSuppression, autoGainControl };
    }

    /** The microphones, `[{deviceId, label, groupId}]`. Labels are empty before the permission. */
    static devices() {
        return listed("audioinput");
    }

    /** The loudspeakers; empty where the browser does not name them. */
    static speakers() {
        return listed("audiooutput");
    }

    /** @returns {Promise<"granted" | "prompt" | "denied" | "unknown">} */
    static async permission() {
        try {
            return (await navigator.permissions.query({ name: "microphone" })).state;
        } catch {
            return "unknown";
        }
    }

    get context() {
        return this.#context;
    }

    get isOpen() {
        return this.#isOpen;
    }

    get label() {
        return this.#track?.label ?? "";
    }

    get deviceId() {
        return this.#track?.getSettings().deviceId ?? "";
    }

    /** By a switch of the device, or by the system. */
    get isMuted() {
        return this.#track?.muted ?? false;
    }

    get isBluetooth() {
        return bluetooth.test(this.label);
    }

    /**
     * Asks for permission and begins to deliver frames. In a gesture of the user.
     *
     * @returns {Promise<boolean>} false when the browser wants a gesture first: call `resume` in one
     */
    async open() {
        if (this.#isOpen) return startContext(this.#context);
        this.#check();
        this.#context ??= openContext();
        // The gesture counts only now; after the question for permission it is over.
        startContext(this.#context);
        try {
            await Promise.all([this.#capture(), loadWorklet(this.#context, "capture.worklet.js")]);
            this.#connect();
        } catch (error) {
            await this.close();
            throw MicrophoneError.from(error);
        }
        this.#isOpen = true;
        navigator.mediaDevices.addEventListener("devicechange", this.#devicesChanged);
        this.#stopWatching = watchContext(this.#context, (state) => this.#tell(state));
        return startContext(this.#context);
    }

    /** In a gesture, after the browser had stopped the sound. */
    resume() {
        return startContext(this.#context);
    }

    /** Takes another microphone. */
    async select(deviceId) {
        this.#wanted.deviceId = deviceId;
        if (!this.#isOpen) return;
        await this.#replace();
    }

    /** Gives the device back. */
    async stop() {
        this.#isOpen = false;
        this.#opened += 1;
        navigator.mediaDevices?.removeEventListener("devicechange", this.#devicesChanged);
        this.#stopWatching();
        this.#node?.port.postMessage("stop");
        this.#node?.disconnect();
        if (this.#node) this.#node.port.onmessage = null;
        this.#node = null;
        this.#letGo();
    }

    /** The same, and closes its audio context, if it is its own. */
    async close() {
        await this.stop();
        const context = this.#context;
        if (!this.#ownsContext || !context) return;
        this.#context = null;
        if (context.state !== "closed") await context.close();
    }

    get #track() {
        return this.#stream?.getAudioTracks()[0];
    }

    #check() {
        if (!globalThis.isSecureContext) {
            throw new MicrophoneError(
                "insecure", "Browsers give the microphone to pages over https or from localhost only.");
        }
        if (!navigator.mediaDevices?.getUserMedia || !globalThis.AudioWorkletNode) {
            throw new MicrophoneError("unsupported", "This browser has no microphone for web pages.");
        }
    }

    /** Opens the wanted device, or another one if it is gone. */
    async #capture() {
        this.#opened += 1;
        const opening = this.#opened;
        const { deviceId, ...processing } = this.#wanted;
        // Otherwise Safari plays through the earpiece, and quietly.
        if (navigator.audioSession) navigator.audioSession.type = "play-and-record";
        const constraints = { channelCount: { ideal: 1 }, ...processing };
        let stream;
        try {
            stream = await navigator.mediaDevices.getUserMedia({
                audio: deviceId ? { ...constraints, deviceId: { exact: deviceId } } : constraints });
        } catch (error) {
            if (!deviceId || !["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
            stream = await navigator.mediaDevices.getUserMedia({ audio: constraints });
        }
        if (opening !== this.#opened) {
            for (const track of stream.getTracks()) track.stop();
            throw new MicrophoneError("failed", "The microphone was closed while it was being opened.");
        }
        this.#letGo();
        this.#stream = stream;
        const track = this.#track;
        track.onended = () => this.#recover("ended");
        track.onmute = () => this.#tell("muted");
        track.onunmute = () => this.#tell("unmuted");
        this.#source = new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream });
        if (this.#node) this.#source.connect(this.#node);
    }

    #connect() {
        // With an output, because a node that leads nowhere is not run by every browser. It is silent.
        this.#node = new AudioWorkletNode(this.#context, "bat-capture", { outputChannelCount: [1] });
        this.#node.port.onmessage = ({ data }) => this.#take(data);
        this.#source.connect(this.#node).connect(this.#context.destination);
    }

    #letGo() {
        this.#source?.disconnect();
        for (const track of this.#stream?.getTracks() ?? []) {
            track.onended = track.onmute = track.onunmute = null;
            track.stop();
        }
        this.#stream = this.#source = null;
    }

    #take({ samples, rms, peak }) {
        const level = { rms, peak, decibels: decibels(rms) };
        const isChanged = this.#speech.take(level.decibels);
        level.isSpeech = this.#speech.isSpeech;
        this.#tell("frame", { samples });
        this.#tell("level", level);
        if (isChanged) this.#tell("speech", { isSpeech: level.isSpeech });
        const change = this.#silence.take(peak, frameMs);
        if (change?.isSilent) this.#tell("silent", { forMs: change.forMs, isDigital: change.isDigital });
        else if (change) this.#tell("heard");
    }

    // Devices come and go

    async #lookAtDevices() {
        const [microphones, speakers] = await Promise.all([Microphone.devices(), Microphone.speakers()]);
        if (!this.#isOpen) return;
        this.#tell("devices", { microphones, speakers });
        const isLost = this.#track?.readyState !== "live";
        if (isLost && microphones.length > 0) await this.#recover("ended");
    }

    /** Goes on with another microphone when the device is gone. */
    async #recover(reason) {
        if (!this.#isOpen) return;
        this.#letGo();
        if (!this.#isLost) this.#tell("lost", { reason });
        this.#isLost = true;
        try {
            await this.#replace();
        } catch {
            // The next `devicechange` tries again.
        }
    }

    async #replace() {
        await this.#capture();
        this.#isLost = false;
        this.#silence = new SilenceWatch();
        const { deviceId, label, isBluetooth } = this;
        this.#tell("changed", { deviceId, label, isBluetooth });
    }

    #tell(type, detail = {}) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}

async function listed(kind) {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return devices
        .filter((device) => device.kind === kind)
        .map(({ deviceId, label, groupId }) => ({ deviceId, label, groupId }));
}
