import Domain
import Foundation
import Hummingbird
import Storage

/// The trainers' side of a score: the queue, corrections, disputes and their answers.
struct ReviewRoutes: Sendable {
    let store: any SessionStore
    let sessions: VisibleSessions
    let audit: Audit
    let now: @Sendable () -> Date

    // MARK: GET /api/reviews

    struct Waiting: Encodable {
        var session: SessionSummary
        var reasons: [ReviewReason]
        /// The machine's numbers are hidden until a person's are in.
        var blind: Bool

        private enum Key: String, CodingKey {
            case reasons, blind
        }

        func encode(to encoder: any Encoder) throws {
            try (blind ? session.blinded : session).encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(reasons, forKey: .reasons)
            try container.encode(blind, forKey: .blind)
        }
    }

    func queue(_ call: Call) async throws -> Response {
        let page = try await sessions.awaitingReview(call)
        try await audit.lookedAtMany(.tableRead, call, count: page.items.count)
        let items = page.items.map { session in
            // That the machine is unsure would say something about its numbers.
            let reasons = session.isBlind ? session.reviewReasons.filter { $0 != .needsReview } : session.reviewReasons
            return Waiting(session: session, reasons: reasons, blind: session.isBlind)
        }
        return try APIJSON.response(Listing(items: items, nextCursor: page.nextCursor))
    }

    // MARK: GET /api/reviews/agreement

    struct Agreement: Encodable {
        /// Of 100 sessions.
        var share: Int
        var categories: [CategoryAgreement]
    }

    func agreement(_ call: Call) async throws -> Response {
        try APIJSON.response(
            Agreement(share: Int(BlindSample.share), categories: try await store.agreement()))
    }

    // MARK: POST /api/sessions/:id/review

    func change(_ call: Call) async throws -> Response {
        let session = try await sessions.access(in: call)
        let caller = try call.context.caller()
        let step = try ReviewRequest(try await call.request.json(upTo: ReviewRequest.largest).value).step
        let hasSeen = try await audit.hasSeenNumbers(of: session.sessionId, caller)
        let time = now().inMilliseconds
        let record = try await changed(session.sessionId) { record in
            guard record.status == .ended, let machine = record.machineScore ?? record.score else {
                throw ReviewRefusal.notScored
            }
            // A trainer always gets the form without the machine's numbers, an admin who asks for it.
            let isBlind =
                record.isBlind
                && (caller.isBlinded || step.scoresAll(of: machine) && (!hasSeen || step.hasNoReasons))
            return try (record.review ?? TrainerReview()).after(
                step, of: machine, isBlind: isBlind, hasSeen: hasSeen,
                talkCap: machine.facts.flatMap { ShortTalk.caps(of: record.persona)[$0.turns] }, by: caller.name,
                at: time)
        }
        if step.decides {
            await audit.changed(.reviewChanged, session.sessionId, by: caller, Self.detail(step, in: record))
        }
        if let answer = step.answer {
            await audit.changed(.disputeAnswered, session.sessionId, by: caller, answer.disputeId)
        }
        return try APIJSON.response(
            sessions.view(sessions.shown(record, to: caller), for: caller, isBlind: record.isBlind))
    }

    /// `review 2; empathy 60 to 80 too_low; u4.free dismissed; points 71 to 75`
    private static func detail(_ step: ReviewStep, in record: SessionRecord) -> String {
        var parts = ["review \(record.review?.revision ?? 0)"]
        if step.categories != nil {
            parts += (record.review?.categories ?? []).map {
                "\($0.id) \($0.machine) to \($0.score) \($0.reason.rawValue)"
            }
        }
        if step.findings != nil {
            parts += (record.review?.findings ?? []).map { "\($0.findingId) \($0.decision.rawValue)" }
        }
        if let machine = record.score?.machine?.overall, let overall = record.score?.overall {
            parts.append("points \(machine) to \(overall)")
        }
        return parts.joined(separator: "; ").shortened(toBytes: 2_000)
    }

    // MARK: POST /api/sessions/:id/disputes

    func dispute(_ call: Call) async throws -> Response {
        let session = try await sessions.access(in: call)
        let caller = try call.context.caller()
        let text = try ReviewRequest.dispute(try await call.request.json(upTo: ReviewRequest.largest).value)
        // No trainer would see it.
        guard session.visibility == .submitted else { throw Problem.sessionPrivate }
        let time = now().inMilliseconds
        let record = try await changed(session.sessionId) { record in
            guard record.status == .ended, record.score != nil else { throw ReviewRefusal.notScored }
            return try (record.review ?? TrainerReview()).disputed(text, by: caller.name, at: time)
        }
        await audit.changed(.disputeOpened, session.sessionId, by: caller, record.review?.openDispute?.id)
        audit.shown(record, to: caller)
        return try APIJSON.response(
            sessions.view(sessions.shown(record, to: caller), for: caller), status: .created)
    }

    // MARK: Refusals

    private func changed(
        _ id: SessionID, _ change: @Sendable (SessionRecord) throws -> TrainerReview
    ) async throws -> SessionRecord {
        do { return try await store.changeReview(of: id, change) } catch let refusal as ReviewRefusal {
            throw Self.problem(refusal)
        }
    }

    private static func problem(_ refusal: ReviewRefusal) -> Problem {
        switch refusal {
        case .changed(let revision):
            Problem(
                .conflict, .reviewChanged,
                "Somebody else has changed the review since: it has revision \(revision) now. Read it, and decide again."
            )
        case .judgedAgain(let revision):
            Problem(
                .conflict, .reviewChanged,
                "The machine has judged the session again since: its score has revision \(revision) now. Read it, and decide again."
            )
        case .invalid(let pointer, let detail): .invalid(pointer, detail)
        case .notScored: Problem(.conflict, .notScored, "The session has no score.")
        case .noSuchDispute: Problem(.conflict, .disputeNotFound, "There is no such dispute in this session.")
        case .answered: Problem(.conflict, .disputeAnswered, "The dispute has been answered.")
        case .disputeOpen: Problem(.conflict, .disputeOpen, "An earlier dispute waits for its answer.")
        case .tooManyDisputes:
            Problem(.conflict, .tooManyDisputes, "A session can be disputed \(Dispute.most) times.")
        case .tooManyChanges:
            Problem(.conflict, .tooManyReviews, "A review can be changed \(TrainerReview.most) times.")
        }
    }
}
