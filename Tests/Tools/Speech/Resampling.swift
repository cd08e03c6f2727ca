/// Conversion from other sample rates.
enum Resampling {
    /// Linear interpolation: good enough for synthesised speech, which has little energy at high frequencies.
    static func toOurRate(_ samples: [Int16], from rate: Int) -> [Int16] {
        guard rate > 0, rate != PCM16.sampleRate, let last = samples.last else { return samples }
        let step = Double(rate) / Double(PCM16.sampleRate)
        let count = samples.count * PCM16.sampleRate / rate
        return samples.withUnsafeBufferPointer { source in
            (0..<count).map { index in
                let position = Double(index) * step
                let left = Int(position)
                guard left + 1 < source.count else { return last }
                let share = position - Double(left)
                return PCM16.clipped(Double(source[left]) * (1 - share) + Double(source[left + 1]) * share)
            }
        }
    }
}
