public import Foundation

/// What a database says about itself.
public struct DatabaseState: Hashable, Sendable {
    /// Its clock; nil if it does not say.
    public var time: Date?
    /// False for a member of a replica set that is not the primary.
    public var takesWrites: Bool
}

extension MongoSessionStore {
    /// Asks without changing anything.
    ///
    /// - Throws: `StorageError`.
    public func state() async throws -> DatabaseState {
        do {
            let answer = try await pool.run(["hello": 1])
            // Old servers and some that only speak the protocol do not say whether they take writes.
            let takesWrites = answer["isWritablePrimary"] != .bool(false)
            guard case .date(let milliseconds)? = answer["localTime"] else {
                return DatabaseState(time: nil, takesWrites: takesWrites)
            }
            return DatabaseState(
                time: Date(timeIntervalSince1970: Double(milliseconds) / 1_000), takesWrites: takesWrites)
        } catch let failure as MongoFailure { throw failure.storageError }
    }
}
