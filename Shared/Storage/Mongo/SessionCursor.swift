import Foundation

/// The position in the session list after which the next page begins: the creation time and the document id of the last
/// entry.
package struct SessionCursor: Hashable, Comparable {
    /// Milliseconds since 1970, as BSON stores them.
    package var createdAt: Int64
    /// The 12 bytes of the ObjectId, which distinguish sessions created in the same millisecond.
    package var objectID: ObjectID

    package var text: String {
        let bytes = withUnsafeBytes(of: createdAt.bigEndian) { Array($0) } + objectID.bytes
        return Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// - Throws: `StorageError.invalidCursor` for a text that does not have this form.
    package init(text: String) throws {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        // 20 bytes are 27 characters and one padding character.
        guard text.utf8.count == 27, let bytes = Data(base64Encoded: plain + "="), bytes.count == 20,
            let objectID = ObjectID(bytes: bytes.suffix(12))
        else { throw StorageError(.invalidCursor, "this cursor was not handed out by this list") }
        self.init(createdAt: bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }, objectID: objectID)
    }

    package static func < (left: SessionCursor, right: SessionCursor) -> Bool {
        (left.createdAt, left.objectID) < (right.createdAt, right.objectID)
    }

    package init(createdAt: Int64, objectID: ObjectID) {
        self.createdAt = createdAt
        self.objectID = objectID
    }
}

extension SessionCursor {
    /// Of a stored session; nil without its time or id.
    init?(_ document: BSONDocument) {
        guard let createdAt = document["createdAt"]?.date, let objectID = document["_id"]?.objectID else { return nil }
        self.init(createdAt: createdAt, objectID: objectID)
    }
}
