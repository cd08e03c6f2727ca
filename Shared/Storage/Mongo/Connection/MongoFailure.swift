import CMongo

/// The error of a failed command.
struct MongoFailure: Error, CustomStringConvertible {
    /// The error code of libmongoc or of the server.
    var code: UInt32
    /// Where the code is from.
    var domain: UInt32
    var message: String

    init(_ error: bson_error_t) {
        code = error.code
        domain = error.domain
        message = withUnsafePointer(to: error) { String(cString: cmongo_error_message($0)) }
    }

    init(serverCode: Int64, message: String) {
        code = UInt32(clamping: serverCode)
        domain = MONGOC_ERROR_SERVER.rawValue
        self.message = message
    }

    static let duplicateKeyCode: UInt32 = 11000

    /// Whether the connection broke: the server may be back the next moment.
    var isBrokenConnection: Bool { domain == MONGOC_ERROR_STREAM.rawValue }

    /// Codes of temporary server errors: elections, shutdowns, time limits, a full disk.
    private static let passing: Set<UInt32> = [
        6, 7, 50, 64, 89, 91, 100, 112, 134, 189, 262, 9001, 10107, 10058, 11600, 11602, 13388, 13435, 13436, 14031,
    ]

    var storageError: StorageError {
        if domain == MONGOC_ERROR_SERVER.rawValue || domain == MONGOC_ERROR_WRITE_CONCERN.rawValue,
            !Self.passing.contains(code)
        {
            return StorageError(.refused, "the database refused the operation", cause: description)
        }
        return StorageError(.unavailable, "the database does not answer", cause: description)
    }

    var description: String { "mongo \(domain)/\(code): \(message)" }
}
