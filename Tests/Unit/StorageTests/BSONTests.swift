import Domain
import Foundation
import Testing

@testable import Storage

@Suite struct BSONBytesTests {
    /// The examples of bsonspec.org.
    @Test func `bytes match the specification`() throws {
        let hello: BSONDocument = ["hello": "world"]
        #expect(
            BSONWriter.bytes(of: hello)
                == [0x16, 0, 0, 0, 0x02] + [UInt8]("hello\0".utf8) + [6, 0, 0, 0] + [UInt8]("world\0\0".utf8))
        let array: BSONDocument = ["BSON": ["awesome", .double(5.05), 1986]]
        #expect(
            BSONWriter.bytes(of: array)
                == [0x31, 0, 0, 0, 0x04] + [UInt8]("BSON\0".utf8) + [0x26, 0, 0, 0, 0x02, 0x30, 0, 8, 0, 0, 0]
                + [UInt8]("awesome\0".utf8) + [
                    1, 0x31, 0, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x14, 0x40, 0x10, 0x32, 0,
                ]
                + [0xc2, 7, 0, 0, 0, 0])
        #expect(try BSONReader.document(BSONWriter.bytes(of: array)) == array)
    }

    static let everything: BSONDocument = [
        "double": .double(-0.1), "string": "Žluťoučký\0kůň", "document": ["a": ["b": ["c": [:]]]],
        "array": [1, "two", [3], .null], "binary": .binary([0, 1, 255]), "id": .objectID(ObjectID()), "bool": true,
        "date": .date(-1), "null": .null, "int32": .int32(.min), "int64": .int64(.max), "": "empty key",
        "regex": .foreign(type: 0x0b, bytes: [UInt8]("^a\0i\0".utf8)),
        "timestamp": .foreign(type: 0x11, bytes: [1, 2, 3, 4, 5, 6, 7, 8]),
        "decimal": .foreign(type: 0x13, bytes: [UInt8](repeating: 9, count: 16)),
        "undefined": .foreign(type: 0x06, bytes: []),
        "uuid": .foreign(type: 0x05, bytes: [2, 0, 0, 0, 4, 7, 8]),
        "code": .foreign(type: 0x0d, bytes: [2, 0, 0, 0, 65, 0]),
        "scope": .foreign(type: 0x0f, bytes: [8, 0, 0, 0, 1, 2, 3, 4]),
    ]

    @Test func `every type is read back unchanged, even those that we never write`() throws {
        #expect(try BSONReader.document(BSONWriter.bytes(of: Self.everything)) == Self.everything)
    }

    @Test func `hostile bytes are refused or read, and never trap`() async throws {
        let whole = BSONWriter.bytes(of: Self.everything)
        for length in 0..<whole.count {
            #expect(throws: BSONError.self) { try BSONReader.document(Array(whole.prefix(length))) }
        }
        #expect(throws: BSONError.self) { try BSONReader.document(whole + [0]) }
        var read = 0
        for round in 0..<5000 {
            // Other tests in this run measure time on the same threads.
            if round.isMultiple(of: 50) { await Task.yield() }
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6) {
                switch Int.random(in: 0..<4) {
                case 0: bytes[Int.random(in: bytes.indices)] = .random(in: .min ... .max)
                case 1: bytes[Int.random(in: bytes.indices)] = [0, 0xff, 0x7f, 0x80].randomElement() ?? 0
                case 2: bytes.remove(at: Int.random(in: bytes.indices))
                default: bytes.insert(.random(in: .min ... .max), at: Int.random(in: bytes.indices))
                }
            }
            guard let document = try? BSONReader.document(bytes) else { continue }
            read += 1
            // What was read can be written, decoded and shown.
            #expect(try BSONReader.document(BSONWriter.bytes(of: document)).elements.count == document.elements.count)
            _ = JSONValue(.document(document))
            _ = try? SessionDocument.record(document)
        }
        #expect(read > 25)
    }

    @Test func `depth is bounded when reading`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            var document: BSONDocument = [:]
            for _ in 1..<depth { document = ["a": .document(document)] }
            return BSONWriter.bytes(of: document)
        }
        #expect(throws: Never.self) { try BSONReader.document(nested(BSONError.depthLimit)) }
        #expect(throws: BSONError.tooDeep) { try BSONReader.document(nested(BSONError.depthLimit + 1)) }
    }

    @Test func `object ids are unique and grow with time`() throws {
        let ids = (0..<10_000).map { _ in ObjectID() }
        #expect(Set(ids).count == ids.count)
        let early = ObjectID(at: Date(timeIntervalSince1970: 1000))
        let late = ObjectID(at: Date(timeIntervalSince1970: 2000))
        #expect(early < late)
        #expect(early.description.hasPrefix("000003e8"))
        #expect(ObjectID(bytes: [1, 2, 3]) == nil)
        _ = ObjectID(at: .distantFuture)
        _ = ObjectID(at: .distantPast)
    }
}

