public import Domain
public import Foundation
public import Storage

/// For tests that are not about ownership: one cell, and writes of any epoch.
extension SessionStore {
    /// - Returns: the record as it was before; nil if the session has ended.
    public func claim(
        _ id: SessionID, relay: String, phase: SessionPhase, startedAt: Date, realtimeModel: String
    ) async throws -> SessionRecord? {
        let claimant = Claimant(cell: "tests", relay: relay) { _ in true }
        let claim = try await claim(
            id, as: claimant, phase: phase, startedAt: startedAt, realtimeModel: realtimeModel)
        return if case .taken(let record, _) = claim { record } else { nil }
    }

    public func record(_ facts: [RecordedFact], of id: SessionID) async throws {
        try await record(facts, of: id, by: nil)
    }

    public func end(_ id: SessionID, with ending: EndRecord) async throws -> SessionRecord {
        try await end(id, with: ending, by: nil)
    }
}
