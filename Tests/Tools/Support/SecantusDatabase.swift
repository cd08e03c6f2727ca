import Foundation

/// The MongoDB-compatible server that the tests of a run share: a process of its own, with its data in a temporary
/// folder.
///
/// `deploy/setup` installs it. Set `TEST_MONGODB_URI` (without a database name) to test against a real MongoDB.
public actor SecantusDatabase {
    public static let shared = SecantusDatabase()

    private var starting: Task<RestartableDatabase, any Error>?

    private init() {}

    /// The URI of a new database for each caller, `mongodb://127.0.0.1:<port>/<unique>`. The first call starts the
    /// server.
    public func uri() async throws -> String {
        "\(try await base())/test_\(UInt64.random(in: .min ... .max))"
    }

    private func base() async throws -> String {
        if let given = ProcessInfo.processInfo.environment["TEST_MONGODB_URI"], !given.isEmpty { return given }
        // Owned by this actor and awaited by every caller; ends by itself.
        let task = starting ?? Task { try await start() }
        starting = task
        return "mongodb://127.0.0.1:\(try await task.value.port)"
    }

    private func start() async throws -> RestartableDatabase {
        let database = try RestartableDatabase()
        try await database.start()
        return database
    }
}
