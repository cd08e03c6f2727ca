import Domain

/// Encodes Codable values as BSON: dates become BSON dates, whole numbers BSON integers, and keys of nil optionals are
/// absent.
struct BSONEncoder {
    /// - Throws: `BSONError.tooDeep`, `.notRepresentable`.
    static func document(_ value: some Encodable) throws -> BSONDocument {
        guard case .document(let document) = try Self.value(value) else {
            throw BSONError.notRepresentable("\(type(of: value)) is no document")
        }
        return document
    }

    static func value(_ value: some Encodable) throws -> BSONValue {
        let encoder = TreeEncoder<BSONValue>(null: .null, depthLimit: BSONError.depthLimit) { _, _ in
            BSONError.tooDeep
        } leaf: { value in
            try (value as? any BSONPrimitive)?.bson()
        }
        return Self.value(of: try encoder.tree(of: value))
    }

    private static func value(of tree: EncodedTree<BSONValue>) -> BSONValue {
        switch tree {
        case .leaf(let value): value
        case .object(let members):
            .document(BSONDocument(members.map { (BSONKey.stored($0.key), Self.value(of: $0.value)) }))
        case .array(let items): .array(items.map { Self.value(of: $0) })
        }
    }
}
