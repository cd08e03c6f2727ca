public import NIOCore

/// When the batch of a link that sessions share is to leave: at once while little goes over it, and otherwise so long after the
/// last one that several frames go together.
///
/// A frame that travels alone costs a system call and a wake-up on either side, which is most of what it costs at all. The
/// wait is short beside the 20 ms that a frame holds, and nobody waits who is alone.
public struct FlushPacing: Sendable {
    /// From one batch to the next, at least, when they follow each other.
    public static let interval = TimeAmount.microseconds(250)

    private let interval: TimeAmount
    private var next = NIODeadline.uptimeNanoseconds(0)

    public init(interval: TimeAmount = Self.interval) {
        self.interval = interval
    }

    /// When a batch that is begun now is to leave; nil for as soon as everything is read that has come.
    public func deadline(now: NIODeadline) -> NIODeadline? { next > now ? next : nil }

    public mutating func hasLeft(at now: NIODeadline) { next = now + interval }
}
