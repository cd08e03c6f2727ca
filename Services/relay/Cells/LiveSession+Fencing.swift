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
        isFenced = true
        logger.notice("the session has another owner", metadata: ["epoch": "\(epoch)"])
        if let seat = client?.seat {
            deliver(
                .error(
                    seq: nil, code: .replaced, message: "Another cell runs this session now.", fatal: true,
                    retryAfterMs: nil), to: seat)
            seat.link.close(seat.number, code: .replaced, reason: "taken_over")
        }
        client = nil
        steps = []
        acks = AckQueue()
        endWaiters = []
        for batch in batches.values { batch.answer(.failed(id: batch.id, refusal: .otherCell)) }
        batches = [:]
        parts.supervisors.send(.close(sessionId: id), for: self)
        facts.stop()
        writer.stop()
        let journal = journal
        // Ends by itself: the journal bounds its calls.
        loop.makeFutureWithTask { await journal.release() }.assumeIsolated().whenComplete { _ in self.retire() }
    }
}
