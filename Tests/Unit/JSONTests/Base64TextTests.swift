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
        var bytes = [UInt8](repeating: 0, count: Base64Text.capacity(forDecoding: text.count))
        let count = bytes.withUnsafeMutableBytes { output in
            text.withUnsafeBytes { Base64Text.decode($0, into: output) }
        }
        return count.map { Array(bytes[..<$0]) }
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
}
