import Foundation
import JSON
import Testing

@Suite struct Base64TextTests {
    private func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text = [UInt8](repeating: 0, count: Base64Text.length(ofBytes: bytes.count))
        text.withUnsafeMutableBytes { output in bytes.withUnsafeBytes { Base64Text.encode($0, into: output) } }
        return text
    }

    private func decode(_ text: [UInt8]) -> [UInt8]? {
        text.withUnsafeBytes { Base64Text.bytes(of: $0) }
    }

    @Test func `text is written, measured and read as Foundation does it`() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let text = encode(bytes)
            #expect(String(decoding: text, as: UTF8.self) == Data(bytes).base64EncodedString())
            #expect(text.withUnsafeBytes { Base64Text.byteCount(of: $0) } == count)
            #expect(decode(text) == bytes)
        }
    }

    @Test(arguments: ["A", "AA!A", "AA==AAAA", "A===", "AA\nA"])
    func `what is not base64 is neither measured nor read`(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { Base64Text.byteCount(of: $0) } == nil)
        #expect(decode(Array(text.utf8)) == nil)
    }

    @Test func `decoding writes no byte behind the last one`() {
        for count in 0..<12 {
            let text = encode([UInt8](repeating: 0xAA, count: count))
            var room = [UInt8](repeating: 0x55, count: count + 3)
            room.withUnsafeMutableBytes { room in
                text.withUnsafeBytes {
                    Base64Text.decode($0, into: UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
                }
            }
            #expect(room == [UInt8](repeating: 0xAA, count: count) + [0x55, 0x55, 0x55])
        }
    }

    @Test(arguments: [
        ("QUJD\nREVG\r\nRw==\n", "ABCDEFG"), (#"QUJD\nREVG\r\nRw==\n"#, "ABCDEFG"), ("QUJDRA", "ABCD"),
        ("QUJDREU", "ABCDE"), ("QUJD REVG", "ABCDEF"), ("", ""), ("\n", ""), (#"Pz8\/Pw=="#, "????"),
    ])
    func `base64 with line breaks or without padding is base64`(text: String, expected: String) throws {
        let tidied = try #require(Array(text.utf8).withUnsafeBytes { Base64Text.tidied($0) })
        #expect(decode(tidied).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(arguments: ["A", "AAAAA", "AA==AAAA", "AA=A", "A===", #"AA\"#, #"AA\u0041A"#, "AA-_", "§§§", "??"])
    func `invalid base64 is still refused`(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { Base64Text.tidied($0) } == nil)
    }
}
