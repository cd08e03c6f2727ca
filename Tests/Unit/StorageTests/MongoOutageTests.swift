import Domain
import Foundation
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import Storage

/// A database that is unavailable, dies, hangs and comes back.
@Suite(.serialized) struct MongoOutageTests {
    private func isUnavailable(_ call: () async throws -> Void) async -> Bool {
        do {
            try await call()
            return false
        } catch {
            return (error as? StorageError)?.code == .unavailable
        }
    }

    @Test func `without a database calls are unavailable after two seconds, however many wait`() async throws {
        let uri = "mongodb://127.0.0.1:\(try FreePort.next())/test"
        let store = try MongoSessionStore(MongoConfiguration(uri: uri), logger: .silent)
        let start = ContinuousClock.now
        let answers = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 { group.addTask { await isUnavailable { _ = try await store.create(.sample()) } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: true, count: 40))
        // At two seconds per call on three threads, they would take 26 s.
        #expect(.now - start < .seconds(20))
        await store.close()
    }

    @Test func `waiting for the database does not block other tasks`() async throws {
        let uri = "mongodb://127.0.0.1:\(try FreePort.next())/test"
        let store = try MongoSessionStore(MongoConfiguration(uri: uri), logger: .silent)
        let order = await withTaskGroup(of: String.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    _ = await isUnavailable { try await store.ping() }
                    return "call"
                }
            }
            group.addTask {
                for _ in 0..<100 { await Task.yield() }
                return "work"
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // If the calls blocked the threads of Swift's pool, the first of them would end before the work started.
        #expect(order.first == "work")
        await store.close()
    }

    @Test func `a killed database comes back with everything that was acknowledged`() async throws {
        let database = try RestartableDatabase()
        try await database.start()
        let store = try MongoSessionStore(MongoConfiguration(uri: database.uri), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        let facts = (1...200).map { RecordedFact.event($0, id: "e\($0)") }
        try await store.record(facts, of: id)
        try await database.kill()
        #expect(await isUnavailable { try await store.record([.event(201)], of: id) })
        #expect(await isUnavailable { _ = try await store.session(id) })
        try await database.start()
        // The first call may still use the broken connection; soon after, everything works as before.
        try await eventually("the store answers again") { await !isUnavailable { try await store.ping() } }
        #expect(try await store.facts(of: id) == facts)
        try await store.record(facts + [.event(201)], of: id)
        #expect(try await store.facts(of: id).count == 201)
        await store.close()
        try await database.kill()
    }

    @Test func `a call over a connection that broke meanwhile is retried transparently`() async throws {
        let database = try RestartableDatabase()
        try await database.start()
        let store = try MongoSessionStore(MongoConfiguration(uri: database.uri, clients: 1), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        try await database.kill()
        try await database.start()
        #expect(try await store.session(id)?.sessionId == id)
        await store.close()
        try await database.kill()
    }

    @Test func `a hanging database is unavailable after the time limit, and excess calls are refused`() async throws {
        let database = try RestartableDatabase(options: "socketTimeoutMS=1000&serverSelectionTimeoutMS=500")
        try await database.start()
        let configuration = MongoConfiguration(uri: database.uri, clients: 1, waitingLimit: 2)
        let store = try MongoSessionStore(configuration, logger: .silent)
        try await store.ping()
        try await database.suspend()
        let start = ContinuousClock.now
        let answers = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 { group.addTask { await isUnavailable { try await store.ping() } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: true, count: 12))
        // At one second per call, they would take 12 s.
        #expect(.now - start < .seconds(10))
        await database.resume()
        try await eventually("the store answers again") { await !isUnavailable { try await store.ping() } }
        await store.close()
        try await database.kill()
    }

    @Test func `the service starts without a database, creates the indexes later, and stops`() async throws {
        let database = try RestartableDatabase(options: "serverSelectionTimeoutMS=300")
        let store = try MongoSessionStore(MongoConfiguration(uri: database.uri), logger: .silent)
        let group = ServiceGroup(services: [store], logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            #expect(await isUnavailable { try await store.ping() })
            try await database.start()
            try await eventually("the indexes are there") { store.isPrepared }
            try await store.ping()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(await isUnavailable { try await store.ping() })
        try await database.kill()
    }

    @Test func `the service stops while it still waits for a database`() async throws {
        let uri = "mongodb://127.0.0.1:\(try FreePort.next())/test"
        let store = try MongoSessionStore(MongoConfiguration(uri: uri), logger: .silent)
        let group = ServiceGroup(services: [store], logger: .silent)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await Task.sleep(for: .milliseconds(50))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(.now - start < .seconds(20))
    }

    @Test(arguments: [
        "", "localhost:27017", "http://localhost/x", "mongodb://", "mongodb://user:secret@host:port:1/db",
    ])
    func `an invalid MongoDB address is refused without being shown`(uri: String) {
        do {
            _ = try MongoSessionStore(MongoConfiguration(uri: uri), logger: .silent)
            Issue.record("nothing was thrown")
        } catch {
            #expect((error as? StorageError)?.code == .refused)
            #expect(!"\(error)".contains("secret"))
        }
    }
}
