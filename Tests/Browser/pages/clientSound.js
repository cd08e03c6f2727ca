// Measurements for test_client_sound.py, without an audio device.

/** Random numbers from 0 to 1 that are the same in every run. */
function seeded(seed) {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
    };
}

const quantum = 128;
const decibels = (ratio) => 20 * Math.log10(Math.max(ratio, 1e-9));
const rms = (samples) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

function tone(hertz, rate, length, amplitude = 0.5) {
    return Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / rate));
}

/** What is left of a sine's frequency, and what else there is, each in decibels against its amplitude before. */
function parts(samples, hertz, rate, amplitude) {
    let [ss, sc, cc, ys, yc] = [0, 0, 0, 0, 0];
    for (let i = 0; i < samples.length; i += 1) {
        const angle = (2 * Math.PI * hertz * i) / rate;
        const [s, c] = [Math.sin(angle), Math.cos(angle)];
        ss += s * s;
        sc += s * c;
        cc += c * c;
        ys += s * samples[i];
        yc += c * samples[i];
    }
    const determinant = ss * cc - sc * sc;
    const [p, q] = [(ys * cc - yc * sc) / determinant, (yc * ss - ys * sc) / determinant];
    const rest = samples.map((value, i) => {
        const angle = (2 * Math.PI * hertz * i) / rate;
        return value - p * Math.sin(angle) - q * Math.cos(angle);
    });
    return { signal: decibels(Math.hypot(p, q) / amplitude), rest: decibels((rms(rest) * Math.SQRT2) / amplitude) };
}

function converted(Resampler, hertz, from, to) {
    const resampler = new Resampler(from, to);
    const input = tone(hertz, from, from / 4);
    const output = [];
    for (let at = 0; at < input.length; at += quantum) {
        output.push(...resampler.process(input.subarray(at, at + quantum)));
    }
    return output.slice(500, -200); // without the edges
}

/** Sines from 50 Hz up: how the pass band bends, and the strongest alias or image. */
export async function sweep(client, from, to) {
    const { Resampler } = await import(`${client}/resampler.js`);
    const low = Math.min(from, to);
    const result = { flattest: 99, steepest: -99, alias: -200 };
    for (let hertz = 50; hertz <= (low * 10) / 24; hertz += low / 41) {
        const { signal, rest } = parts(converted(Resampler, hertz, from, to), hertz, to, 0.5);
        result.flattest = Math.min(result.flattest, signal);
        result.steepest = Math.max(result.steepest, signal);
        result.alias = Math.max(result.alias, rest);
    }
    for (let hertz = low / 2; hertz < from / 2; hertz += low / 41) {
        const alias = (rms(converted(Resampler, hertz, from, to)) * Math.SQRT2) / 0.5;
        result.alias = Math.max(result.alias, decibels(alias));
    }
    return result;
}

/** However a stream is cut, the result is the same, and as long as it should be. */
export async function pieces(client, from, to) {
    const { Resampler } = await import(`${client}/resampler.js`);
    const random = seeded(7);
    const input = tone(1_000, from, from * 2);
    const whole = Array.from(new Resampler(from, to).process(input));
    const resampler = new Resampler(from, to);
    const cut = [];
    for (let at = 0; at < input.length;) {
        const end = at + 1 + Math.floor(random() * 700);
        cut.push(...resampler.process(input.subarray(at, end)));
        at = end;
    }
    return { same: whole.length === cut.length && whole.every((value, i) => value === cut[i]), length: whole.length,
        delay: resampler.delay };
}

export async function frames(client, rate, channels) {
    const { FrameMaker } = await import(`${client}/frameMaker.js`);
    const made = [];
    const maker = new FrameMaker(rate, (frame) => made.push(frame));
    const input = tone(1_000, rate, rate);
    for (let at = 0; at + quantum <= input.length; at += quantum) {
        maker.take(Array.from({ length: channels }, () => input.subarray(at, at + quantum)));
    }
    maker.take([]);
    const middle = made.slice(5, -1);
    const samples = middle.flatMap(({ samples }) => Array.from(samples, (value) => value / 32_767));
    return { count: made.length, lengths: [...new Set(made.map(({ samples }) => samples.length))],
        ...parts(samples, 1_000, 24_000, 0.5), rms: middle[0].rms, peak: middle[0].peak };
}

