// The recording of a call: both voices as they were heard, in step with the play head. It is loaded as soon as there is
// a `Sound`, and who loads it is on record as having heard it.

/** Seconds by which the two may differ before the sound is moved. */
const tolerance = 0.03;

export class Sound {
    #audio = new Audio();

    /**
     * @param sessionId of a session that is recorded
     * @param failed called once if the recording cannot be played
     */
    constructor(sessionId, failed) {
        this.#audio.preload = "auto";
        this.#audio.preservesPitch = true;
        this.#audio.src = `/api/sessions/${encodeURIComponent(sessionId)}/recording`;
        this.#audio.addEventListener("error", failed, { once: true });
    }

    /** Seconds since the session began, also while it waits for data; null where the sound does not lead. */
    get time() {
        const { paused, ended, currentTime } = this.#audio;
        return paused || ended ? null : currentTime;
    }

    set speed(speed) {
        this.#audio.playbackRate = speed;
    }

    seek(time) {
        if (Math.abs(this.#audio.currentTime - time) > tolerance) this.#audio.currentTime = time;
    }

    /** A browser that refuses sound lets the replay go on in silence. */
    play(time) {
        if (this.#audio.duration <= time) return;
        this.seek(time);
        this.#audio.play().catch(() => {});
    }

    pause() {
        this.#audio.pause();
    }

    /** Nothing more is loaded. */
    close() {
        this.#audio.pause();
        this.#audio.removeAttribute("src");
        this.#audio.load();
    }
}
