import Domain
import Foundation
import JSON
import NIOCore
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct AudioSpliceTests {
    /// The upstream event for a client's message, by the fast path.
    private func spliced(_ message: [UInt8]) -> (event: String, byteCount: Int)? {
        message.withUnsafeBytes { bytes in
            AudioSplice.audio(in: bytes).map { audio in
                (append(UnsafeRawBufferPointer(rebasing: bytes[audio.base64])), audio.byteCount)
            }
        }
    }

    private func append(_ base64: UnsafeRawBufferPointer) -> String {
        var event = [UInt8](repeating: 0, count: AudioSplice.appendLength(base64.count))
        event.withUnsafeMutableBytes { AudioSplice.writeAppend(base64, to: $0) }
        return String(decoding: event, as: UTF8.self)
    }

    /// The client's message for an upstream event, by the fast path.
    private func spoken(_ event: String, offsetMs: Int = 0) -> String? {
        Array(event.utf8).withUnsafeBytes { bytes in
            AudioSplice.delta(in: bytes).map { delta in
                text(
                    AudioSplice.ClientMessage(
                        base64: UnsafeRawBufferPointer(rebasing: bytes[delta.base64]),
                        itemId: UnsafeRawBufferPointer(rebasing: bytes[delta.itemId]), offsetMs: offsetMs))
            }
        }
    }

    private func text(_ message: AudioSplice.ClientMessage) -> String {
        var bytes = [UInt8](repeating: 0, count: message.length)
        bytes.withUnsafeMutableBytes { message.write(to: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func read(_ text: String) -> ClientText { Array(text.utf8).withUnsafeBytes { ClientText.read($0) } }

    @Test(arguments: [1, 2, 3, 48, 1_020, 4_799, 192_000])
    func `audio of a client goes upstream byte for byte`(count: Int) throws {
        let base64 = Fixture.base64(count)
        let sent = try #require(spliced(Array(#"{"type":"audio","data":"\#(base64)"}"#.utf8)))
        #expect(sent.event == #"{"type":"input_audio_buffer.append","audio":"\#(base64)"}"#)
        #expect(sent.byteCount == count)
    }

    @Test(arguments: [
        #"{"type":"audio","data":"AAA"}"#, #"{"type":"audio","data":"A=AA"}"#, #"{"type":"audio","data":"===="}"#,
        #"{"type":"audio","data":"AA A"}"#, #"{"type":"audio","data":"AAA\"}"#, #"{"type":"audio","data":"AAA-"}"#,
        #"{"type":"audio","data":"AAAA","x":"AA"}"#, #"{"type":"audio","data":"}"#, #"{"type":"audio","data":""#,
        #"{"type":"audio"}"#, #"{"type":"audio","data":"AAAA"} "#, #" {"type":"audio","data":"AAAA"}"#, "", "{}",
        "{\"type\":\"audio\",\"data\":\"AAA\u{0}\"}", "{\"type\":\"audio\",\"data\":\"AA\nA\"}",
        #"{"type":"audio","data":"AA"},{"type":"AA"}"#, "{\"type\":\"audio\",\"data\":\"ÄÄ\"}",
    ])
    func `a message that is not plain audio never takes the fast path`(text: String) {
        #expect(spliced(Array(text.utf8)) == nil)
    }

    @Test func `every byte outside the alphabet is refused at every position`() {
        let good = Array(Fixture.base64(48).utf8)
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            for place in [0, 1, 15, 16, 31, 32, good.count - 3] {
                var bad = good
                bad[place] = byte
                #expect(bad.withUnsafeBytes { Base64Text.byteCount(of: $0) } == nil, "byte \(byte) at \(place)")
            }
        }
    }

    @Test func `the measured length of base64 is what Foundation decodes`() throws {
        for count in 0..<200 {
            let text = Fixture.base64(count)
            let measured = Array(text.utf8).withUnsafeBytes { Base64Text.byteCount(of: $0) }
            #expect(measured == Data(base64Encoded: text)?.count)
        }
    }

    @Test(arguments: [
        #"{ "type" : "audio", "data" : "AAAA" }"#, #"{"data":"AAAA","type":"audio"}"#,
        #"{"type":"audio","data":"AAAA","seq":7}"#, #"{"type":"\u0061udio","data":"AAAA"}"#,
    ])
    func `audio in another JSON spelling takes the slow path to the same event`(text: String) throws {
        guard case .audio(let base64) = read(text) else {
            Issue.record("not taken for audio")
            return
        }
        #expect(base64 == Array("AAAA".utf8))
    }

    @Test func `an escaped slash is a slash`() throws {
        guard case .audio(let base64) = read(#"{"type":"audio","data":"\/\/\/\/"}"#) else {
            Issue.record("not taken for audio")
            return
        }
        #expect(base64 == Array("////".utf8))
    }

    @Test(arguments: ["response.output_audio.delta", "response.audio.delta"])
    func `audio of the customer reaches the client byte for byte`(type: String) throws {
        let base64 = Fixture.base64(4_800)
        let event =
            #"{"type":"\#(type)","event_id":"e1","response_id":"resp_1","item_id":"item_9","output_index":0,"#
            + #""content_index":0,"delta":"\#(base64)"}"#
        let delta = try #require(Array(event.utf8).withUnsafeBytes { AudioSplice.delta(in: $0) })
        #expect(delta.byteCount == 4_800)
        let utf8 = Array(event.utf8)
        #expect(delta.responseId.map { String(decoding: utf8[$0], as: UTF8.self) } == "resp_1")
        #expect(
            spoken(event, offsetMs: 1_200)
                == #"{"type":"audio","data":"\#(base64)","itemId":"item_9","offsetMs":1200}"#)
    }

    @Test func `the keys of a delta may be in any order, with blanks and other keys between them`() {
        let event =
            #" { "delta" : "AAAA" , "x":{"delta":"}","y":[1,"]"]}, "item_id":"i", "type":"response.audio.delta" } "#
        #expect(spoken(event) == #"{"type":"audio","data":"AAAA","itemId":"i","offsetMs":0}"#)
    }

    @Test(arguments: [
        #"{"type":"response.done","delta":"AAAA","item_id":"i"}"#,
        #"{"type":"response.audio.delta","delta":"AAAA"}"#, #"{"type":"response.audio.delta","item_id":"i"}"#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAA"}"#,
        #"{"type":"response.audio.delta","item_id":"i\"","delta":"AAAA"}"#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAAA""#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAAA"}}"#,
        #"{"x":{"type":"response.audio.delta","item_id":"i","delta":"AAAA"}}"#, "", "null", #"{"type""#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAAA","delta":"BBBB"}"#,
        #"{"type":"response.audio.delta","item_id":"i","item_id":"j","delta":"AAAA"}"#,
        #"{"type":"response.audio.delta","item_id":"\#(String(repeating: "i", count: 257))","delta":"AAAA"}"#,
    ])
    func `an event that is not plainly a delta is left to the parser`(text: String) {
        #expect(spoken(text) == nil)
    }

    @Test(arguments: [0, 9, 10, 99, 1_000, 123_456_789])
    func `offsets are written as numbers`(offset: Int) throws {
        #expect(
            spoken(#"{"type":"response.audio.delta","item_id":"i","delta":"AAAA"}"#, offsetMs: offset)
                == #"{"type":"audio","data":"AAAA","itemId":"i","offsetMs":\#(offset)}"#)
    }

    @Test func `an id is written without characters that would end its string`() {
        #expect(AudioSplice.unescaped("a\"b\\c\nd") == Array("abcd".utf8))
    }

    @Test(arguments: [
        (#"{"type":"banana"}"#, "unknown_message"), (#"{"type":7}"#, "invalid_message"), ("[]", "invalid_message"),
        ("{", "invalid_message"), (#"{"type":"text"}"#, "invalid_message"),
        (#"{"type":"played","itemId":"i"}"#, "invalid_message"), (#"{"type":"audio"}"#, "invalid_message"),
        (#"{"type":"audio","data":"??"}"#, "invalid_message"), (#"{"type":"session.update"}"#, "unknown_message"),
        (String(repeating: "[", count: 100_000), "invalid_message"),
    ])
    func `an invalid message is refused with its code`(text: String, code: String) {
        guard case .invalid(let refusedWith, let message) = read(text) else {
            Issue.record("accepted")
            return
        }
        #expect(refusedWith.rawValue == code)
        #expect(!message.isEmpty)
    }

    @Test(arguments: [
        #"{"type":"audio","data":"QUJD\nREVG\n"}"#, "{\"type\":\"audio\",\"data\":\"QUJD\r\nREVG\"}",
        #"{"type":"audio","data":"QUJDREVG\r\n"}"#,
    ])
    func `base64 with line breaks is found without a parser`(text: String) {
        let found = Array(text.utf8).withUnsafeBytes { AudioSplice.untidyAudio(in: $0) }
        #expect(found == Array("QUJDREVG".utf8))
    }

    @Test func `base64 with line breaks is base64 in any JSON spelling`() {
        for text in [#"{"data":"QUJD\nREVG","type":"audio"}"#, #"{ "type": "audio", "data": "QUJDREVG\n" }"#] {
            guard case .audio(let base64) = read(text) else {
                Issue.record("not taken for audio: \(text)")
                continue
            }
            #expect(base64 == Array("QUJDREVG".utf8))
        }
    }

    @Test func `an event of more values than one can hold is refused under its id, unread`() {
        let arrays = Array(repeating: "[]", count: 100_000).joined(separator: ",")
        let event = #"{"type":"event","eventId":"e1","data":{"type":"VR_INTERACTION","data":[\#(arrays)]}}"#
        guard case .invalidEvent("e1", code: "event_too_large", _) = read(event) else {
            Issue.record("not refused as an event")
            return
        }
        guard case .invalid(code: "json_too_long", _) = read(#"{"type":"event","data":[\#(arrays)]}"#) else {
            Issue.record("not refused as a message")
            return
        }
        let numbers = Array(repeating: "1.5", count: 8_000).joined(separator: ",")
        let allowed = #"{"type":"event","eventId":"e1","data":{"type":"VR_INTERACTION","data":[\#(numbers)]}}"#
        guard case .message(.event(let taken)) = read(allowed) else {
            Issue.record("refused though its weight is allowed")
            return
        }
        #expect(throws: Never.self) { try taken.checked(at: 1) { "x" } }
    }

    @Test func `an out-of-range number is refused with the allowed range`() {
        guard case .invalid(_, let message) = read(#"{"type":"played","itemId":"i","offsetMs":1e30}"#) else {
            Issue.record("accepted")
            return
        }
        #expect(message.contains("offsetMs must be a number between"), "\(message)")
    }
}
