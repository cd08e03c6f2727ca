// The play head of a replay. Where there is sound, the sound leads.

/** The longest step, in seconds: a page that slept does not jump. */
const longestStep = 0.25;

export class Clock {
    time = 0;
    end = 1;
    /** A `Sound`, or null. */
    sound = null;
    #speed = 1;
    #frame = null;
    #last = 0;
    #tell;

    /** @param tell called with `{ isJump }` whenever the time has changed, and when playing begins or ends */
    constructor(tell) {
        this.#tell = tell;
    }

    get speed() {
        return this.#speed;
    }

    set speed(speed) {
        this.#speed = speed;
        if (this.sound) this.sound.speed = speed;
    }

    /** @param sound a `Sound` that leads from now on; null for none */
    hear(sound) {
        this.sound?.close();
        this.sound = sound;
        if (!sound) return;
        sound.speed = this.#speed;
        if (this.isPlaying) sound.play(this.time);
        else sound.seek(this.time);
    }

    get isPlaying() {
        return this.#frame !== null;
    }

    seek(time) {
        this.time = Math.min(this.end, Math.max(0, time));
        if (this.isPlaying) this.sound?.play(this.time);
        else this.sound?.seek(this.time);
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
        this.sound?.play(this.time);
        this.#next();
        this.#tell({ isJump: true });
    }

    pause() {
        if (!this.isPlaying) return;
        cancelAnimationFrame(this.#frame);
        this.#frame = null;
        this.sound?.pause();
        this.#tell({ isJump: false });
    }

    #next() {
        this.#frame = requestAnimationFrame((now) => {
            const step = Math.min(longestStep, Math.max(0, now - this.#last) / 1000);
            this.#last = now;
            this.time = Math.min(this.end, this.sound?.time ?? this.time + step * this.speed);
            if (this.time < this.end) {
                this.#next();
            } else {
                this.#frame = null;
                this.sound?.pause();
            }
            this.#tell({ isJump: false });
        });
    }
}
