import CMongo

/// One client of libmongoc's pool, used by only one thread. Its calls block.
final class MongoClient {
    private let pool: OpaquePointer
    private let client: OpaquePointer

    /// - Returns: nil if the pool has none left, or memory has run out.
    init?(of pool: OpaquePointer) {
        guard let client = mongoc_client_pool_pop(pool) else { return nil }
        self.pool = pool
        self.client = client
    }

    deinit {
        mongoc_client_pool_push(pool, client)
    }

    /// Runs a command on the server that accepts writes.
    ///
    /// - Returns: the reply's bytes.
    func run(_ command: [UInt8], on database: String) throws(MongoFailure) -> [UInt8] {
        var error = bson_error_t()
        guard let document = bson_new_from_data(command, command.count) else {
            throw MongoFailure(serverCode: 10334, message: "the command is no document that the driver takes")
        }
        defer { bson_destroy(document) }
        guard let reply = cmongo_reply_new() else { throw MongoFailure(error) }
        defer { cmongo_reply_free(reply) }
        guard mongoc_client_command_simple(client, database, document, nil, reply, &error) else {
            throw MongoFailure(error)
        }
        return Array(UnsafeBufferPointer(start: bson_get_data(reply), count: Int(cmongo_bson_length(reply))))
    }
}
