// Microphone and speaker, tried before the customer is there.

import { Microphone, Player } from "/client/bat-client.js";
import { element } from "/elements.js";
import { button, waiting } from "../parts/controls.js";
import { LevelMeter } from "../parts/levelMeter.js";

const sampleMs = 4_000;
/** Longest time that a sample waits for the first word. */
const patienceMs = 6_000;

export function deviceScreen(practice) {
    const say = (key, values) => practice.say(`device.${key}`, values);
    const heading = element("h1", { tabindex: -1 }, say("title"));
    const meter = new LevelMeter(say("level"));
    const status = element("p", { class: "device-status", role: "status" });
    const microphones = element("select", { id: "microphone" });
    const speakers = element("select", { id: "speaker" });
    const microphonePart = element("div", { class: "stack" });
    const leaving = new AbortController();
    const { signal } = leaving;
    let microphone = null;
    let player = null;
    let isLeft = false;

    const goOn = button(say("goOn"), { id: "device-go", class: "primary large", disabled: true }, () => {
        practice.devices.usesMicrophone = true;
        practice.devices.microphoneId = microphone?.deviceId ?? null;
        practice.go(practice.afterCheck);
    });
    const byTyping = button(say("byTyping"), { id: "to-typing" }, () => {
        practice.devices.usesMicrophone = false;
        practice.go(practice.afterCheck);
    });

    async function openPlayer() {
        if (player) return player;
        const next = new Player();
        await next.open();
        if (practice.devices.speakerId) await next.selectSpeaker(practice.devices.speakerId).catch(() => null);
        player = next;
        return player;
    }

    // MARK: The microphone

    async function open() {
        const hadFocus = microphonePart.contains(document.activeElement);
        microphonePart.replaceChildren(waiting(say("asking")));
        const next = new Microphone({ deviceId: practice.devices.microphoneId ?? undefined });
        try {
            await next.open();
        } catch (error) {
            if (isLeft) return;
            const key = `device.fault.${error.code}`;
            microphonePart.replaceChildren(
                element("div", { class: "box problem", role: "alert" },
                    element("p", {}, practice.words.has(key) ? practice.say(key) : say("fault.failed")),
                    element("p", {}, button(practice.say("shell.retry"), { id: "allow-again" }, open))));
            if (hadFocus) document.getElementById("allow-again").focus();
            return;
        }
        if (isLeft) {
            next.close();
            return;
        }
        microphone = next;
        const on = (type, listener) => microphone.addEventListener(type, ({ detail }) => listener(detail), { signal });
        on("level", ({ decibels, isSpeech }) => {
            meter.show(decibels);
            if (isSpeech && status.dataset.state !== "heard") tell("heard");
        });
        on("silent", () => tell("silent"));
        on("muted", () => tell("muted"));
        on("unmuted", () => tell("listening"));
        on("lost", () => {
            tell("lost");
            goOn.disabled = true;
        });
        on("changed", () => {
            tell("listening");
            goOn.disabled = false;
            listDevices();
        });
        on("devices", listDevices);
        microphonePart.replaceChildren(
            meter.node, status,
            element("p", { class: "field" }, element("label", { for: "microphone" }, say("microphone")), microphones),
            sample());
        tell("listening");
        goOn.disabled = false;
        if (hadFocus) document.getElementById("sample").focus();
        listDevices();
    }

    function tell(state) {
        status.dataset.state = state;
        status.textContent = say(`status.${state}`);
        if (microphone?.isBluetooth && state === "listening") status.textContent += ` ${say("bluetooth")}`;
    }

    async function listDevices() {
        const found = await Microphone.devices().catch(() => []);
        fill(microphones, found, microphone?.deviceId);
        const outputs = canChooseSpeaker() ? await Microphone.speakers().catch(() => []) : [];
        fill(speakers, outputs, practice.devices.speakerId);
        speakerField.hidden = outputs.length < 2;
    }

    function fill(select, devices, chosen) {
        select.replaceChildren(...devices.map(({ deviceId, label }, index) =>
            element("option", { value: deviceId, selected: deviceId === chosen },
                label || say("unnamed", { n: index + 1 }))));
        select.disabled = devices.length < 2;
    }

    microphones.addEventListener("change", async () => {
        try {
            await microphone.select(microphones.value);
            practice.devices.microphoneId = microphones.value;
        } catch {
            tell("lost");
        }
    });

    // MARK: Saying something and hearing it

    function sample() {
        const text = element("p", { class: "quiet-text", role: "status" }, say("sampleHint"));
        const record = button(say("sample"), { id: "sample" }, async () => {
            record.disabled = true;
            text.textContent = say("recording");
            const frames = await recorded();
            if (isLeft) return;
            if (frames.length === 0) text.textContent = say("nothingHeard");
            else {
                text.textContent = say("playingBack");
                try {
                    await playBack(frames);
                    text.textContent = say("playedBack");
                } catch {
                    text.textContent = say("noSound");
                }
            }
            record.disabled = false;
            if (document.activeElement === document.body) record.focus();
        });
        return element("div", { class: "try" }, record, text);
    }

    /** What is said from the first word on; empty if nobody speaks. */
    function recorded() {
        return new Promise((resolve) => {
            const frames = [];
            let hasSpoken = false;
            const done = () => {
                stop.abort();
                clearTimeout(timer);
                resolve(hasSpoken ? frames : []);
            };
            const stop = new AbortController();
            let timer = setTimeout(done, patienceMs);
            signal.addEventListener("abort", done, { signal: stop.signal });
            microphone.addEventListener("level", ({ detail }) => {
                if (!detail.isSpeech || hasSpoken) return;
                hasSpoken = true;
                clearTimeout(timer);
                timer = setTimeout(done, sampleMs);
            }, { signal: stop.signal });
            microphone.addEventListener("frame", ({ detail }) => {
                frames.push(detail.samples.slice());
                // The beginning of the first word comes before it is recognised as speech.
                if (!hasSpoken && frames.length > 25) frames.shift();
            }, { signal: stop.signal });
        });
    }

    async function playBack(frames) {
        const output = await openPlayer();
        const samples = new Int16Array(frames.reduce((sum, frame) => sum + frame.length, 0));
        let at = 0;
        for (const frame of frames) {
            samples.set(frame, at);
            at += frame.length;
        }
        const lasts = samples.length / 24 + 500;
        await new Promise((resolve) => {
            const over = setTimeout(resolve, lasts + 2_000);
            output.addEventListener("drained", () => {
                clearTimeout(over);
                resolve();
            }, { once: true });
            output.play(`sample-${performance.now()}`, 0, samples);
        });
    }

    // MARK: The speaker

    const toneStatus = element("p", { class: "quiet-text", role: "status" }, say("toneHint"));
    const tone = button(say("tone"), { id: "tone" }, async () => {
        try {
            const output = await openPlayer();
            await output.playTone();
            toneStatus.textContent = say("toneAsk");
        } catch {
            toneStatus.textContent = say("noSound");
        }
    });
    const speakerField = element("p", { class: "field", hidden: true },
        element("label", { for: "speaker" }, say("speaker")), speakers);
    speakers.addEventListener("change", async () => {
        practice.devices.speakerId = speakers.value;
        const output = await openPlayer().catch(() => null);
        await output?.selectSpeaker(speakers.value).catch(() => null);
    });

    microphonePart.append(
        element("p", {}, say("intro")),
        element("p", {}, button(say("allow"), { id: "allow-microphone", class: "primary" }, open)));
    Microphone.permission().then((permission) => {
        if (!isLeft && permission === "granted") open();
    }).catch(() => null);

    return {
        heading, title: say("title"),
        node: element("div", { class: "stack device-check" },
            heading,
            element("div", { class: "two" },
                element("section", { class: "panel stack", "aria-labelledby": "microphone-title" },
                    element("h2", { id: "microphone-title" }, say("microphoneTitle")), microphonePart),
                element("section", { class: "panel stack", "aria-labelledby": "speaker-title" },
                    element("h2", { id: "speaker-title" }, say("speakerTitle")),
                    element("div", { class: "try" }, tone, toneStatus), speakerField,
                    element("p", { class: "quiet-text" }, say("headphones")))),
            element("p", { class: "actions" }, goOn, byTyping)),
        leave() {
            isLeft = true;
            leaving.abort();
            // The call opens it again: nobody is listened to while reading a briefing.
            microphone?.close();
            player?.close();
        },
    };
}

const canChooseSpeaker = () => typeof AudioContext === "function" && "setSinkId" in AudioContext.prototype;