export async function overdriven(client) {
    const { FrameMaker } = await import(`${client}/frameMaker.js`);
    const made = [];
    const maker = new FrameMaker(24_000, (frame) => made.push(frame));
    maker.take([Float32Array.from({ length: 960 }, (_, i) => (i % 2 === 0 ? 3 : -3))]);
    return { first: made[0].samples[0], second: made[0].samples[1], count: made.length };
}

// The player

/** Plays what arrives when it arrives; gives everything that was rendered and told. */
async function play(client, rate, arrivals, { actions = [], untilMs }) {
    const { Playback } = await import(`${client}/playback.js`);
    const told = [];
    const output = [];
    let now = 0;
    const playback = new Playback(rate, (event) => told.push({ ...event, at: now }));
    const waiting = [...arrivals.map((arrival) => ({ ...arrival, act: () =>
        playback.push(arrival.itemId, arrival.offsetMs, arrival.samples) })),
    ...actions.map(({ at, act }) => ({ at, act: () => act(playback) }))].sort((a, b) => a.at - b.at);
    const block = new Float32Array(quantum);
    while (now < untilMs) {
        while (waiting[0]?.at <= now) waiting.shift().act();
        playback.render(block);
        output.push(...block);
        now = (output.length * 1_000) / rate;
    }
    return { told, output, of: (type) => told.filter((event) => event.type === type) };
}

function sine(itemId, fromMs, ms, hertz = 440) {
    const samples = Int16Array.from({ length: ms * 24 }, (_, i) =>
        16_000 * Math.sin((2 * Math.PI * hertz * (fromMs * 24 + i)) / 24_000));
    return { itemId, offsetMs: fromMs, samples };
}

/** Over TCP, what is late holds up what follows. */
function sent(items, { ms, pace, jitterMs, random, chunkMs = 20, pauseMs = 1_500 }) {
    const arrivals = [];
    let begin = 0;
    for (let item = 0; item < items; item += 1) {
        let last = 0;
        for (let at = 0; at < ms; at += chunkMs) {
            last = Math.max(last, begin + at / pace + random() * jitterMs);
            arrivals.push({ at: last, ...sine(`item_${item}`, at, chunkMs) });
        }
        begin += ms + pauseMs + jitterMs;
    }
    return { arrivals, untilMs: begin + 1_000 };
}

/** How far each sample is from continuing the sine of the two before it: a click stands out. */
function roughness(output, hertz, rate) {
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let worst = 0;
    for (let i = 2; i < output.length; i += 1) {
        worst = Math.max(worst, Math.abs(output[i] - factor * output[i - 1] + output[i - 2]));
    }
    return worst;
}

/** Milliseconds in which something is heard. */
function soundMs(output, rate) {
    return (output.filter((value) => value !== 0).length * 1_000) / rate;
}

function quantile(values, share) {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export async function jitter(client, rate, pace, jitterMs, items, seed = 1) {
    const ms = 2_000;
    const { arrivals, untilMs } = sent(items, { ms, pace, jitterMs, random: seeded(seed) });
    const { output, of } = await play(client, rate, arrivals, { untilMs });
    const waits = of("started").map(({ waitedMs }) => waitedMs);
    return { items: waits.length, underruns: of("underrun").length, gapMs: of("underrun").map(({ gapMs }) => gapMs),
        p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), roughness: roughness(output, 440, rate),
        sound: soundMs(output, rate), expected: items * ms,
        drained: of("drained").map(({ offsetMs }) => offsetMs) };
}

export async function cleared(client, rate) {
    const { arrivals } = sent(1, { ms: 2_000, pace: 5, jitterMs: 0, random: () => 0 });
    const next = { at: 1_000, ...sine("item_next", 0, 300) };
    const { output, of } = await play(client, rate, [...arrivals, next], {
        actions: [{ at: 900, act: (playback) => playback.clear() }, { at: 901, act: (playback) => playback.clear() }],
        untilMs: 2_000 });
    const cutAt = Math.ceil((900 * rate) / 1_000 / quantum) * quantum;
    const silentAt = output.findIndex((value, i) => i >= cutAt && value === 0);
    const again = output.findIndex((value, i) => i > silentAt + 10 && value !== 0);
    const steps = [];
    for (let i = cutAt - 100; i < silentAt + 10; i += 1) steps.push(Math.abs(output[i + 1] - output[i]));
    return { fadeFrames: silentAt - cutAt, silentMs: ((again - silentAt) * 1_000) / rate,
        largestStep: Math.max(...steps), normalStep: 0.49 * 2 * Math.PI * 440 / rate, cleared: of("cleared"),
        underruns: of("underrun").length, started: of("started").map(({ itemId }) => itemId),
        roughness: roughness(output.slice(silentAt + 10), 440, rate) };
}

