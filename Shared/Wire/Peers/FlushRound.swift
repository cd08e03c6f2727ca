public import NIOCore

/// What a `FlushRound` flushes.
public protocol Flushable: AnyObject {
    /// Sends what was written since the last flush. On the event loop.
    func flush()
}

/// Flushes at the end of an event-loop tick what was written in it, after all sockets that are ready have been read:
/// system calls are what costs. One task serves all members. Confined to the event loop.
public final class FlushRound {
    private let loop: any EventLoop
    private var waiting: [any Flushable] = []
    /// Empty between two rounds. Two arrays take turns, so that neither is allocated again.
    private var flushing: [any Flushable] = []

    public init(loop: any EventLoop) {
        self.loop = loop
    }

    /// - Parameter member: at most once per round.
    public func add(_ member: any Flushable) {
        waiting.append(member)
        guard waiting.count == 1 else { return }
        loop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        swap(&waiting, &flushing)
        for member in flushing { member.flush() }
        flushing.removeAll(keepingCapacity: true)
    }
}
