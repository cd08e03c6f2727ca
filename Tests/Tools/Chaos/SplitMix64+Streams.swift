import SeededRandom

extension SplitMix64 {
    /// An independent stream for one caller, or for the faults. The same seed gives the same run as far as real
    /// processes allow.
    init(seed: UInt64, stream: Int) {
        var parent = SplitMix64(seed: seed &+ UInt64(bitPattern: Int64(stream)) &* 0x9E37_79B9_7F4A_7C15)
        self.init(seed: parent.next())
    }

    /// True with this probability.
    mutating func isTrue(withProbability probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }
}
