import Domain
import Foundation
import Logging
import Storage
import Wire

/// Erases sessions and trainees. The order is: the tombstone, which refuses all later writes and stops a running call; the
/// facts; the files. Whatever cannot be reached now is deleted by the sweeps of relays and reports processes, which look
/// at tombstones.
struct Erasure: Sendable {
    /// Sessions that are erased together: few enough for one command of a slow database.
    private static let batch = 50

    let store: any SessionStore
    let persons: Persons
    let trainees: TraineeErasures
    let ask: ReportRoutes.Ask
    let logger: Logger
    let now: @Sendable () -> Date

    /// Erases a session, or finds that it is erased.
    ///
    /// - Returns: nil if there was never such a session; whether this call has erased it.
    func session(_ id: SessionID) async throws -> (receipt: Receipt, isNew: Bool)? {
        if let earlier = try await store.tombstone(of: id) { return (Receipt(earlier), false) }
        guard let traineeId = try await store.access(to: id)?.traineeId else { return nil }
        guard let tombstone = try await store.erase(id, person: try await persons.name(of: traineeId)) else {
            return nil
        }
        try await store.noteErasedFiles(try await deleteFiles([id]), of: id)
        return (Receipt(try await store.tombstone(of: id) ?? tombstone), true)
    }

    /// Erases all sessions of a trainee, also those that begin meanwhile, and then the key of the trainee's name.
    func trainee(_ traineeId: String) async throws -> Receipt {
        let person = try await persons.name(of: traineeId)
        try await trainees.note(traineeId)
        var counts = ErasureCounts()
        while true {
            let batch = try await store.eraseSessions(of: traineeId, limit: Self.batch)
            guard !batch.ids.isEmpty else { break }
            counts += batch.counts
            counts.files += try await deleteFiles(batch.ids)
        }
        try await trainees.note(traineeId)
        try await persons.forget(traineeId)
        return Receipt(ofTrainee: person, at: now(), counts: counts)
    }

    /// - Returns: how many files were deleted; 0 if no reports process does it now.
    private func deleteFiles(_ ids: [SessionID]) async throws -> Int {
        guard let first = ids.first else { return 0 }
        do {
            let reply = try await ask(first.text, .erase) { .erase(id: $0, sessionIds: ids) }
            if case .erased(_, let files) = reply { return files }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.notice("files of erased sessions wait for a reports process", metadata: ["error": "\(error)"])
        }
        return 0
    }
}
