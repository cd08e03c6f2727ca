/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run, as far as real processes allow.
struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// An independent stream for one caller, or for the faults.
    init(seed: UInt64, stream: Int) {
        var parent = Dice(seed: seed &+ UInt64(bitPattern: Int64(stream)) &* 0x9E37_79B9_7F4A_7C15)
        state = parent.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True with this probability.
    mutating func falls(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
}
