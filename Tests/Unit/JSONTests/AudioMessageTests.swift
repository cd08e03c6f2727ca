import Foundation
import JSON
import Testing

@Suite struct AudioMessageTests {
    private static let base64 = [
        "", "AAAA", Data((0..<9_600).map { UInt8(truncatingIfNeeded: $0) }).base64EncodedString(),
    ]

    private func text(_ length: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes.withUnsafeMutableBytes(write)
        return bytes
    }

    private func fromServer(_ base64: String, _ itemId: String, _ offsetMs: Int) -> [UInt8] {
        Array(base64.utf8).withUnsafeBytes { base64 in
            Array(itemId.utf8).withUnsafeBytes { itemId in
                let message = AudioMessage.FromServer(base64: base64, itemId: itemId, offsetMs: offsetMs)
                return text(message.length) { message.write(to: $0) }
            }
        }
    }

    private func fromClient(_ base64: String) -> [UInt8] {
        text(AudioMessage.length(ofBase64: base64.utf8.count)) { output in
            AudioMessage.write(to: output) { $0.copyBytes(from: base64.utf8) }
        }
    }

    /// The relay writes it and the gateway finds it: the two must agree for every length of its parts.
    @Test(arguments: base64, ["i", "item_9", String(repeating: "x", count: 1_000)])
    func `each part of the server's message is found where it was written`(base64: String, itemId: String) throws {
        for offsetMs in [0, 9, 10, 3_600_000] {
            let message = fromServer(base64, itemId, offsetMs)
            #expect(
                String(decoding: message, as: UTF8.self)
                    == #"{"type":"audio","data":"\#(base64)","itemId":"\#(itemId)","offsetMs":\#(offsetMs)}"#)
            let parts = try #require(message.withUnsafeBytes { AudioMessage.parts(of: $0) })
            #expect(message[parts.base64].elementsEqual(base64.utf8))
            #expect(message[try #require(parts.itemId)].elementsEqual(itemId.utf8))
            #expect(message[try #require(parts.offsetMs)].elementsEqual(String(offsetMs).utf8))
        }
    }

    @Test(arguments: base64)
    func `the base64 of a client's message is found where it was written`(base64: String) throws {
        let message = fromClient(base64)
        #expect(String(decoding: message, as: UTF8.self) == #"{"type":"audio","data":"\#(base64)"}"#)
        let found = try #require(message.withUnsafeBytes { AudioMessage.base64(inClientMessage: $0) })
        #expect(message[found].elementsEqual(base64.utf8))
        let parts = try #require(message.withUnsafeBytes { AudioMessage.parts(of: $0) })
        #expect(parts.base64 == found)
        #expect(parts.itemId == nil)
        #expect(parts.offsetMs == nil)
        #expect(message.withUnsafeBytes { AudioMessage.hasHead($0) })
    }

    @Test func `the server's parts are found in any order`() throws {
        let message = Array(#"{"type":"audio","itemId":"i", "offsetMs": 3 ,"data":"AAEC"}"#.utf8)
        let parts = try #require(message.withUnsafeBytes { AudioMessage.parts(of: $0) })
        #expect(message[parts.base64].elementsEqual("AAEC".utf8))
        #expect(message[try #require(parts.itemId)].elementsEqual("i".utf8))
        #expect(message[try #require(parts.offsetMs)].elementsEqual("3".utf8))
    }

    @Test(arguments: [
        #"{"type":"audio_clear","itemId":"i","data":"AAEC"}"#, #"{"type":"audio"}"#, #"{"data":"AAEC","type":"audio"}"#,
        #"{"type":"audio","data":7}"#, #"{"type":"audio","data":"AA"#, "",
    ])
    func `other messages have no parts`(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { AudioMessage.parts(of: $0) == nil })
    }

    @Test func `an id is written without what would need an escape`() {
        #expect(AudioMessage.unescaped("a\"b\\c\nd") == Array("abcd".utf8))
    }
}
