// What this tab and this browser remember. A ticket ends with the tab. The call that is going on is also kept for the
// next tab, with all that it takes to go on, until it has ended or the server has given it up.

const keys = { ticket: "bat.practice.ticket", call: "bat.practice.call", name: "bat.practice.name" };
const languageKey = "bat.practice.language";
const openCallKey = "bat.practice.open-call";

/** A closed tab may have been seen last this long before it was closed. */
const slackMs = 10_000;
const defaultWindowMs = 60_000;

/** The ticket, for a browser that forbids storage. */
let held = null;

function read(storage, key) {
    try {
        return storage().getItem(key);
    } catch {
        return null; // The browser may forbid storage; the page then forgets with the next reload.
    }
}

function write(storage, key, value) {
    try {
        if (value === null) storage().removeItem(key);
        else storage().setItem(key, value);
    } catch {
        // As above.
    }
}

// Reading the property itself may be forbidden.
const ofTab = () => sessionStorage;
const ofBrowser = () => localStorage;

/** Takes the ticket out of the address, before anybody can copy, share or bookmark it. */
export function takeTicket() {
    const match = /^#ticket=([\w.~-]+)$/.exec(location.hash);
    if (!match) return;
    keepTicket(match[1]);
    history.replaceState(history.state, "", location.pathname + location.search);
}

function keepTicket(value) {
    write(ofTab, keys.ticket, value);
    held = value;
}

export const ticket = () => held ?? read(ofTab, keys.ticket);

export function forgetTicket() {
    held = null;
    write(ofTab, keys.ticket, null);
}

/** Whom a ticket is for. It is signed, and the server checks it: here it only saves a question. */
export function traineeOf(ticket) {
    try {
        const claim = ticket.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
        const bytes = Uint8Array.from(atob(claim), (letter) => letter.charCodeAt(0));
        return JSON.parse(new TextDecoder().decode(bytes)).bounds.traineeId;
    } catch {
        return null;
    }
}

/** The name under which somebody without a ticket practises. */
export const name = () => read(ofTab, keys.name) ?? "";
export const keepName = (value) => write(ofTab, keys.name, value);

// MARK: The call that is going on

function parsed(text) {
    try {
        const value = JSON.parse(text ?? "null");
        return typeof value?.sessionId === "string" && typeof value?.wsUrl === "string" ? value : null;
    } catch {
        return null;
    }
}

/**
 * The call of this tab: `{ sessionId, wsUrl, wsToken, scenario, persona, usesMicrophone, focus }`. Kept so that a
 * reload in mid-call loses nothing; null when there is none.
 */
export const call = () => parsed(read(ofTab, keys.call));

export function keepCall(value, windowMs = defaultWindowMs) {
    write(ofTab, keys.call, JSON.stringify(value));
    const open = { ...value, ticket: ticket(), name: name(), windowMs, seenAt: Date.now() };
    write(ofBrowser, openCallKey, JSON.stringify(open));
}

/** The call is still going on: the time in which it can be taken up counts from now. */
export function touchCall(sessionId) {
    const open = parsed(read(ofBrowser, openCallKey));
    if (open?.sessionId === sessionId) {
        write(ofBrowser, openCallKey, JSON.stringify({ ...open, seenAt: Date.now() }));
    }
}

/** @param goesOn another tab has taken it: only this one forgets it */
export function forgetCall({ goesOn = false } = {}) {
    const own = call()?.sessionId;
    write(ofTab, keys.call, null);
    if (goesOn) return;
    const open = parsed(read(ofBrowser, openCallKey));
    if (own && open?.sessionId === own) write(ofBrowser, openCallKey, null);
}

const lockOf = (sessionId) => `bat.practice.call.${sessionId}`;

/** Tells other tabs that the call is held here. @returns a function that lets it go */
export function holdCall(sessionId) {
    let release = () => {};
    const held = new Promise((resolve) => (release = resolve));
    // Only secure pages have locks; without them another tab offers a call that is still going on here.
    navigator.locks?.request(lockOf(sessionId), () => held).catch(() => null);
    return release;
}

async function isHeldElsewhere(sessionId) {
    const { held = [] } = await navigator.locks?.query().catch(() => ({})) ?? {};
    return held.some(({ name }) => name === lockOf(sessionId));
}

/**
 * Takes over the call of a tab that was closed, if the server still keeps it, with the ticket and the name that it was
 * held with. Nothing happens in a tab that was opened for somebody else.
 *
 * @returns whether there was one
 */
export async function takeOverCall() {
    const open = parsed(read(ofBrowser, openCallKey));
    if (!open) return false;
    const { ticket: kept, name: keptName, windowMs, seenAt, ...value } = open;
    const age = Date.now() - seenAt;
    if (!(age >= 0 && age <= windowMs + slackMs)) {
        write(ofBrowser, openCallKey, null);
        return false;
    }
    const isOthers = ticket() !== null && traineeOf(ticket()) !== traineeOf(kept);
    if (isOthers || await isHeldElsewhere(open.sessionId)) return false;
    if (ticket() === null && typeof kept === "string") keepTicket(kept);
    if (typeof keptName === "string" && keptName) keepName(keptName);
    write(ofTab, keys.call, JSON.stringify({ ...value, isTakenOver: true }));
    return true;
}

/** The language is no secret, and outlives the tab. */
export const language = () => read(ofBrowser, languageKey);
export const keepLanguage = (code) => write(ofBrowser, languageKey, code);
