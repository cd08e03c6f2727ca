import Domain
import NIOCore
import Storage

/// Writes a session's facts to the store in batches, one batch at a time and in order. While the store is unavailable
/// the facts wait; the journal has them.
final class FactStream {
    static let interval = TimeAmount.milliseconds(250)
    /// While a client waits for the store.
    private static let shortInterval = TimeAmount.milliseconds(25)
    private static let longestPause = TimeAmount.seconds(5)

    private let id: SessionID
    private let epoch: Int
    private let store: any SessionStore
    private let loop: any EventLoop
    private let failed: (any Error) -> Void
    /// Called when the store says that the session has another owner. Nothing more is written then.
    var fenced: () -> Void = {}
    /// Called when the store says that the session was erased. Nothing more is written then.
    var erased: () -> Void = {}
    private var waiting: [RecordedFact] = []
    private var isBusy = false
    private var isStopped = false
    private var pause: TimeAmount
    private let interval: TimeAmount
    /// Whether each batch is followed by a look at who owns the session.
    private let isConfirming: Bool
    /// Callbacks that wait until it is certain that the store has everything up to a fact number.
    private var unconfirmed: [(seq: Int, done: (Bool) -> Void)] = []
    /// Callbacks that wait until the store has everything up to a fact number, by order of arrival.
    private var watchers: [Int: (seq: Int, done: () -> Void)] = [:]
    private var lastWatcher = 0

    /// - Parameters:
    ///   - epoch: the owner's, which each write names.
    ///   - isConfirming: a client is told what the store has, so the session must still be ours once it has it.
    ///   - failed: called with the reason when a batch could not be stored for now.
    init(
        _ id: SessionID, by epoch: Int, confirming isConfirming: Bool = false, store: any SessionStore,
        loop: any EventLoop,
        failed: @escaping (any Error) -> Void
    ) {
        self.id = id
        self.epoch = epoch
        self.isConfirming = isConfirming
        interval = isConfirming ? Self.shortInterval : Self.interval
        pause = interval
        self.store = store
        self.loop = loop
        self.failed = failed
    }

    func add(_ facts: [RecordedFact]) {
        guard !isStopped else { return }
        waiting += facts
        schedule()
    }

    /// For facts that the journal refused: calls back when the store has everything up to a number, or after `limit`.
    func whenStored(upTo seq: Int, within limit: TimeAmount, _ done: @escaping () -> Void) {
        guard let first = waiting.first, first.seq <= seq else { return done() }
        lastWatcher += 1
        let number = lastWatcher
        watchers[number] = (seq, done)
        loop.assumeIsolated().scheduleTask(in: limit) { self.watchers.removeValue(forKey: number)?.done() }
    }

    /// Whether the store has everything up to a number.
    func hasStored(upTo seq: Int) -> Bool { waiting.first.map { $0.seq > seq } ?? true }

    /// Calls back with true once the store has everything up to a number, or with false when nothing more is written
    /// from here.
    func whenConfirmed(upTo seq: Int, _ done: @escaping (Bool) -> Void) {
        guard !isStopped else { return done(false) }
        guard let first = waiting.first, first.seq <= seq else { return done(true) }
        unconfirmed.append((seq, done))
    }

    private func notifyWatchers() {
        let next = waiting.first?.seq ?? .max
        let confirmed = unconfirmed.filter { $0.seq < next }
        unconfirmed.removeAll { $0.seq < next }
        for watcher in confirmed { watcher.done(!isStopped) }
        let ready = watchers.filter { $0.value.seq < next }
        // Removed before any is called, since a callback may lead back here.
        for number in ready.keys { watchers[number] = nil }
        for (_, watcher) in ready.sorted(by: { $0.key < $1.key }) { watcher.done() }
    }

    /// Drops what waits: the end of the session carries all facts, and after a handover the journal has them.
    func stop() {
        isStopped = true
        waiting = []
        // In the next tick, since the caller is still in the middle of its action.
        loop.assumeIsolated().execute { self.notifyWatchers() }
    }

    private func schedule() {
        guard !isBusy, !waiting.isEmpty else { return }
        isBusy = true
        loop.assumeIsolated().scheduleTask(in: pause) { self.send() }
    }

    private func send() {
        let batch = waiting
        guard !batch.isEmpty else {
            isBusy = false
            return
        }
        let (store, id, epoch, isConfirming) = (store, id, epoch, isConfirming)
        // Ends by itself: the store bounds its calls.
        loop.makeFutureWithTask {
            try await store.record(batch, of: id, by: epoch)
            // An owner that takes the session over from now on reads the batch; one that did so before has not.
            guard isConfirming, let owner = try await store.owners(of: [id])[id], owner.epoch > epoch else { return }
            throw StorageError(.fenced, "\(id) was taken over while a batch was stored")
        }.assumeIsolated().whenComplete {
            result in
            self.isBusy = false
            switch result {
            case .success:
                self.pause = self.interval
                self.waiting.removeFirst(min(batch.count, self.waiting.count))
                self.notifyWatchers()
            case .failure(let error as StorageError) where error.code == .fenced:
                self.stop()
                return self.fenced()
            case .failure(let error as StorageError) where error.code == .erased:
                self.stop()
                return self.erased()
            case .failure(let error):
                self.pause = min(self.pause * 2, Self.longestPause)
                self.failed(error)
            }
            self.schedule()
        }
    }
}
