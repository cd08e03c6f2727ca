// The play head of a silent replay.

/** The longest step, in seconds: a page that slept does not jump. */
const longestStep = 0.25;

export class Clock {
    time = 0;
    end = 1;
    speed = 1;
    #frame = null;
    #last = 0;
    #tell;

    /** @param tell called with `{ isJump }` whenever the time has changed, and when playing begins or ends */
    constructor(tell) {
        this.#tell = tell;
    }

    get isPlaying() {
        return this.#frame !== null;
    }

    seek(time) {
        this.time = Math.min(this.end, Math.max(0, time));
        this.#tell({ isJump: true });
    }

    toggle() {
        if (this.isPlaying) this.pause();
        else this.play();
    }

    play() {
        if (this.isPlaying) return;
        if (this.time >= this.end) this.time = 0;
        this.#last = performance.now();
        this.#next();
        this.#tell({ isJump: true });
    }

    pause() {
        if (!this.isPlaying) return;
        cancelAnimationFrame(this.#frame);
        this.#frame = null;
        this.#tell({ isJump: false });
    }

    #next() {
        this.#frame = requestAnimationFrame((now) => {
            const step = Math.min(longestStep, Math.max(0, now - this.#last) / 1000);
            this.#last = now;
            this.time = Math.min(this.end, this.time + step * this.speed);
            if (this.time < this.end) this.#next();
            else this.#frame = null;
            this.#tell({ isJump: false });
        });
    }
}
