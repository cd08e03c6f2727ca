import Conversation
import Domain
import Foundation
import Logging
import NIOCore
import Storage
import WebSocket
import Wire

extension LiveSession {
    func acknowledge(_ eventIds: [String], since: NIODeadline) {
        acks.waiting += eventIds.map { ($0, since) }
        acknowledgeWaiting()
    }

    private func acknowledgeWaiting() {
        guard !acks.isBusy, !acks.waiting.isEmpty else { return }
        acks.isBusy = true
        let batch = acks.waiting
        acks.waiting = []
        whenKept { durable in
            self.acks.isBusy = false
            if let seat = self.client?.seat {
                let ids = batch.map(\.id)
                self.deliver(
                    durable
                        ? .ack(eventIds: ids)
                        : .nack(
                            eventIds: ids, code: "not_durable", message: "The event cannot be kept safely now.",
                            retry: true), to: seat)
            }
            if durable { self.parts.metrics.acknowledged(batch.map(\.since)) }
            self.acknowledgeWaiting()
        }
    }

    func journalChanged(_ state: Conversation.JournalState, _ error: JournalError?) {
        switch state {
        case .durable: log(.info, "the journal takes facts again", [:])
        case .refused(let waiting):
            log(
                .error, "the journal refuses facts",
                ["error": "\(error.map { "\($0)" } ?? "none")", "facts": "\(waiting)"])
        }
        handle(.journal(state))
    }

    func answer(_ number: Int, _ results: [EventResult]) {
        guard batches[number] != nil else { return }
        whenKept { durable in
            // Unless the session has stopped here meanwhile, which has answered it.
            guard let batch = self.batches.removeValue(forKey: number) else { return }
            batch.answer(
                durable ? .eventsStored(id: batch.id, results: results) : .failed(id: batch.id, refusal: .notDurable))
        }
    }

    /// Calls back when what was recorded so far counts as kept, or cannot be.
    private func whenKept(_ done: @escaping (Bool) -> Void) {
        guard parts.acknowledges == .database else { return whenDurable(done) }
        facts.whenConfirmed(upTo: lastFact) { isStored in
            // The end brings the rest. After a handover nobody is told: the client sends its events again.
            if isStored || self.isEndStored {
                done(true)
            } else if self.isFenced {
                done(false)
            } else {
                self.endWaiters.append(done)
            }
        }
    }

    /// Tells the client something, which waits once the client is to learn that the session has ended: with
    /// `ACK_AFTER=database` until the end is stored, since until then another cell may take the session over and end it.
    func afterEnd(_ tell: @escaping () -> Void) {
        guard parts.acknowledges == .database, toldEnd, !isEndStored else { return tell() }
        endWaiters.append { _ in tell() }
    }

    private func endIsStored() {
        isEndStored = true
        let waiting = endWaiters
        endWaiters = []
        for done in waiting { done(true) }
        handle(.stored)
    }

    func whenDurable(_ done: @escaping (Bool) -> Void) {
        guard writer.isDurable else { return done(false) }
        let bound = NIOLoopBound(done, eventLoop: loop)
        let loop = loop
        journal.synced(upTo: lastFact) { result in
            loop.execute {
                if case .success = result { bound.value(true) } else { bound.value(false) }
            }
        }
    }

    /// Hands the session's record to the store. While the store is unavailable the record waits in the journal. What
    /// the store refuses is handed over with less, since it would refuse the same again.
    func store(_ end: EndRecord) {
        parts.supervisors.remove(self)
        facts.stop()
        recorder?.finish()
        let (store, id, epoch, journal, logger) = (parts.store, id, epoch, journal, logger)
        writer.stop()
        // Ends with the store's return, or with the process; then the journal is found by the next relay.
        loop.makeFutureWithTask { () -> StoredEnd in
            var pause = Duration.milliseconds(500)
            var isOurs = false
            storing: while true {
                for extent in EndRecord.Extent.allCases {
                    do {
                        isOurs = end.isEnd(of: try await store.end(id, with: end.reduced(to: extent), by: epoch))
                        break storing
                    } catch let error as StorageError where error.code == .fenced {
                        return .fenced
                    } catch let error as StorageError where error.code == .erased {
                        return .erased
                    } catch {
                        let isRefused = (error as? StorageError)?.code == .refused
                        logger.warning(
                            isRefused ? "the store refuses the session's end" : "the session's end waits for the store",
                            metadata: ["error": "\(error)", "extent": "\(extent)"])
                        guard isRefused else { break }
                    }
                }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
            // Another process may have ended it without what is here; then the journal is settled like one that a dead
            // relay left.
            if isOurs { try? await journal.delete() } else { await journal.release() }
            return .stored
        }.assumeIsolated().whenSuccess { end in
            switch end {
            case .stored: self.endIsStored()
            case .fenced: self.fence()
            case .erased: self.erase()
            }
        }
    }

    private enum StoredEnd {
        case stored, fenced, erased
    }

    func score() {
        let (afterCall, id) = (parts.afterCall, id)
        // Ends by itself: scoring has a limit.
        loop.makeFutureWithTask { await afterCall.score(id) }.assumeIsolated().whenSuccess { result in
            self.handle(.scored(result.score, error: result.error))
            // Ends by itself: one request with a limit. The client does not wait for it.
            _ = self.loop.makeFutureWithTask { await afterCall.file(id) }
        }
    }

    func checkRescoring() {
        let (afterCall, id) = (parts.afterCall, id)
        // Ends by itself: the store bounds its calls.
        loop.makeFutureWithTask { await afterCall.isRescoring(id) }.assumeIsolated().whenSuccess { isRescoring in
            self.handle(.rescoring(isRescoring))
        }
    }

    /// Releases the journal once everything is in it. The relay that takes the session over brings the rest to the
    /// store; one of another cell has only what is there already, so that is waited for. If it comes too late, other
    /// cells wait until this one has stopped.
    func handOver() {
        guard parts.pulse.hasOthers else { return release() }
        facts.whenStored(upTo: lastFact, within: Self.handoverPatience) {
            self.release(toAnyCell: self.facts.hasStored(upTo: self.lastFact))
        }
    }

    private static let handoverPatience = TimeAmount.seconds(2)

    private func release(toAnyCell isForAll: Bool = false) {
        let (journal, facts, store, id, epoch) = (journal, facts, parts.store, id, epoch)
        facts.stop()
        // The relay that takes the session over goes on in the same file.
        recorder?.finish()
        // Ends by itself: the journal and the store bound their calls.
        loop.makeFutureWithTask {
            await journal.release()
            if isForAll { try? await store.release(id, by: epoch) }
        }.assumeIsolated().whenComplete { _ in self.retire() }
    }

    func retire() {
        for timer in timers.values { timer.cancel() }
        timers = [:]
        trace?.end()
        recorder?.finish()
        parts.supervisors.remove(self)
        disconnect()
        client = nil
        retired(self)
    }
}

extension EndRecord {
    /// Whether the record has ended with this end.
    fileprivate func isEnd(of record: SessionRecord) -> Bool {
        record.endTrigger == endTrigger && record.durationMs == durationMs
    }
}
