/// One collection, spoken to in MongoDB's own commands. Replies are read to their end here: nothing leaves a cursor open.
struct MongoCollection {
    let pool: MongoPool
    let name: String

    /// On a majority of the servers and in their journals, or it is an error.
    private static let durable: BSONDocument = [
        "w": "majority", "j": true, "wtimeout": .integer(MongoConfiguration.commandLimit),
    ]
    private static let timeLimit = BSONValue.integer(MongoConfiguration.commandLimit)

    // MARK: Reading

    /// The first documents that match, as many as fit into one reply of 16 MiB, and `limit` at most.
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

    /// What a pipeline gives, of which there must be less than fits into one reply.
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

    /// Inserts what is not there yet.
    ///
    /// - Returns: the positions of those documents whose unique key was taken.
    func insert(_ documents: [BSONDocument]) async throws -> Set<Int> {
        guard !documents.isEmpty else { return [] }
        let reply = try await write([
            "insert": .string(name), "documents": .array(documents.map { .document($0) }), "ordered": false,
        ])
        return Set(reply.duplicates)
    }

    /// - Parameter change: update operators, or a whole document.
    /// - Returns: how many documents matched; with `upsert` also the one that was made. Nil when the upsert met a
    ///   document that holds its unique key but does not match.
    func update(_ filter: BSONDocument, _ change: BSONDocument, upsert: Bool = false) async throws -> Int? {
        let reply = try await write([
            "update": .string(name),
            "updates": [["q": .document(filter), "u": .document(change), "upsert": .bool(upsert)]],
        ])
        return reply.duplicates.isEmpty ? reply.count : nil
    }

    /// Changes every document that matches.
    ///
    /// - Returns: how many did.
    func updateAll(_ filter: BSONDocument, _ change: BSONDocument) async throws -> Int {
        try await write([
            "update": .string(name),
            "updates": [["q": .document(filter), "u": .document(change), "multi": true]],
        ]).count
    }

    /// Changes one document and returns it as it is then. Nil when none matched. For small collections: SecantusDB reads all
    /// of one for that.
    func findAndModify(
        _ filter: BSONDocument, _ change: BSONDocument
    ) async throws -> BSONDocument? {
        let reply = try await write([
            "findAndModify": .string(name), "query": .document(filter), "update": .document(change),
            "new": true,
        ])
        return reply.document["value"]?.document
    }

    /// Does nothing for those that exist.
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
