import Domain
import Testing

@Suite struct BoundedTextTests {
    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "abc"), ("aé", 2, "a"), ("aé", 3, "aé"), ("🐎🐎", 7, "🐎"), ("🐎", 3, ""),
        ("e\u{301}\u{301}", 3, "e\u{301}"), ("", 0, ""), ("abc", -1, ""),
    ])
    func `a beginning breaks no scalar`(text: String, bytes: Int, beginning: String) {
        #expect(text.beginning(bytes: bytes) == beginning)
    }

    @Test func `a shortened text says so and is no longer than allowed`() {
        #expect("abc".shortened(toBytes: 3) == "abc")
        let text = String(repeating: "ž", count: 100).shortened(toBytes: 50)
        #expect(text.hasPrefix("žžž"))
        #expect(text.hasSuffix(" […]"))
        #expect((48...50).contains(text.utf8.count))
        #expect("abcdef".shortened(toBytes: 4).utf8.count <= 4)
    }

    @Test func `an event's id has few characters and few bytes`() {
        #expect(ClientEvent.isId(String(repeating: "🐎", count: 64)))
        #expect(!ClientEvent.isId(String(repeating: "a", count: 65)))
        #expect(!ClientEvent.isId("a" + String(repeating: "\u{301}", count: 128)))
        #expect(!ClientEvent.isId(""))
    }
}
