import Domain
import Foundation
import HTTPTypes
import JSON
import NIOCore
import Testing

@testable import GatewayService

@Suite struct `client audio` {
    private func pcm(of message: [UInt8]) -> ByteBuffer? {
        message.withUnsafeBytes { bytes in
            AudioMessage.parts(of: bytes).flatMap { ClientAudio.pcm($0, of: bytes) }
        }
    }

    @Test func `samples are converted to the specified message and back`() throws {
        for count in [2, 4, 6, 8, 960, 961 * 2, 5000] {
            let samples = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            var message = [UInt8](repeating: 0, count: ClientAudio.messageLength(ofPCM: count))
            message.withUnsafeMutableBytes { room in
                samples.withUnsafeReadableBytes { ClientAudio.writeMessage(pcm: $0, into: room) }
            }
            let expected = Data(samples.readableBytesView).base64EncodedString()
            #expect(String(decoding: message, as: UTF8.self) == #"{"type":"audio","data":"\#(expected)"}"#)
            #expect(pcm(of: message) == samples)
        }
    }

    @Test func `audio is found wherever the data member is, and only in audio messages`() {
        func pcm(_ text: String) -> ByteBuffer? { self.pcm(of: Array(text.utf8)) }
        let spliced = #"{"type":"audio","itemId":"i","offsetMs":3,"data":"AAEC"}"#
        #expect(pcm(spliced) == ByteBuffer(bytes: [0, 1, 2]))
        for text in [
            #"{"type":"audio_clear","itemId":"i","data":"AAEC"}"#, #"{"type":"audio","data":"A"}"#,
            #"{"type":"audio","data":"AA==AAAA"}"#, #"{"type":"audio","data":"AA!A"}"#, #"{"type":"audio"}"#, "",
        ] {
            #expect(pcm(text) == nil, "\(text)")
        }
        #expect(pcm(#"{"type":"audio","data":"AA=="}"#) == ByteBuffer(bytes: [0]))
    }

    @Test func `a client of bare samples is sent the item that the audio belongs to`() throws {
        func told(_ text: String) -> String? {
            Array(text.utf8).withUnsafeBytes { message in
                AudioMessage.parts(of: message).flatMap { audio in
                    audio.itemId.map {
                        String(
                            decoding: ClientAudio.itemMessage($0, offsetMs: audio.offsetMs, of: message), as: UTF8.self)
                    }
                }
            }
        }
        #expect(
            told(#"{"type":"audio","data":"AAEC","itemId":"item_9","offsetMs":1200}"#)
                == #"{"type":"audio_item","itemId":"item_9","offsetMs":1200}"#)
        #expect(told(#"{"type":"audio","data":"AAEC"}"#) == nil)
        #expect(told(#"{"type":"audio","itemId":"i"#) == nil)
    }

    @Test func `a binary frame is recognised as JSON by more than its first byte`() {
        func kind(_ bytes: [UInt8], raw: Bool) -> ClientAudio.BinaryKind {
            bytes.withUnsafeBytes { ClientAudio.kind(ofBinary: $0, rawAudio: raw) }
        }
        #expect(kind(Array(#"{"type":"end_session"}"#.utf8), raw: true) == .json)
        #expect(kind(Array("{ }".utf8), raw: false) == .json)
        // The first sample is 0x017b, whose low byte is `{`.
        #expect(kind([0x7b, 0x01, 0x00, 0x00], raw: true) == .pcm)
        #expect(kind([0x7b, 0x01], raw: false) == .unknown)
        #expect(kind([1, 2, 3], raw: true) == .unknown)
        #expect(kind([], raw: true) == .unknown)
        #expect(kind([0x7b, 0x22, 0xff, 0x7d], raw: false) == .unknown)
    }

    @Test func `only JSON objects of bounded depth are forwarded to the relay`() {
        func check(_ text: String) -> ClientAudio.Outline {
            Array(text.utf8).withUnsafeBytes { ClientAudio.check($0) }
        }
        #expect(check(#" {"type":"ping"}"#) == .fine)
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
