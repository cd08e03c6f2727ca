// Server-sent events: what happens now, without asking again and again.

import { withAllDigits } from "./api.js";

/** An EventSource that says when it is in trouble. The browser itself comes again after a lost connection. */
export class LiveStream {
    #source;

    /**
     * @param onEvent called with the name and the data of each event
     * @param onOpen the connection stands, or stands again
     * @param onTrouble it is lost, and coming again has failed, too
     * @param onOver nothing more is to come
     * @param onClosed the server has refused it; the browser does not come again
     */
    constructor(address, { onEvent, onOpen, onTrouble, onOver, onClosed }) {
        let troubles = 0;
        const source = new EventSource(address);
        this.#source = source;
        for (const name of ["state", "change"]) {
            source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data, withAllDigits)));
        }
        source.addEventListener("end", (event) => {
            if (JSON.parse(event.data).reason !== "over") return;
            source.close();
            onOver();
        });
        source.addEventListener("open", () => {
            troubles = 0;
            onOpen();
        });
        source.addEventListener("error", () => {
            if (source.readyState === EventSource.CLOSED) onClosed();
            else if ((troubles += 1) > 1) onTrouble();
        });
    }

    close() {
        this.#source.close();
    }
}

/** The object after a change: see `GET /api/sessions/{id}/live`. */
export function patched(object, { set = {}, lists = {}, gone = [] }) {
    const next = { ...object, ...set };
    for (const [key, { from, items }] of Object.entries(lists)) {
        next[key] = [...(object[key] ?? []).slice(0, from), ...items];
    }
    for (const key of gone) delete next[key];
    return next;
}