@Suite struct BSONCodingTests {
    private struct Everything: Codable, Equatable {
        enum Kind: String, Codable { case one, two }
        struct Inner: Codable, Equatable {
            var list: [Int?]
            var table: [String: [Double]]
        }
        var small: Int8
        var big: Int64
        var unsigned: UInt32
        var half: Double
        var text: String
        var flag: Bool
        var date: Date
        var kind: Kind
        var absent: String?
        var inner: Inner
        var free: JSONValue
        var fact: RecordedFact
    }

    private let sample = Everything(
        small: -128, big: .max, unsigned: .max, half: 0.5, text: "", flag: false,
        date: Date(timeIntervalSince1970: 1_730_023_200.123), kind: .two, absent: nil,
        inner: .init(list: [1, nil, 3], table: ["$x": [0.25], "a.b": [], "": [1]]),
        free: ["": .null, "n": .number(1), "i": 1], fact: .event(1, id: "e", data: [[]]))

    @Test func `whole numbers beyond 64 bits are MongoDB's decimals, digit for digit`() throws {
        let value = JSONValue.large(-18_446_744_073_709_551_615)
        let bytes: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0x40, 0xb0]
        #expect(try value.bson() == .foreign(type: 0x13, bytes: bytes))
        for number in [18_446_744_073_709_551_616, -9_223_372_036_854_775_809, JSONValue.largest, -JSONValue.largest] {
            #expect(JSONValue(try JSONValue.large(number).bson()) == .large(number))
        }
    }

    @Test func `decimals that others wrote are read as numbers, and those without a value as null`() {
        // 15 times 10 to the power of -1; infinity; a foreign type.
        let tenths = [15] + [UInt8](repeating: 0, count: 13) + [0x3e, 0x30]
        #expect(JSONValue(BSONValue.foreign(type: 0x13, bytes: tenths)) == .number(1.5))
        let infinity = [UInt8](repeating: 0, count: 15) + [0x78]
        #expect(JSONValue(BSONValue.foreign(type: 0x13, bytes: infinity)) == .null)
        #expect(JSONValue(BSONValue.foreign(type: 0x13, bytes: [1])) == .null)
        #expect(JSONValue(BSONValue.foreign(type: 0x0d, bytes: tenths)) == .null)
    }

    @Test func `Codable values are read back unchanged`() throws {
        let document = try BSONEncoder.document(sample)
        let read = try BSONReader.document(BSONWriter.bytes(of: document))
        #expect(try BSONDecoder.decode(Everything.self, from: read) == sample)
    }

    @Test func `values have MongoDB's native types`() throws {
        let document = try BSONEncoder.document(sample)
        #expect(document["date"] == .date(1_730_023_200_123))
        #expect(document["small"] == .int32(-128))
        #expect(document["big"] == .int64(.max))
        #expect(document["half"] == .double(0.5))
        #expect(document["absent"] == nil)
        #expect(document["kind"] == "two")
    }

    @Test func `numbers from other drivers are read`() throws {
        var document = try BSONEncoder.document(sample)
        document["small"] = .double(7)
        document["half"] = .int32(2)
        let read = try BSONDecoder.decode(Everything.self, from: document)
        #expect(read.small == 7)
        #expect(read.half == 2)
        for wrong: BSONValue in [.double(7.5), .double(.nan), .double(1e300), .int32(200), "7", .null] {
            document["small"] = wrong
            #expect(throws: DecodingError.self) { try BSONDecoder.decode(Everything.self, from: document) }
        }
    }

    @Test(arguments: ["", "$", "$set", "a.b", "nul\0", "％", "％24", "％2", "a％", "％％24", "$$", "plain", "ž", "ﬀ", "a$b"])
    func `any key of a client is stored safely and read back`(key: String) {
        let stored = BSONKey.stored(key)
        #expect(!stored.isEmpty && !stored.hasPrefix("$") && !stored.contains(".") && !stored.contains("\0"))
        #expect(BSONKey.original(stored).utf8.elementsEqual(key.utf8))
    }

    @Test func `random keys are read back, and no two are stored alike`() {
        let alphabet: [Character] = ["\0", "$", ".", "％", "2", "4", "E", "a", "\u{301}"]
        var stored: [String: String] = [:]
        for _ in 0..<5000 {
            let key = String((0..<Int.random(in: 0...6)).compactMap { _ in alphabet.randomElement() })
            let text = BSONKey.stored(key)
            #expect(BSONKey.original(text).utf8.elementsEqual(key.utf8))
            #expect(stored[text].map { $0 == key } ?? true)
            stored[text] = key
        }
    }

    @Test func `JSON that is nested too deeply is an error, not a crash`() throws {
        var deep = JSONValue.array([])
        for _ in 0..<5000 { deep = .array([deep]) }
        #expect(throws: BSONError.tooDeep) { try BSONEncoder.document(["a": deep]) }
        var fair = JSONValue.object([:])
        for _ in 0..<JSONNesting.limit { fair = ["a": fair] }
        let document = try BSONEncoder.document(["a": fair])
        #expect(try BSONDecoder.decode([String: JSONValue].self, from: document) == ["a": fair])
    }
}
