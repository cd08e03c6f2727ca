// The lines of a conversation, in the order in which they were spoken.

const key = (line) => line.utteranceId ?? `${line.speaker} ${line.startTime}`;

export class Transcript {
    #lines = new Map();

    /** Sorted by time; a line that was spoken earlier may come later. */
    get lines() {
        return [...this.#lines.values()].sort((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0));
    }

    /** @returns {boolean} whether the line is new; otherwise it replaces an earlier one */
    add(line) {
        const isNew = !this.#lines.has(key(line));
        this.#lines.set(key(line), line);
        return isNew;
    }

    replace(lines) {
        this.#lines.clear();
        for (const line of lines) this.add(line);
    }
}
