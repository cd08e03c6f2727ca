/** Converts a stream of samples piece by piece; the pieces' borders cannot be heard. */
export class Resampler {
    /** @param fromRate samples a second */
    constructor(fromRate: number, toRate: number);
    readonly isIdentity: boolean;
    /** Input samples by which the output lags, and that `process` wants after the last sample to get it out whole. */
    readonly delay: number;
    /** @returns what is ready; overwritten by the next call */
    process(samples: Float32Array): Float32Array;
    /** Forgets what came before. */
    reset(): void;
}
