import Domain
import Foundation
import HTTPTypes
import JSON
import NIOCore
import Testing

@testable import GatewayService

@Suite struct `client audio` {
    /// The frame for a server's message, and the `audio_item` before it.
    private func frame(_ text: String, _ item: inout CurrentItem) -> (place: String?, bytes: [UInt8])? {
        Array(text.utf8).withUnsafeBytes { message in
            guard let audio = AudioMessage.parts(of: message) else { return nil }
            let base64 = UnsafeRawBufferPointer(rebasing: message[audio.base64])
            guard let count = Base64Text.byteCount(of: base64) else { return nil }
            let place = item.next(count, audio, of: message).map { String(decoding: $0, as: UTF8.self) }
            var bytes = [UInt8](repeating: 0, count: count + 1)
            bytes.withUnsafeMutableBytes { ClientAudio.writeFrame(base64: base64, into: $0) }
            return (place, bytes)
        }
    }

    private func frame(_ text: String) -> [UInt8]? {
        var item = CurrentItem()
        return frame(text, &item)?.bytes
    }

    @Test func `samples are converted to the specified message and back`() throws {
        for count in [2, 4, 6, 8, 960, 961 * 2, 5000] {
            let samples = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            var message = [UInt8](repeating: 0, count: ClientAudio.messageLength(ofPCM: count))
            message.withUnsafeMutableBytes { room in
                samples.withUnsafeBytes { ClientAudio.writeMessage(pcm: $0, into: room) }
            }
            let text = String(decoding: message, as: UTF8.self)
            #expect(text == #"{"type":"audio","data":"\#(Data(samples).base64EncodedString())"}"#)
            #expect(frame(text) == [0x01] + samples)
        }
    }

    @Test func `audio is found wherever the data member is, and only in audio messages`() {
        #expect(frame(#"{"type":"audio","itemId":"i","offsetMs":3,"data":"AAEC"}"#) == [0x01, 0, 1, 2])
        for text in [
            #"{"type":"audio_clear","itemId":"i","data":"AAEC"}"#, #"{"type":"audio","data":"A"}"#,
            #"{"type":"audio","data":"AA==AAAA"}"#, #"{"type":"audio","data":"AA!A"}"#, #"{"type":"audio"}"#, "",
        ] {
            #expect(frame(text) == nil, "\(text)")
        }
        #expect(frame(#"{"type":"audio","data":"AA=="}"#) == [0x01, 0])
    }

    @Test func `a client of binary audio is sent the item that the audio belongs to, and where in it it begins`() {
        var item = CurrentItem()
        func place(_ id: String, _ offset: Int, ms: Int = 20) -> String? {
            let base64 = Data(count: ms * 48).base64EncodedString()
            return frame(#"{"type":"audio","data":"\#(base64)","itemId":"\#(id)","offsetMs":\#(offset)}"#, &item)?.place
        }
        #expect(place("i", 0) == #"{"type":"audio_item","itemId":"i","offsetMs":0}"#)
        #expect(place("i", 20, ms: 100) == nil)
        #expect(place("i", 120) == nil)
        #expect(place("j", 0) == #"{"type":"audio_item","itemId":"j","offsetMs":0}"#)
        #expect(place("i", 140) == #"{"type":"audio_item","itemId":"i","offsetMs":140}"#)
        #expect(place("i", 60) == #"{"type":"audio_item","itemId":"i","offsetMs":60}"#, "it is sent again from there")
        #expect(place("i", 80) == nil)
        #expect(place("i", 5_000) == #"{"type":"audio_item","itemId":"i","offsetMs":5000}"#, "a piece is missing")
        #expect(
            frame(#"{"type":"audio","data":"AAEC","itemId":"k"}"#, &item)?.place?.hasSuffix(#""offsetMs":0}"#) == true)
        #expect(frame(#"{"type":"audio","data":"AAEC"}"#, &item)?.place == nil)
    }

    @Test func `the first byte says what a binary frame is`() {
        func kind(_ bytes: [UInt8], audio: Bool) -> ClientAudio.BinaryKind {
            bytes.withUnsafeBytes { ClientAudio.kind(ofBinary: $0, takesAudio: audio) }
        }
        for audio in [true, false] {
            #expect(kind(Array(#"{"type":"end_session"}"#.utf8), audio: audio) == .json)
            #expect(kind(Array("\u{FEFF}{}".utf8), audio: audio) == .json)
            #expect(kind([0x7b, 0x01, 0x00, 0x00], audio: audio) == .json)
            #expect(kind([0x02, 0x00], audio: audio) == .unknown)
            #expect(kind([], audio: audio) == .unknown)
        }
        // Samples that read like an object.
        #expect(kind([0x01, 0x7b, 0x22, 0x22, 0x7d], audio: true) == .audio)
        #expect(kind([0x01], audio: true) == .audio)
        #expect(kind([0x01, 0x00, 0x00], audio: false) == .unknown)
    }

    @Test func `only JSON objects of bounded depth are forwarded to the relay`() {
        func check(_ text: String) -> ClientAudio.Outline {
            Array(text.utf8).withUnsafeBytes { ClientAudio.check($0) }
        }
        #expect(check(#" {"type":"ping"}"#) == .fine(values: 2))
        #expect(check(#"{"type":"audio","data":"AAAA"}"#) == .fine(values: 1))
        #expect(check("ping") == .noObject)
        #expect(check("") == .noObject)
        #expect(check("[1]") == .noObject)
        #expect(check(#"1},"s":2"#) == .noObject)
        #expect(check(String(repeating: #"{"a":"#, count: 33)) == .tooDeep)
    }
}

@Suite struct `a handshake` {
    @Test func `a handshake can carry its token in three ways`() throws {
        func handshake(_ path: String, _ fields: [(String, String)] = []) throws -> Handshake {
            var request = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path)
            for (name, value) in fields {
                request.headerFields.append(.init(name: try #require(.init(name)), value: value))
            }
            return try #require(Handshake(request))
        }
        let query = try handshake("/ws/sessions/BAT-001?reject=close&token=abc&audio=binary")
        #expect(query.session == "BAT-001")
        #expect(query.token == "abc")
        #expect(query.wantsClose && query.binaryAudio)
        #expect(query.selected == nil)
        let browser = try handshake("/ws/sessions/BAT-001", [("Sec-WebSocket-Protocol", "bat.v1, bearer.abc")])
        #expect(browser.token == "abc")
        #expect(browser.selected == "bat.v1")
        let header = try handshake("/ws/sessions/BAT-001", [("Authorization", "Bearer abc")])
        #expect(header.token == "abc")
        #expect(try handshake("/ws/sessions/BAT-001", [("Sec-WebSocket-Protocol", "bat.v2")]).isOtherVersion)
        #expect(Handshake.session(in: "/ws/sessions/a/b") == nil)
        #expect(Handshake.session(in: "/api/sessions/a") == nil)
    }
}
