/// One collection, accessed with MongoDB's own commands. A reply fits into one batch, so no cursor stays open.
struct MongoCollection {
    let pool: MongoPool
    let name: String

    /// A write must reach a majority of the servers and their journals; otherwise it is an error.
    private static let durable: BSONDocument = [
        "w": "majority", "j": true, "wtimeout": .integer(MongoConfiguration.commandLimit),
    ]
    private static let timeLimit = BSONValue.integer(MongoConfiguration.commandLimit)

    // MARK: Reading

    /// The first documents that match: at most `limit`, and no more than fit into one reply of 16 MiB.
    func find(
        _ filter: BSONDocument, sort: BSONDocument = [:], limit: Int, projection: BSONDocument = [:]
    ) async throws -> [BSONDocument] {
        let reply = try await run([
            "find": .string(name), "filter": .document(filter), "sort": .document(sort),
            "projection": .document(projection), "limit": .integer(limit), "batchSize": .integer(limit),
            "singleBatch": true, "maxTimeMS": Self.timeLimit,
        ])
        return Self.batch(reply)
    }

    func findOne(_ filter: BSONDocument, projection: BSONDocument = [:]) async throws -> BSONDocument? {
        try await find(filter, limit: 1, projection: projection).first
    }

    /// The result of a pipeline, which must fit into one reply.
    func aggregate(_ pipeline: [BSONDocument]) async throws -> [BSONDocument] {
        let reply = try await run([
            "aggregate": .string(name), "pipeline": .array(pipeline.map { .document($0) }),
            "cursor": ["batchSize": 10_000], "maxTimeMS": Self.timeLimit,
        ])
        return Self.batch(reply)
    }

    private static func batch(_ reply: BSONDocument) -> [BSONDocument] {
        reply["cursor"]?.document?["firstBatch"]?.array?.compactMap(\.document) ?? []
    }

    // MARK: Writing

    /// Inserts the documents that do not exist yet.
    ///
    /// - Returns: the indices of the documents whose unique key was taken.
    func insert(_ documents: [BSONDocument]) async throws -> Set<Int> {
        guard !documents.isEmpty else { return [] }
        let reply = try await write([
            "insert": .string(name), "documents": .array(documents.map { .document($0) }), "ordered": false,
        ])
        return Set(reply.duplicates)
    }

    /// - Parameter change: update operators, or a whole document.
    /// - Returns: how many documents matched, including one that `upsert` created. Nil if a document that does not
    ///   match has the unique key of the upsert.
    func update(_ filter: BSONDocument, _ change: BSONDocument, upsert: Bool = false) async throws -> Int? {
        let reply = try await write([
            "update": .string(name),
            "updates": [["q": .document(filter), "u": .document(change), "upsert": .bool(upsert)]],
        ])
        return reply.duplicates.isEmpty ? reply.count : nil
    }

    /// Changes every document that matches.
    ///
    /// - Returns: how many matched.
    func updateAll(_ filter: BSONDocument, _ change: BSONDocument) async throws -> Int {
        try await write([
            "update": .string(name),
            "updates": [["q": .document(filter), "u": .document(change), "multi": true]],
        ]).count
    }

    /// Changes the first document that matches each filter, in one command.
    ///
    /// - Returns: how many matched.
    func updateEach(_ changes: [(filter: BSONDocument, change: BSONDocument)]) async throws -> Int {
        guard !changes.isEmpty else { return 0 }
        return try await write([
            "update": .string(name), "ordered": false,
            "updates": .array(changes.map { ["q": .document($0.filter), "u": .document($0.change)] }),
        ]).count
    }

    /// Removes every document that matches.
    ///
    /// - Returns: how many there were.
    func deleteAll(_ filter: BSONDocument) async throws -> Int {
        try await write(["delete": .string(name), "deletes": [["q": .document(filter), "limit": 0]]]).count
    }

    /// Removes documents by their `_id`s, at most as many as fit into a command.
    func delete(_ ids: [BSONValue]) async throws {
        guard !ids.isEmpty else { return }
        _ = try await write([
            "delete": .string(name), "deletes": [["q": ["_id": ["$in": .array(ids)]], "limit": 0]],
        ])
    }

    /// Changes one document and returns the changed version; nil if none matched. Only for small collections, because
    /// SecantusDB reads the whole collection for this.
    func findAndModify(
        _ filter: BSONDocument, _ change: BSONDocument
    ) async throws -> BSONDocument? {
        let reply = try await write([
            "findAndModify": .string(name), "query": .document(filter), "update": .document(change),
            "new": true,
        ])
        return reply.document["value"]?.document
    }

    /// Creates the indexes that do not exist yet.
    func createIndexes(_ indexes: [BSONDocument]) async throws {
        _ = try await run(["createIndexes": .string(name), "indexes": .array(indexes.map { .document($0) })])
    }

    // MARK: Replies

    private struct WriteReply {
        var document: BSONDocument
        var duplicates: [Int] = []
        var count: Int { document["n"]?.integer.flatMap { Int(exactly: $0) } ?? 0 }
    }

    private func write(_ command: BSONDocument) async throws -> WriteReply {
        var command = command
        command["writeConcern"] = .document(Self.durable)
        var reply = WriteReply(document: try await run(command))
        for error in reply.document["writeErrors"]?.array?.compactMap(\.document) ?? [] {
            let failure = MongoFailure(serverReply: error)
            guard failure.code == MongoFailure.duplicateKeyCode else { throw failure.storageError }
            reply.duplicates.append(error["index"]?.integer.flatMap { Int(exactly: $0) } ?? 0)
        }
        if let error = reply.document["writeConcernError"]?.document {
            throw StorageError(
                .unavailable, "the database could not confirm that it is stored safely",
                cause: MongoFailure(serverReply: error).description)
        }
        return reply
    }

    private func run(_ command: BSONDocument) async throws -> BSONDocument {
        do { return try await pool.run(command) } catch let failure as MongoFailure { throw failure.storageError }
    }
}

extension MongoFailure {
    fileprivate init(serverReply error: BSONDocument) {
        self.init(serverCode: error["code"]?.integer ?? 0, message: error["errmsg"]?.string ?? "no message")
    }
}
