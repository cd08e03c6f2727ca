// What this tab remembers. Credentials go no further than sessionStorage: they end with the tab, and no other tab or
// server sees them. The token of a call is worth that one call.

const keys = { ticket: "bat.practice.ticket", call: "bat.practice.call", name: "bat.practice.name" };
const languageKey = "bat.practice.language";

/** The ticket, for a browser that forbids storage. */
let held = null;

function read(storage, key) {
    try {
        return storage.getItem(key);
    } catch {
        return null; // The browser may forbid storage; the page then forgets with the next reload.
    }
}

function write(storage, key, value) {
    try {
        if (value === null) storage.removeItem(key);
        else storage.setItem(key, value);
    } catch {
        // As above.
    }
}

/** Takes the ticket out of the address, before anybody can copy, share or bookmark it. */
export function takeTicket() {
    const match = /^#ticket=([\w.~-]+)$/.exec(location.hash);
    if (!match) return;
    write(sessionStorage, keys.ticket, match[1]);
    held = match[1];
    history.replaceState(history.state, "", location.pathname + location.search);
}

export const ticket = () => held ?? read(sessionStorage, keys.ticket);

export function forgetTicket() {
    held = null;
    write(sessionStorage, keys.ticket, null);
}

/** The name under which somebody without a ticket practises. */
export const name = () => read(sessionStorage, keys.name) ?? "";
export const keepName = (value) => write(sessionStorage, keys.name, value);

/**
 * The call that is going on: `{ sessionId, wsUrl, wsToken, scenario, persona, usesMicrophone, focus }`. Kept so that a
 * reload in mid-call loses nothing; null when there is none.
 */
export function call() {
    try {
        const value = JSON.parse(read(sessionStorage, keys.call) ?? "null");
        return typeof value?.sessionId === "string" && typeof value?.wsUrl === "string" ? value : null;
    } catch {
        return null;
    }
}

export const keepCall = (value) => write(sessionStorage, keys.call, JSON.stringify(value));
export const forgetCall = () => write(sessionStorage, keys.call, null);

/** The language is no secret, and outlives the tab. */
export const language = () => read(localStorage, languageKey);
export const keepLanguage = (code) => write(localStorage, languageKey, code);
