import Domain
import Logging
import NIOCore
import Storage
import Wire

extension LiveSession {
    /// Stops running the session here, because it has another owner: disconnects the client and sends nothing more. Keeps
    /// the journal, which may have events that nobody else has.
    func fence() {
        guard !isFenced else { return }
        logger.notice("the session has another owner", metadata: ["epoch": "\(epoch)"])
        stopHere(
            .replaced, "Another cell runs this session now.", close: .replaced, reason: "taken_over",
            batches: .otherCell)
        let journal = journal
        // Ends by itself: the journal bounds its calls.
        loop.makeFutureWithTask { await journal.release() }.assumeIsolated().whenComplete { _ in self.retire() }
    }

    /// Stops running the session here, because it was erased, and deletes what this process has of it.
    func erase() {
        guard !isFenced else { return }
        logger.notice("the session was erased", metadata: [:])
        stopHere(
            .sessionErased, "This session was deleted.", close: .sessionNotFound, reason: "erased", batches: .notFound)
        recorder?.discard()
        let journal = journal
        // Ends by itself: the journal bounds its calls. A journal that cannot be deleted now is found again later.
        loop.makeFutureWithTask {
            do { try await journal.delete() } catch { await journal.release() }
        }.assumeIsolated().whenComplete { _ in self.retire() }
    }

    /// Sends the client away, and lets nothing change the session any more.
    private func stopHere(
        _ code: ErrorCode, _ message: String, close: CloseCode, reason: String, batches refusal: RelayMessage.Refusal
    ) {
        isFenced = true
        if let seat = client?.seat {
            deliver(.error(seq: nil, code: code, message: message, fatal: true, retryAfterMs: nil), to: seat)
            seat.link.close(seat.number, code: close, reason: reason)
        }
        client = nil
        steps = []
        acks = AckQueue()
        endWaiters = []
        for batch in batches.values { batch.answer(.failed(id: batch.id, refusal: refusal)) }
        batches = [:]
        parts.supervisors.send(.close(sessionId: id), for: self)
        facts.stop()
        writer.stop()
    }
}
