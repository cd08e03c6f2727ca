import type { TypedEvents } from "./messages.js";

export interface MicrophoneOptions {
    /** At the device's default rate; one of its own if absent. */
    context?: AudioContext;
    deviceId?: string;
    /** All three are on by default. */
    echoCancellation?: boolean;
    noiseSuppression?: boolean;
    autoGainControl?: boolean;
}

export interface Device {
    deviceId: string;
    /** Empty before the permission. */
    label: string;
    groupId: string;
}

/** Of samples between -1 and 1. */
export interface Level {
    rms: number;
    peak: number;
    /** Of `rms`, -100 to 0. */
    decibels: number;
}

export interface MicrophoneEvents {
    /** 20 ms at 24 kHz: 480 samples. */
    frame: { samples: Int16Array };
    level: Level & { isSpeech: boolean };
    speech: { isSpeech: boolean };
    /** The device is gone; another one is tried. */
    lost: { reason: string };
    /** Another device is heard now. */
    changed: { deviceId: string; label: string; isBluetooth: boolean };
    /** Nothing has come for a while; `isDigital`: not even noise. */
    silent: { forMs: number; isDigital: boolean };
    /** Something comes again. */
    heard: Record<string, never>;
    /** By a switch of the device, or by the system. */
    muted: Record<string, never>;
    unmuted: Record<string, never>;
    devices: { microphones: Device[]; speakers: Device[] };
    /** The audio context. */
    suspended: Record<string, never>;
    running: Record<string, never>;
}

/** The microphone, at 24 kHz whatever its own rate is. */
export class Microphone {
    constructor(options?: MicrophoneOptions);
    static devices(): Promise<Device[]>;
    /** Empty where the browser does not name them. */
    static speakers(): Promise<Device[]>;
    static permission(): Promise<"granted" | "prompt" | "denied" | "unknown">;
    readonly context: AudioContext | null;
    readonly isOpen: boolean;
    readonly isMuted: boolean;
    readonly label: string;
    readonly deviceId: string;
    /** By the device's name: speech of telephone quality. */
    readonly isBluetooth: boolean;
    /**
     * In a gesture of the user. Rejects with a `MicrophoneError`.
     *
     * @returns false when the browser wants another gesture: call `resume` in it
     */
    open(): Promise<boolean>;
    resume(): Promise<boolean>;
    select(deviceId: string | undefined): Promise<void>;
    /** Gives the device back. */
    stop(): Promise<void>;
    /** The same, and closes its audio context, if it is its own. */
    close(): Promise<void>;
}

export interface Microphone extends TypedEvents<MicrophoneEvents> {}
