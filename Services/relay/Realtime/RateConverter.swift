import Foundation

/// Changes the sample rate of PCM16 audio that comes in pieces: a low-pass filter below half of the lower rate, whose
/// state is kept from piece to piece, so that pieces can be cut anywhere, even within a sample.
struct RateConverter {
    /// The filter between two rates. It takes some time to make, so it is made once.
    struct Filter: Sendable {
        /// Half the length of the filter, in periods of the lower rate.
        private static let halfLength = 24
        /// The end of the pass band, as a part of half the lower rate; attenuation is complete at half of it.
        private static let cutoff = 0.9
        /// Shape of the Kaiser window: about 80 dB of attenuation.
        private static let beta = 8.0

        /// Output samples are `up` / `down` of the input samples.
        fileprivate let up: Int
        fileprivate let down: Int
        /// Coefficients of each phase, for the oldest sample first.
        fileprivate let phases: [[Float]]
        /// Input samples per output sample.
        fileprivate let length: Int

        /// Nil when there is nothing to change, or a rate is no rate.
        init?(from source: Int, to target: Int) {
            guard source > 0, target > 0, source != target else { return nil }
            var (a, b) = (source, target)
            while b > 0 { (a, b) = (b, a % b) }
            up = target / a
            down = source / a
            let widest = max(up, down)
            let count = 2 * Self.halfLength * widest + 1
            length = (count + up - 1) / up
            let center = Double(count - 1) / 2
            let scale = Self.bessel(Self.beta)
            var phases = [[Float]](repeating: [Float](repeating: 0, count: length), count: up)
            for index in 0..<count {
                let distance = Double(index) - center
                let angle = Double.pi * distance * Self.cutoff / Double(widest)
                let sinc = angle == 0 ? 1 : sin(angle) / angle
                let relative = distance / center
                let window = Self.bessel(Self.beta * max(0, 1 - relative * relative).squareRoot()) / scale
                let value = sinc * window * Self.cutoff * Double(up) / Double(widest)
                phases[index % up][length - 1 - index / up] = Float(value)
            }
            self.phases = phases
        }

        /// The modified Bessel function of order 0.
        private static func bessel(_ x: Double) -> Double {
            var (sum, term, k) = (1.0, 1.0, 1.0)
            while term > sum * 1e-12 {
                term *= (x / (2 * k)) * (x / (2 * k))
                sum += term
                k += 1
            }
            return sum
        }
    }

    private let filter: Filter
    /// The last input samples that the next output sample needs, and later ones.
    private var samples: [Float]
    /// Where the next output sample is: the phase, and the newest input sample that it needs.
    private var phase = 0
    private var next: Int
    /// The first byte of a sample whose second has not come.
    private var half: UInt8?

    init(_ filter: Filter) {
        self.filter = filter
        samples = [Float](repeating: 0, count: filter.length - 1)
        next = filter.length - 1
    }

    /// Forgets what came before: another stream begins.
    mutating func reset() {
        self = RateConverter(filter)
    }

    /// The audio at the other rate. All but the last milliseconds of the input are in it; those come with the next
    /// piece.
    mutating func convert(_ audio: UnsafeRawBufferPointer) -> [UInt8] {
        for byte in audio {
            guard let low = half else {
                half = byte
                continue
            }
            samples.append(Float(Int16(bitPattern: UInt16(low) | UInt16(byte) << 8)))
            half = nil
        }
        var output: [UInt8] = []
        output.reserveCapacity(max(0, samples.count - filter.length + 1) * filter.up / filter.down * 2 + 4)
        samples.withUnsafeBufferPointer { samples in
            while next < samples.count {
                let first = next - (filter.length - 1)
                var sum: Float = 0
                filter.phases[phase].withUnsafeBufferPointer { taps in
                    for index in 0..<taps.count { sum += taps[index] * samples[first + index] }
                }
                let sample = UInt16(bitPattern: Int16(max(-32_768, min(32_767, sum.rounded()))))
                output.append(UInt8(truncatingIfNeeded: sample))
                output.append(UInt8(truncatingIfNeeded: sample >> 8))
                phase += filter.down
                next += phase / filter.up
                phase %= filter.up
            }
        }
        let unneeded = min(samples.count, next - (filter.length - 1))
        samples.removeFirst(unneeded)
        next -= unneeded
        return output
    }
}
