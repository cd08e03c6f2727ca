import CMongo
import Foundation
import Synchronization

/// Dedicated threads with one MongoDB client each. libmongoc blocks, and Swift's own threads never wait for it.
///
/// At most `waitingLimit` calls wait. A call that has waited too long, or finds the queue full, throws `unavailable`.
final class MongoPool: Sendable {
    let database: String
    private let queue: WorkQueue<Call>
    private let threads: Threads
    private let waitingTime: Duration

    private struct Call: Sendable {
        let command: [UInt8]
        let deadline: ContinuousClock.Instant
        let answer: @Sendable (Result<[UInt8], any Error>) -> Void
    }

    /// Checks the URI and starts the threads; connects with the first command.
    ///
    /// - Throws: `StorageError.refused` for an invalid URI.
    init(_ configuration: MongoConfiguration) throws {
        Self.start
        let pool = try Self.clientPool(configuration)
        database = Self.databaseName(configuration) ?? "bat-vr-trainer"
        queue = WorkQueue(limit: configuration.waitingLimit)
        waitingTime = configuration.waitingTime
        let clients = max(1, configuration.clients)
        threads = Threads(running: clients)
        // Pointers are not Sendable, but libmongoc's pool is thread-safe. The last thread destroys it.
        nonisolated(unsafe) let shared = pool
        for number in 1...clients {
            let thread = Thread { [queue, threads, database] in
                Self.work(queue, shared, database)
                threads.end { mongoc_client_pool_destroy(shared) }
            }
            thread.name = "mongo-\(number)"
            thread.start()
        }
    }

    deinit {
        queue.close()
    }

    /// Runs a command on the thread of a free client.
    ///
    /// - Throws: `MongoFailure` if the driver or the server refuses, else `StorageError`.
    func run(_ command: BSONDocument) async throws -> BSONDocument {
        let bytes = BSONWriter.bytes(of: command)
        let reply: [UInt8] = try await withCheckedThrowingContinuation { continuation in
            do throws(WorkQueue<Call>.Refusal) {
                try queue.add(Call(command: bytes, deadline: .now + waitingTime) { continuation.resume(with: $0) })
            } catch {
                let reason = error == .full ? "too many calls wait for the database" : "the store is closed"
                continuation.resume(throwing: StorageError(.unavailable, reason))
            }
        }
        do { return try BSONReader.document(reply) } catch {
            throw StorageError(.corrupt, "the database's answer cannot be read", cause: "\(error)")
        }
    }

    /// Refuses new calls, lets waiting calls be answered, and returns when every thread has ended.
    func close() async {
        queue.close()
        await threads.ended()
    }

    // MARK: The threads

    private static func work(_ queue: WorkQueue<Call>, _ pool: OpaquePointer, _ database: String) {
        // The pool has a client for each of its threads.
        guard let client = MongoClient(of: pool) else { return }
        while let call = queue.next() {
            call.answer(Result { try answer(call, by: client, database) })
        }
    }

    /// Tries once more if the connection broke, which is how a restart of the database shows. Our writes are
    /// idempotent.
    private static func answer(_ call: Call, by client: MongoClient, _ database: String) throws -> [UInt8] {
        let start = ContinuousClock.now
        guard start < call.deadline else {
            throw StorageError(.unavailable, "the database is too slow")
        }
        do throws(MongoFailure) {
            return try client.run(call.command, on: database)
        } catch {
            guard error.isBrokenConnection, .now - start < .seconds(1) else { throw error }
            return try client.run(call.command, on: database)
        }
    }

    /// Counts the threads that have not ended.
    private final class Threads: Sendable {
        private let state: Mutex<(running: Int, waiting: [CheckedContinuation<Void, Never>])>

        init(running: Int) {
            state = Mutex((running, []))
        }

        func end(last: () -> Void) {
            let isLast = state.withLock { state in
                state.running -= 1
                return state.running == 0
            }
            guard isLast else { return }
            last()
            let waiting = state.withLock { state in
                state.running = -1
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func ended() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.running < 0 { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
    }

    // MARK: libmongoc

    private static let start: Void = cmongo_start()

    private static func databaseName(_ configuration: MongoConfiguration) -> String? {
        guard let uri = mongoc_uri_new_with_error(configuration.uri, nil) else { return nil }
        defer { mongoc_uri_destroy(uri) }
        return mongoc_uri_get_database(uri).map { String(cString: $0) }
    }

    private static func clientPool(_ configuration: MongoConfiguration) throws -> OpaquePointer {
        var error = bson_error_t()
        guard let uri = mongoc_uri_new_with_error(configuration.uri, &error) else {
            // Without the URI itself: it may contain a password.
            throw StorageError(.refused, "MONGODB_URI is no MongoDB URI", cause: MongoFailure(error).message)
        }
        defer { mongoc_uri_destroy(uri) }
        for (option, milliseconds) in MongoConfiguration.timeouts where !mongoc_uri_has_option(uri, option) {
            mongoc_uri_set_option_as_int32(uri, option, milliseconds)
        }
        guard let pool = mongoc_client_pool_new_with_error(uri, &error) else {
            throw StorageError(.refused, "MONGODB_URI cannot be used", cause: MongoFailure(error).message)
        }
        mongoc_client_pool_max_size(pool, UInt32(clamping: max(1, configuration.clients)))
        mongoc_client_pool_set_error_api(pool, 2)
        mongoc_client_pool_set_appname(pool, "bat-vr-trainer")
        return pool
    }
}
