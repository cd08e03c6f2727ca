import Conversation
import Domain
import NIOCore
import Storage

/// Writes a session's facts to its journal, in order, and retries what the disk refused: while it is full the call
/// continues from memory, and everything is written once there is space. Runs on the session's event loop.
final class FactWriter {
    private static let retryInterval = TimeAmount.seconds(1)

    typealias Write = ([RecordedFact], @escaping @Sendable (Result<Void, JournalError>) -> Void) -> Void

    private let journal: Write
    private let loop: any EventLoop
    private let changed: (Conversation.JournalState, JournalError?) -> Void
    /// Refused so far, oldest first.
    private var waiting: [RecordedFact] = []
    private var isStopped = false

    /// - Parameters:
    ///   - journal: `SessionJournal.append`.
    ///   - changed: called when the disk refuses facts for the first time, each time that it still does, and when it
    ///     has taken them all.
    init(
        _ journal: @escaping Write, loop: any EventLoop,
        changed: @escaping (Conversation.JournalState, JournalError?) -> Void
    ) {
        self.journal = journal
        self.loop = loop
        self.changed = changed
    }

    var isDurable: Bool { waiting.isEmpty }

    /// - Parameter done: called when the facts are in the journal or have been refused, in the order of the calls, with
    ///   whether the journal has them.
    func append(_ facts: [RecordedFact], done: @escaping (Bool) -> Void) {
        guard waiting.isEmpty else {
            // Not before those that wait already.
            waiting += facts
            loop.assumeIsolated().execute { done(false) }
            return
        }
        write(facts) { error in
            if let error { self.refuse(facts, error) }
            done(error == nil)
        }
    }

    func stop() {
        isStopped = true
        waiting = []
    }

    private func refuse(_ facts: [RecordedFact], _ error: JournalError) {
        guard !isStopped else { return }
        let isFirst = waiting.isEmpty
        waiting += facts
        changed(.refused(waiting: waiting.count), error)
        if isFirst { retryLater() }
    }

    private func retryLater() {
        loop.assumeIsolated().scheduleTask(in: Self.retryInterval) { self.retry() }
    }

    private func retry() {
        guard !isStopped, !waiting.isEmpty else { return }
        let facts = waiting
        // Some may have been written already; readers of the journal take each number once.
        write(facts) { error in
            guard !self.isStopped else { return }
            if let error {
                self.changed(.refused(waiting: self.waiting.count), error)
                return self.retryLater()
            }
            self.waiting.removeFirst(min(facts.count, self.waiting.count))
            if self.waiting.isEmpty { self.changed(.durable, nil) } else { self.retry() }
        }
    }

    private func write(_ facts: [RecordedFact], done: @escaping (JournalError?) -> Void) {
        let bound = NIOLoopBound(done, eventLoop: loop)
        let loop = loop
        journal(facts) { result in
            loop.execute {
                if case .failure(let error) = result { bound.value(error) } else { bound.value(nil) }
            }
        }
    }
}
