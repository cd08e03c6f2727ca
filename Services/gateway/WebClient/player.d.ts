import type { TypedEvents } from "./messages.js";
import type { Level } from "./microphone.js";
import type { Position } from "./session.js";

export interface PlayerEvents {
    /** `waitedMs`: since its first audio came. */
    started: Position & { waitedMs: number };
    /** Every 200 ms: how far it has been heard. */
    playing: Position;
    /** Everything that came has been heard. */
    drained: Position;
    /** It was cut off here. */
    cleared: Position;
    /** More audio came too late: `gapMs` of silence within the item. */
    underrun: Position & { gapMs: number };
    /** More than ten minutes wait to be played; this audio was dropped. */
    overflow: { itemId: string };
    /** Of what is played, 25 times a second while there is something. */
    level: Level;
    suspended: Record<string, never>;
    running: Record<string, never>;
}

/** Plays the customer's voice without gaps at whatever rate the device has. */
export class Player {
    constructor(options?: { context?: AudioContext });
    readonly context: AudioContext | null;
    readonly isOpen: boolean;
    readonly isPlaying: boolean;
    /** 0 to 1 */
    volume: number;
    /**
     * In a gesture of the user.
     *
     * @returns false when the browser wants another gesture: call `resume` in it
     */
    open(): Promise<boolean>;
    resume(): Promise<boolean>;
    /** @param samples of an item at 24 kHz, from `offsetMs` on */
    play(itemId: string, offsetMs: number, samples: Int16Array): void;
    /** Throws away what is queued and stops, without a click. */
    clear(): void;
    /** How far the last item has been heard; null before the first. */
    position(): Position | null;
    /** Resolves when nothing is playing any more, or after the time. */
    playedOut(mostMs: number): Promise<void>;
    /** Two soft tones, to test the loudspeaker. */
    playTone(): Promise<void>;
    /** @returns false where pages may not choose the loudspeaker */
    selectSpeaker(deviceId: string): Promise<boolean>;
    close(): Promise<void>;
}

export interface Player extends TypedEvents<PlayerEvents> {}