/** A network that stops for 400 ms in the middle of an item. */
export async function stalled(client, rate) {
    const { arrivals } = sent(1, { ms: 2_000, pace: 1, jitterMs: 0, random: () => 0 });
    for (const arrival of arrivals) if (arrival.offsetMs >= 1_000) arrival.at += 400;
    const { output, of } = await play(client, rate, arrivals, { untilMs: 4_000 });
    return { underruns: of("underrun"), roughness: roughness(output, 440, rate), sound: soundMs(output, rate),
        drained: of("drained").map(({ offsetMs }) => offsetMs) };
}

/** After a reconnect the server repeats what it thinks was not heard. */
export async function repeated(client) {
    const first = [0, 200, 400].map((at) => ({ at: 0, ...sine("item_1", at, 200) }));
    const again = [300, 500, 700].map((at) => ({ at: 100, ...sine("item_1", at, 200) }));
    const late = { at: 1_600, ...sine("item_1", 600, 200) };
    const { output, of } = await play(client, 24_000, [...first, ...again, late], { untilMs: 2_500 });
    return { sound: soundMs(output, 24_000), roughness: roughness(output, 440, 24_000),
        drained: of("drained").map(({ offsetMs }) => offsetMs), underruns: of("underrun").length };
}

export async function short(client) {
    const { output, of } = await play(client, 48_000, [{ at: 10, ...sine("item_1", 0, 60) }], { untilMs: 1_000 });
    return { sound: soundMs(output, 48_000), started: of("started"), drained: of("drained") };
}

export async function reports(client) {
    const arrivals = ["item_1", "item_2"].flatMap((itemId, n) =>
        [0, 500].map((at) => ({ at: n * 10, ...sine(itemId, at, 500) })));
    const { of } = await play(client, 48_000, arrivals, { untilMs: 3_000 });
    const levels = of("level");
    return { playing: of("playing").map(({ itemId, offsetMs, at }) => ({ itemId, offsetMs, at: Math.round(at) })),
        drained: of("drained"), last: levels.at(-1), loudest: Math.max(...levels.map((level) => level.rms)),
        underruns: of("underrun").length };
}

export async function flooded(client) {
    const minute = new Int16Array(24_000 * 60);
    const arrivals = Array.from({ length: 11 }, (_, n) => (
        { at: 0, itemId: "item_1", offsetMs: n * 60_000, samples: minute }));
    const { of } = await play(client, 48_000, arrivals, { untilMs: 100 });
    return { overflows: of("overflow").length };
}

// Loudness

export async function silence(client) {
    const { SilenceWatch } = await import(`${client}/loudness.js`);
    const run = (peaks) => {
        const watch = new SilenceWatch();
        const changes = [];
        let ms = 0;
        for (const [peak, forMs] of peaks) {
            for (let i = 0; i < forMs / 20; i += 1) {
                ms += 20;
                const change = watch.take(peak, 20);
                if (change) changes.push({ ms, ...change });
            }
        }
        return changes;
    };
    return { dead: run([[0, 5_000], [0.1, 100]]), faint: run([[0.0003, 9_000]]),
        suppressed: run([[0.2, 1_000], [0, 10_000], [0.2, 100]]),
        lost: run([[0.2, 1_000], [0, 25_000]]), normal: run([[0.002, 60_000]]) };
}

export async function speech(client) {
    const { SpeechDetector } = await import(`${client}/loudness.js`);
    const detector = new SpeechDetector();
    const changes = [];
    let ms = 0;
    const levels = [[-65, 2_000], [-25, 1_000], [-66, 200], [-25, 500], [-65, 2_000], [-40, 20], [-65, 500]];
    for (const [level, forMs] of levels) {
        for (let i = 0; i < forMs / 20; i += 1) {
            ms += 20;
            if (detector.take(level)) changes.push({ ms, isSpeech: detector.isSpeech });
        }
    }
    return changes;
}
