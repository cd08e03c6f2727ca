import Foundation
import Secrets
import Storage

/// Remembers which trainees were erased for as long as a ticket lives, so that a page that is still open does not begin a
/// new session in the name of somebody who is erased. The code says nothing to those who do not have `SESSION_SECRET`,
/// and the database forgets it.
struct TraineeErasures: Sendable {
    /// Seconds that it is remembered for; longer than any ticket lives, for clocks that differ.
    private static let remembered = TimeInterval(Ticket.longestLife + 300)

    let store: any SessionStore
    let secret: SessionSecret
    let now: @Sendable () -> Date

    func note(_ traineeId: String) async throws {
        try await store.noteErasedTrainee(code(of: traineeId), until: now().addingTimeInterval(Self.remembered))
    }

    /// - Throws: 401 for a ticket that was issued before its trainee was erased.
    func refuse(_ caller: Principal) async throws {
        guard let bounds = caller.bounds, let issued = caller.issued,
            let erased = try await store.erasureTime(ofTrainee: code(of: bounds.traineeId)), issued <= erased
        else { return }
        throw Tickets.expired
    }

    private func code(of traineeId: String) -> String {
        Base64URL.encode(secret.code(for: "erased-trainee", traineeId))
    }
}
