/// Reads BSON from any source: every length is checked, invalid UTF-8 is repaired, and the depth is limited.
struct BSONReader {
    private let bytes: [UInt8]
    private var offset = 0

    /// - Throws: `BSONError` for bytes that are not exactly one document.
    static func document(_ bytes: [UInt8]) throws(BSONError) -> BSONDocument {
        var reader = BSONReader(bytes: bytes)
        let document = try reader.document(depth: 1)
        guard reader.offset == bytes.count else { throw .wrongLength }
        return document
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func document(depth: Int) throws(BSONError) -> BSONDocument {
        var document = BSONDocument()
        try elements(depth: depth) { document.elements.append(BSONDocument.Element(key: $0, value: $1)) }
        return document
    }

    private mutating func array(depth: Int) throws(BSONError) -> [BSONValue] {
        var items: [BSONValue] = []
        try elements(depth: depth) { _, value in items.append(value) }
        return items
    }

    private mutating func elements(depth: Int, _ body: (String, BSONValue) -> Void) throws(BSONError) {
        guard depth <= BSONError.depthLimit else { throw .tooDeep }
        let start = offset
        let length = try count()
        guard length >= 5, length <= bytes.count - start else { throw .wrongLength }
        let end = start + length - 1
        guard bytes[end] == 0 else { throw .notTerminated }
        while offset < end {
            let type = try take(1)[0]
            let key = try terminated()
            body(key, try value(type, depth: depth))
        }
        guard offset == end else { throw .wrongLength }
        offset = end + 1
    }

    private mutating func value(_ type: UInt8, depth: Int) throws(BSONError) -> BSONValue {
        switch type {
        case 0x01: return .double(Double(bitPattern: try number()))
        case 0x02: return .string(try string())
        case 0x03: return .document(try document(depth: depth + 1))
        case 0x04: return .array(try array(depth: depth + 1))
        case 0x05:
            let length = try count()
            let subtype = try take(1)[0]
            let data = try take(length)
            return subtype == 0
                ? .binary(data) : .foreign(type: type, bytes: little(UInt32(data.count)) + [subtype] + data)
        case 0x07:
            guard let id = ObjectID(bytes: try take(12)) else { throw .cutShort }
            return .objectID(id)
        case 0x08: return .bool(try take(1)[0] != 0)
        case 0x09: return .date(Int64(bitPattern: try number()))
        case 0x0a: return .null
        case 0x10: return .int32(Int32(bitPattern: try number()))
        case 0x12: return .int64(Int64(bitPattern: try number()))
        default: return .foreign(type: type, bytes: try foreign(type))
        }
    }

    /// The bytes of a value whose type we do not write.
    private mutating func foreign(_ type: UInt8) throws(BSONError) -> [UInt8] {
        let start = offset
        switch type {
        case 0x06, 0x7f, 0xff: break  // undefined, the lowest and the highest key
        case 0x0b:  // regular expression: pattern and options
            _ = try terminated()
            _ = try terminated()
        case 0x0c:  // DBPointer
            _ = try string()
            _ = try take(12)
        case 0x0d, 0x0e: _ = try string()  // code, symbol
        case 0x0f:  // code with scope: its length includes itself
            let length = try count()
            guard length >= 4 else { throw .wrongLength }
            _ = try take(length - 4)
        case 0x11: _ = try take(8)  // timestamp
        case 0x13: _ = try take(16)  // decimal
        default: throw .unknownType(type)
        }
        return Array(bytes[start..<offset])
    }

    private mutating func string() throws(BSONError) -> String {
        let length = try count()
        guard length >= 1 else { throw .wrongLength }
        let text = try take(length)
        guard text.last == 0 else { throw .notTerminated }
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    private mutating func terminated() throws(BSONError) -> String {
        guard let end = bytes[offset...].firstIndex(of: 0) else { throw .notTerminated }
        defer { offset = end + 1 }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    private mutating func count() throws(BSONError) -> Int {
        let length = Int32(bitPattern: try number())
        guard length >= 0 else { throw .wrongLength }
        return Int(length)
    }

    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>() throws(BSONError) -> Number {
        try take(MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    private mutating func take(_ length: Int) throws(BSONError) -> [UInt8] {
        guard length >= 0, length <= bytes.count - offset else { throw .cutShort }
        defer { offset += length }
        return Array(bytes[offset..<offset + length])
    }

    private func little(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
