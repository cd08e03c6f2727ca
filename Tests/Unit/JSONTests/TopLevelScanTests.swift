import JSON
import Testing

@Suite struct TopLevelScanTests {
    private struct Found: Equatable {
        var key: String
        var value: String
        var isPlainString = false
    }

    /// The members with their values as they stand in the text, and whether the text was one object to its end.
    private func members(_ text: String) -> (found: [Found], isComplete: Bool) {
        Array(text.utf8).withUnsafeBytes { bytes in
            var scan = TopLevelScan(bytes)
            var found: [Found] = []
            while let member = scan.next() {
                found.append(
                    Found(
                        key: String(decoding: bytes[member.key], as: UTF8.self),
                        value: String(decoding: bytes[member.verbatim], as: UTF8.self),
                        isPlainString: member.isPlainString))
            }
            return (found, scan.isComplete)
        }
    }

    @Test func `every kind of value is found verbatim`() {
        let (found, isComplete) = members(
            #" { "a" : "x" ,"b":"\"}\\","c":-1.5e3 , "d":[1,"]",{"e":2}],"f":{"g":"}"},"h":true} "#)
        #expect(isComplete)
        #expect(
            found == [
                Found(key: "a", value: #""x""#, isPlainString: true), Found(key: "b", value: #""\"}\\""#),
                Found(key: "c", value: "-1.5e3"), Found(key: "d", value: #"[1,"]",{"e":2}]"#),
                Found(key: "f", value: #"{"g":"}"}"#), Found(key: "h", value: "true"),
            ])
        #expect(members(" {} ").isComplete)
    }

    @Test func `the range of a string is without its quotes, and an escaped key is marked`() throws {
        try Array(#"{"\u0061":"xyz"}"#.utf8).withUnsafeBytes { bytes in
            var scan = TopLevelScan(bytes)
            let first = scan.next()
            let member = try #require(first)
            #expect(!member.hasPlainKey)
            #expect(member.isString)
            #expect(String(decoding: bytes[member.value], as: UTF8.self) == "xyz")
        }
    }

    @Test(arguments: [
        "", "null", "[1]", "{", #"{"a""#, #"{"a":"#, #"{"a":}"#, #"{"a":1"#, #"{"a":1,}"#, #"{"a":1 2}"#, #"{"a":1]}"#,
        #"{"a":"x}"#, #"{"a":"x\"}"#, #"{"a":{"b":1}"#, #"{"a":1}}"#, #"{"a":1} x"#, #"{a:1}"#, #"{"a":"x"1}"#,
        #"{"a":1"b":2}"#,
    ])
    func `what is not one object is never complete`(text: String) {
        #expect(!members(text).isComplete)
    }

    @Test func `a string is read by name, the first of several`() {
        func string(_ text: String) -> String? {
            Array(text.utf8).withUnsafeBytes { TopLevelScan.string("type", in: $0) }
        }
        #expect(string(#"{"x":{"type":"no"},"type":"a","type":"b""#) == "a")
        #expect(string(#"{"type":"a\n"}"#) == nil)
        #expect(string(#"{"type":1}"#) == nil)
        #expect(string(#"{"types":"a"}"#) == nil)
    }
}
