// Events that the server has not acknowledged. An event keeps its id over every resend, so that it counts once.

/** A bounded, ordered store of events by id. */
export class WaitingEvents {
    #most;
    #events = new Map();

    constructor(most) {
        this.#most = most;
    }

    get size() {
        return this.#events.size;
    }

    has(eventId) {
        return this.#events.has(eventId);
    }

    /** @returns {boolean} false when there is no room */
    add(event) {
        if (this.#events.size >= this.#most) return false;
        this.#events.set(event.eventId, event);
        return true;
    }

    get(eventId) {
        return this.#events.get(eventId);
    }

    delete(eventId) {
        return this.#events.delete(eventId);
    }

    /** As the WebSocket takes them, oldest first. */
    get messages() {
        return [...this.#events.values()];
    }

    /** As `POST /api/sessions/:id/events` takes them. */
    get batch() {
        return this.messages.map(({ eventId, time, data }) => ({ eventId, time, ...data }));
    }
}
