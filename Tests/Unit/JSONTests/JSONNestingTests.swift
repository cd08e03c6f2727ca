import JSON
import Testing

struct JSONNestingTests {
    private func nested(_ depth: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    }

    @Test func `nesting up to the limit is allowed, and one level more is not`() {
        #expect(JSONNesting.isWithin(32, nested(32)))
        #expect(!JSONNesting.isWithin(32, nested(33)))
    }

    @Test func `a hundred thousand brackets are refused without recursion`() {
        #expect(!JSONNesting.isWithin(64, Array(repeating: UInt8(ascii: "{"), count: 100_000)))
    }

    @Test func `brackets in strings do not count, and an escaped quote does not end a string`() {
        let text = #"{"a":"[[[[\"[[[[","b":"\\"}"#
        #expect(JSONNesting.isWithin(1, text.utf8))
    }

    /// `\u{122}` is the bytes 22 01 in UTF-16, and 22 is a quote in UTF-8.
    @Test func `UTF-16 is refused, because a parser would see what this pass does not`() {
        let text =
            #"{"x":"\#u{122}","y":"# + String(repeating: "[", count: 90) + String(repeating: "]", count: 90) + "}"
        let bytes = text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        #expect(String(validating: bytes, as: UTF8.self) != nil, "so that nothing else refuses it")
        #expect(!JSONNesting.isWithin(32, bytes))
    }

    @Test(arguments: [
        ("7", 1), ("[]", 2), ("[1,2]", 3), (#"{"a":1,"b":[2,3]}"#, 5), (#"{"a":",,,[[["}"#, 2), ("[[],[],[]]", 7),
    ])
    func `values are counted, whatever strings hold`(text: String, expected: Int) {
        #expect(Array(text.utf8).withUnsafeBytes { JSONNesting.values(in: $0) } == expected)
    }
}
