/// Writes BSON.
struct BSONWriter {
    private(set) var bytes: [UInt8] = []

    static func bytes(of document: BSONDocument) -> [UInt8] {
        var writer = BSONWriter()
        writer.write(document)
        return writer.bytes
    }

    private mutating func write(_ document: BSONDocument) {
        writeSized { writer in
            for element in document.elements { writer.write(element.value, key: element.key) }
            writer.bytes.append(0)
        }
    }

    private mutating func write(_ value: BSONValue, key: String) {
        bytes.append(type(of: value))
        // A NUL would end the key early and shift everything after it. Keys from outside are escaped before they get
        // here.
        bytes.append(contentsOf: key.utf8.lazy.filter { $0 != 0 })
        bytes.append(0)
        switch value {
        case .double(let number): append(number.bitPattern)
        case .string(let text):
            let utf8 = Array(text.utf8)
            append(UInt32(truncatingIfNeeded: utf8.count + 1))
            bytes.append(contentsOf: utf8)
            bytes.append(0)
        case .document(let document): write(document)
        case .array(let items):
            writeSized { writer in
                for (index, item) in items.enumerated() { writer.write(item, key: String(index)) }
                writer.bytes.append(0)
            }
        case .binary(let data):
            append(UInt32(truncatingIfNeeded: data.count))
            bytes.append(0)
            bytes.append(contentsOf: data)
        case .objectID(let id): bytes.append(contentsOf: id.bytes)
        case .bool(let flag): bytes.append(flag ? 1 : 0)
        case .date(let milliseconds): append(UInt64(bitPattern: milliseconds))
        case .null: break
        case .int32(let number): append(UInt32(bitPattern: number))
        case .int64(let number): append(UInt64(bitPattern: number))
        case .foreign(_, let data): bytes.append(contentsOf: data)
        }
    }

    private func type(of value: BSONValue) -> UInt8 {
        switch value {
        case .double: 0x01
        case .string: 0x02
        case .document: 0x03
        case .array: 0x04
        case .binary: 0x05
        case .objectID: 0x07
        case .bool: 0x08
        case .date: 0x09
        case .null: 0x0a
        case .int32: 0x10
        case .int64: 0x12
        case .foreign(let type, _): type
        }
    }

    /// Writes a value that begins with its own length.
    private mutating func writeSized(_ body: (inout BSONWriter) -> Void) {
        let start = bytes.count
        append(UInt32(0))
        body(&self)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count - start).littleEndian) {
            bytes.replaceSubrange(start..<start + 4, with: $0)
        }
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
