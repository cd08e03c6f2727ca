import Foundation
import NIOCore
import Testing

@testable import RelayService

@Suite struct AudioSpliceTests {
    @Test(arguments: [1, 2, 3, 48, 1_020, 4_799, 192_000])
    func `audio of a client goes upstream byte for byte`(count: Int) throws {
        let base64 = Fixture.base64(count)
        let message = ByteBuffer(string: #"{"type":"audio","data":"\#(base64)"}"#)
        let spliced = try #require(AudioSplice.appendEvent(for: message))
        #expect(spliced.event.text == #"{"type":"input_audio_buffer.append","audio":"\#(base64)"}"#)
        #expect(spliced.byteCount == count)
    }

    @Test func `a message in the middle of a buffer is read where it stands`() throws {
        var buffer = ByteBuffer(string: #"junk{"type":"audio","data":"AAAA"}junk"#)
        buffer.moveReaderIndex(forwardBy: 4)
        let slice = buffer.readSlice(length: buffer.readableBytes - 4)
        let message = try #require(slice)
        #expect(AudioSplice.appendEvent(for: message)?.byteCount == 3)
    }

    @Test(arguments: [
        #"{"type":"audio","data":"AAA"}"#, #"{"type":"audio","data":"A=AA"}"#, #"{"type":"audio","data":"===="}"#,
        #"{"type":"audio","data":"AA A"}"#, #"{"type":"audio","data":"AAA\"}"#, #"{"type":"audio","data":"AAA-"}"#,
        #"{"type":"audio","data":"AAAA","x":"AA"}"#, #"{"type":"audio","data":"}"#, #"{"type":"audio","data":""#,
        #"{"type":"audio"}"#, #"{"type":"audio","data":"AAAA"} "#, #" {"type":"audio","data":"AAAA"}"#, "", "{}",
        "{\"type\":\"audio\",\"data\":\"AAA\u{0}\"}", "{\"type\":\"audio\",\"data\":\"AA\nA\"}",
        #"{"type":"audio","data":"AA"},{"type":"AA"}"#, "{\"type\":\"audio\",\"data\":\"ÄÄ\"}",
    ])
    func `what is not plain audio never takes the fast way`(text: String) {
        #expect(AudioSplice.appendEvent(for: ByteBuffer(string: text)) == nil)
    }

    @Test func `every byte outside the alphabet is refused at every place`() {
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

    @Test func `base64 is measured as Foundation decodes it`() throws {
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
    func `audio in another spelling of JSON takes the slow way to the same event`(text: String) throws {
        guard case .audio(let audio) = ClientText.read(ByteBuffer(string: text)) else {
            Issue.record("not taken for audio")
            return
        }
        #expect(audio.event.text == #"{"type":"input_audio_buffer.append","audio":"AAAA"}"#)
        #expect(audio.byteCount == 3)
    }

    @Test func `an escaped slash is a slash`() throws {
        guard case .audio(let audio) = ClientText.read(ByteBuffer(string: #"{"type":"audio","data":"\/\/\/\/"}"#))
        else {
            Issue.record("not taken for audio")
            return
        }
        #expect(audio.event.text == #"{"type":"input_audio_buffer.append","audio":"////"}"#)
    }

    @Test(arguments: ["response.output_audio.delta", "response.audio.delta"])
    func `audio of the customer reaches the client byte for byte`(type: String) throws {
        let base64 = Fixture.base64(4_800)
        let event = ByteBuffer(
            string: #"{"type":"\#(type)","event_id":"e1","response_id":"resp_1","item_id":"item_9","output_index":0,"#
                + #""content_index":0,"delta":"\#(base64)"}"#)
        let delta = try #require(AudioSplice.delta(in: event))
        #expect(delta.byteCount == 4_800)
        #expect(event.getString(at: delta.itemId.lowerBound, length: delta.itemId.count) == "item_9")
        let response = try #require(delta.responseId)
        #expect(event.getString(at: response.lowerBound, length: response.count) == "resp_1")
        #expect(
            AudioSplice.clientMessage(for: delta, in: event, offsetMs: 1_200).text
                == #"{"type":"audio","data":"\#(base64)","itemId":"item_9","offsetMs":1200}"#)
    }

    @Test func `the keys of a delta may come in any order, with blanks and with others between them`() throws {
        let event = ByteBuffer(
            string:
                #" { "delta" : "AAAA" , "x":{"delta":"}","y":[1,"]"]}, "item_id":"i", "type":"response.audio.delta" } "#
        )
        let delta = try #require(AudioSplice.delta(in: event))
        #expect(
            AudioSplice.clientMessage(for: delta, in: event, offsetMs: 0).text.contains(#""data":"AAAA","itemId":"i""#))
    }

    @Test(arguments: [
        #"{"type":"response.done","delta":"AAAA","item_id":"i"}"#,
        #"{"type":"response.audio.delta","delta":"AAAA"}"#, #"{"type":"response.audio.delta","item_id":"i"}"#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAA"}"#,
        #"{"type":"response.audio.delta","item_id":"i\"","delta":"AAAA"}"#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAAA""#,
        #"{"type":"response.audio.delta","item_id":"i","delta":"AAAA"}}"#,
        #"{"x":{"type":"response.audio.delta","item_id":"i","delta":"AAAA"}}"#, "", "null", #"{"type""#,
    ])
    func `what is not plainly a delta is left to the parser`(text: String) {
        #expect(AudioSplice.delta(in: ByteBuffer(string: text)) == nil)
    }

    @Test(arguments: [0, 9, 10, 99, 1_000, 123_456_789])
    func `offsets are written as numbers`(offset: Int) throws {
        let (message, count) = try #require(AudioSplice.clientMessage(base64: "AAAA", itemId: "i", offsetMs: offset))
        #expect(message.text == #"{"type":"audio","data":"AAAA","itemId":"i","offsetMs":\#(offset)}"#)
        #expect(count == 3)
    }

    @Test(arguments: [
        (#"{"type":"banana"}"#, "unknown_message"), (#"{"type":7}"#, "invalid_message"), ("[]", "invalid_message"),
        ("{", "invalid_message"), (#"{"type":"text"}"#, "invalid_message"),
        (#"{"type":"played","itemId":"i"}"#, "invalid_message"), (#"{"type":"audio"}"#, "invalid_message"),
        (#"{"type":"audio","data":"??"}"#, "invalid_message"), (#"{"type":"session.update"}"#, "unknown_message"),
        (String(repeating: "[", count: 100_000), "invalid_message"),
    ])
    func `nonsense is told by its code`(text: String, code: String) {
        guard case .nonsense(let told, let message) = ClientText.read(ByteBuffer(string: text)) else {
            Issue.record("taken for sense")
            return
        }
        #expect(told == code)
        #expect(!message.isEmpty)
    }
}
