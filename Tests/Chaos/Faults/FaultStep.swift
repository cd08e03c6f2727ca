/// A fault that is to happen.
struct FaultStep: Hashable, Sendable {
    var kind: FaultKind
    /// The processes that it concerns.
    var targets: [Instance] = []
    /// How long the cause lasts, in seconds.
    var seconds = 0.0
    /// Of the two ways in which some faults can happen: a reset instead of a blackhole, the journals' disk instead of the
    /// data files'.
    var isFirstWay = true
    /// From the end of the last fault, in seconds.
    var pause: Double
}
