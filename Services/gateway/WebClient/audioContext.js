// The browser's audio device, which starts only after a gesture of the user and may be taken away at any time.

const patienceMs = 1_500;
const loading = new WeakMap();

/** A context at the device's own rate: Firefox does not connect a microphone to a context of another rate. */
export function openContext() {
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    return new Context({ latencyHint: "interactive" });
}

/** @returns {Promise<boolean>} whether sound runs; false when the browser wants a gesture first */
export async function startContext(context) {
    if (context.state === "running") return true;
    const patience = new Promise((resolve) => setTimeout(resolve, patienceMs));
    // Without a gesture `resume` stays pending for ever.
    await Promise.race([context.resume().catch(() => {}), patience]);
    return context.state === "running";
}

/** Loads a worklet that lies beside this module, once per context. */
export function loadWorklet(context, name) {
    if (!context.audioWorklet) return Promise.reject(new Error("This page has no audio worklets: it is not secure."));
    const loaded = loading.get(context) ?? new Map();
    loading.set(context, loaded);
    if (!loaded.has(name)) loaded.set(name, context.audioWorklet.addModule(new URL(name, import.meta.url).href));
    return loaded.get(name);
}

/** Tells `running` or `suspended` whenever that changes; returns how to stop. */
export function watchContext(context, tell) {
    let was = context.state === "running";
    const look = () => {
        const is = context.state === "running";
        if (is === was || context.state === "closed") return;
        was = is;
        tell(is ? "running" : "suspended");
    };
    context.addEventListener("statechange", look);
    return () => context.removeEventListener("statechange", look);
}
