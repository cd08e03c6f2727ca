import Foundation
import JSON
import Testing

@Suite struct OrderedEncodingTests {
    private struct Inner: Encodable {
        var z = 1.0
        var a = [2.5, 3]
        var missing: String?
    }

    private enum Kind: String, Encodable { case one }

    private struct Outer: Encodable {
        var second = "\u{e9}/\"\n"
        var first: Inner? = Inner()
        var kind = Kind.one
        var table = ["b": [1], "a": [], "10": [2, 3]]
        var free: JSONValue = ["y": .large(18_446_744_073_709_551_615), "x": .null]
        var flag = false
        var small: UInt8 = 7
        var date = Date(timeIntervalSince1970: 0)
        var none: [Inner] = []
    }

    private func text(_ value: some Encodable) throws -> String {
        try OrderedJSON(encoding: value) { .integer(Int64($0.timeIntervalSince1970)) }.compact
    }

    @Test func `members come in the order in which the type has them`() throws {
        #expect(
            try text(Outer())
                == #"{"second":"é/\"\n","first":{"z":1,"a":[2.5,3]},"kind":"one","table":{"10":[2,3],"a":[],"b":[1]},"#
                + #""free":{"x":null,"y":18446744073709551615},"flag":false,"small":7,"date":0,"none":[]}"#)
    }

    @Test func `values other than objects are encoded, and other decoders read the same`() throws {
        #expect(try text([1, 2]) == "[1,2]")
        #expect(try text("x") == #""x""#)
        #expect(try text(Optional<Int>.none) == "null")
        let read = try JSONDecoder().decode(JSONValue.self, from: Data(try text(Outer()).utf8))
        let plain = JSONEncoder()
        plain.dateEncodingStrategy = .secondsSince1970
        #expect(try JSONDecoder().decode(JSONValue.self, from: try plain.encode(Outer())) == read)
    }
}
