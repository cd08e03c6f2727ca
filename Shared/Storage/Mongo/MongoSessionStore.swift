public import Domain
public import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// The store in MongoDB: collections `sessions`, `personas`, `events`, `counters`, `rulebooks`, `cells`, `audit`,
/// `personKeys` and `erasedTrainees`.
///
/// As a service it creates the indexes as soon as the database answers, and closes its connections when every service
/// that was started after it has stopped. It also starts without a database: its calls then throw `unavailable`.
public final class MongoSessionStore: SessionStore, Service {
    let sessions: MongoCollection
    let events: MongoCollection
    let storedPersonas: MongoCollection
    let counters: MongoCollection
    let rulebooks: MongoCollection
    let auditEntries: MongoCollection
    let cells: MongoCollection
    let personKeys: MongoCollection
    let erasedTrainees: MongoCollection
    let logger: Logger
    let pool: MongoPool
    private let now: @Sendable () -> Date
    private let hasIndexes = Atomic(false)

    /// - Parameter now: the clock for `createdAt` and `updatedAt`.
    /// - Throws: `StorageError.refused` for an invalid URI.
    public init(
        _ configuration: MongoConfiguration, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        pool = try MongoPool(configuration)
        sessions = MongoCollection(pool: pool, name: "sessions")
        events = MongoCollection(pool: pool, name: "events")
        storedPersonas = MongoCollection(pool: pool, name: "personas")
        counters = MongoCollection(pool: pool, name: "counters")
        rulebooks = MongoCollection(pool: pool, name: "rulebooks")
        auditEntries = MongoCollection(pool: pool, name: "audit")
        cells = MongoCollection(pool: pool, name: "cells")
        personKeys = MongoCollection(pool: pool, name: "personKeys")
        erasedTrainees = MongoCollection(pool: pool, name: "erasedTrainees")
        self.logger = logger
        self.now = now
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var pause = Duration.milliseconds(250)
            while !Task.isCancelled {
                do {
                    try await prepare()
                    break
                } catch {
                    logger.warning("the database is not ready yet", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(5))
                }
            }
        }
        try? await gracefulShutdown()
        await close()
    }

    /// Closes the connections. Waiting calls are still answered; later ones throw `unavailable`.
    public func close() async {
        await pool.close()
    }

    public func ping() async throws {
        try await prepare()
        do { _ = try await pool.run(["ping": 1]) } catch let failure as MongoFailure { throw failure.storageError }
    }

    var time: Date { now().inMilliseconds }

    var isPrepared: Bool { hasIndexes.load(ordering: .acquiring) }

    /// Creates the indexes once per process. Idempotence depends on the unique ones, so nothing is written before.
    func prepare() async throws {
        if isPrepared { return }
        try await sessions.createIndexes(
            MongoIndexes.sessions + MongoIndexes.reviews + MongoIndexes.erasures)
        try await auditEntries.createIndexes(MongoIndexes.audit)
        try await events.createIndexes(MongoIndexes.events)
        try await cells.createIndexes(MongoIndexes.cells)
        try await erasedTrainees.createIndexes(MongoIndexes.erasedTrainees)
        try await storedPersonas.createIndexes(MongoIndexes.personas)
        try await queueEarlierSessions()
        hasIndexes.store(true, ordering: .releasing)
    }

    // MARK: Sessions

    public func create(_ new: NewSession) async throws -> (record: SessionRecord, isNew: Bool) {
        try await prepare()
        if let first = try await earlierAnswer(to: new) { return (first, false) }
        var step = 1
        while true {
            let id = try await nextID(step: step)
            let record = SessionRecord(new, id: id, at: time)
            let objectID = ObjectID(at: record.createdAt)
            if try await sessions.insert([SessionDocument.new(record, id: objectID)]).isEmpty { return (record, true) }
            // A unique key was taken. By ourselves, if the connection broke and the insertion was repeated:
            let own: BSONDocument = ["_id": .objectID(objectID)]
            if try await sessions.findOne(own, projection: ["_id": 1]) != nil { return (record, true) }
            // by the same request, if it arrived twice at the same time:
            if let first = try await earlierAnswer(to: new) { return (first, false) }
            // or by a restored session, if sessions were restored from a backup and the counter was not. Doubling the
            // step finds a free number in at most thirty rounds.
            step *= 2
        }
    }

    public func earlierAnswer(to new: NewSession) async throws -> SessionRecord? {
        guard let asked = new.idempotency else { return nil }
        let first = try await sessions.findOne([
            "createdBy": .string(new.createdBy), "idempotency.key": .string(asked.key),
        ])
        return try first.map { try SessionDocument.record($0).answering(asked) }
    }

    private func nextID(step: Int) async throws -> SessionID {
        // The counter is created separately: of several concurrent upserts, SecantusDB answers null to those that come
        // too late.
        for _ in 0..<3 {
            let counter = try await counters.findAndModify(["_id": "sessions"], ["$inc": ["last": .integer(step)]])
            guard let last = counter?["last"]?.integer else {
                _ = try await counters.insert([["_id": "sessions", "last": 0]])
                continue
            }
            if let id = Int(exactly: last).flatMap({ SessionID(number: $0) }) { return id }
            break
        }
        throw StorageError(.refused, "there are no session numbers left")
    }

    public func session(_ id: SessionID) async throws -> SessionRecord? { try await watched(id)?.record }

    public func watched(_ id: SessionID) async throws -> (record: SessionRecord, seq: Int?)? {
        guard let document = try await document(of: id) else { return nil }
        var record = try SessionDocument.record(document)
        guard record.status == .active else { return (record, nil) }
        let facts = try await facts(of: id)
        record.fold(facts)
        return (record, facts.last?.seq ?? 0)
    }

    public func access(to id: SessionID) async throws -> SessionAccess? {
        try await sessions.findOne(
            ["sessionId": .string(id.text), TombstoneDocument.isErased: .null],
            projection: SessionDocument.accessProjection
        ).map(SessionDocument.access)
    }

    public func submit(_ id: SessionID) async throws {
        let now = BSONValue.date(time.bsonMilliseconds)
        let submitted = try await sessions.update(
            [
                "sessionId": .string(id.text), "visibility": .string(SessionVisibility.private.rawValue),
                TombstoneDocument.isErased: .null,
            ],
            [
                "$set": [
                    "visibility": .string(SessionVisibility.submitted.rawValue), "submittedAt": now, "updatedAt": now,
                ]
            ])
        if submitted == 0, try await access(to: id) == nil { throw try await missing(id) }
    }

    /// Nil also for an erased session.
    func document(of id: SessionID) async throws -> BSONDocument? {
        try await sessions.findOne(["sessionId": .string(id.text), TombstoneDocument.isErased: .null])
    }

    /// - Throws: `StorageError.refused` for a value that BSON cannot represent.
    func encoded(_ value: some Encodable) throws -> BSONValue {
        do { return try BSONEncoder.value(value) } catch {
            throw StorageError(.refused, "a \(type(of: value)) cannot be stored", cause: "\(error)")
        }
    }

    /// Why there is no such session.
    func missing(_ id: SessionID) async throws -> StorageError {
        try await tombstone(of: id) == nil
            ? StorageError(.notFound, "there is no session \(id)") : StorageError(.erased, "\(id) was erased")
    }

    // MARK: Exports and personas

    public func putExport(_ export: ExportRecord, of id: SessionID) async throws {
        let body = try encoded(export)
        let updatedAt = BSONValue.date(time.bsonMilliseconds)
        let replaced = try await sessions.update(
            ["sessionId": .string(id.text), "exports.exportId": .string(export.exportId)],
            ["$set": ["exports.$": body, "updatedAt": updatedAt]])
        guard replaced == 0 else { return }
        let added = try await sessions.update(
            [
                "sessionId": .string(id.text), "exports.exportId": ["$ne": .string(export.exportId)],
                TombstoneDocument.isErased: .null,
            ],
            ["$push": ["exports": body], "$set": ["updatedAt": updatedAt]])
        if added == 0 { throw try await missing(id) }
    }

    public func sessionWithDueExport(at now: Date) async throws -> SessionID? {
        let due: BSONValue = ["status": ["$ne": "sent"], "nextAttemptAt": ["$lte": .date(now.bsonMilliseconds)]]
        let session = try await sessions.findOne(["exports": ["$elemMatch": due]], projection: ["sessionId": 1])
        return session?["sessionId"]?.string.flatMap { SessionID($0) }
    }

    public func seed(_ personas: [Persona]) async throws {
        try await prepare()
        for persona in personas {
            // If the same or a higher version is stored, nothing matches, and the unique id refuses the insertion.
            guard let document = try encoded(persona).document else { continue }
            _ = try await storedPersonas.update(
                ["id": .string(persona.id), "version": ["$lt": .integer(persona.version)]], document, upsert: true)
        }
    }

    public func personas() async throws -> [Persona] {
        try await storedPersonas.find([:], sort: ["id": 1], limit: 1000).compactMap { document in
            do {
                let name = document["name"]?.string ?? ""
                let defaults = try BSONEncoder.document(Persona.unknown(id: "", name: name))
                return try BSONDecoder.decode(Persona.self, from: document.completed(with: defaults))
            } catch {
                logger.error("a stored persona cannot be read", metadata: ["error": "\(error)"])
                return nil
            }
        }
    }

    // MARK: Rulebooks

    public func keepRulebook(_ hash: String, files: [String: String]) async throws {
        // File names contain dots, which keys of a document should not contain.
        let items = files.sorted { $0.key < $1.key }.map { name, text -> BSONValue in
            ["name": .string(name), "text": .string(text)]
        }
        // Inserts nothing if it already exists.
        _ = try await rulebooks.insert([["_id": .string(hash), "files": .array(items)]])
    }

    public func rulebook(_ hash: String) async throws -> [String: String]? {
        guard let items = try await rulebooks.findOne(["_id": .string(hash)])?["files"]?.array else { return nil }
        let files = items.compactMap(\.document).compactMap { item -> (String, String)? in
            guard let name = item["name"]?.string, let text = item["text"]?.string else { return nil }
            return (name, text)
        }
        return Dictionary(files, uniquingKeysWith: { first, _ in first })
    }
}
