import Domain
import Foundation
import HTTPTypes
import Logging
import Storage
import TestSupport
import Testing
import Wire

@testable import Conversation
@testable import RelayService

/// What a call does when one side takes or sends too little, too much or half a sample, through real sockets.
@Suite(.serialized) struct CallFlowTests {
    @Test func `audio of odd length, with line breaks or without padding goes upstream in whole samples`() async throws
    {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, line) = try await house.call(at: path)
            let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
            var sent = 0
            for length in [3, 3, 1, 57, 96, 1, 1, 200, 0, 2, 5, 31, 600] {
                let text = Data(bytes[sent..<(sent + length)]).base64EncodedString()
                sent += length
                let broken = text.prefix(40) + "\\n" + text.dropFirst(40)
                let data = [text, String(broken), String(text.prefix { $0 != "=" })][sent % 3]
                try gateway.send(1, #"{"type":"audio","data":"\#(data)"}"#)
            }
            #expect(sent == bytes.count)
            func arrived() -> [Data] {
                line.events("input_audio_buffer.append").map {
                    Data(base64Encoded: $0["audio"]?.string ?? "-") ?? Data()
                }
            }
            try await eventually("all of it") { arrived().reduce(0) { $0 + $1.count } == bytes.count }
            #expect(arrived().allSatisfy { $0.count.isMultiple(of: 2) && !$0.isEmpty })
            #expect(Array(arrived().joined()) == bytes)

            // What was left of the last sample is not the beginning of the next connection's first.
            try gateway.send(1, #"{"type":"audio","data":"AA=="}"#)
            try await gateway.attach(2, id)
            try await gateway.message(2, "ready")
            try gateway.send(2, #"{"type":"audio","data":"BQY="}"#)
            try await eventually("the next connection's audio") { arrived().last == Data([5, 6]) }
            #expect(gateway.messages(1, "error").allSatisfy { $0["code"] == "replaced" })
        }
    }

    @Test(arguments: [true, false])
    func `a client that stops reading pauses upstream and later continues where it was`(confirms: Bool) async throws {
        let house = try RelayHouse()
        try await house.run(["REALTIME_CONFIRMS": confirms ? "true" : "false"]) { path in
            let (_, gateway, line) = try await house.call(at: path)
            try gateway.tell(.pause(s: 1))
            // Messages on a link are handled in order, so the pong follows the pause.
            try gateway.send(1, #"{"type":"ping","t":1}"#)
            try await gateway.message(1, "pong")
            let pieces = (0..<400).map { Fixture.base64(24_000, seed: UInt8(truncatingIfNeeded: $0)) }
            for piece in pieces { line.say(Fixture.delta(piece, item: "a1")) }
            // Each answer is a round of the relay's event loop, in which it could read audio too.
            for t in 2..<202 {
                try gateway.send(1, #"{"type":"ping","t":\#(t)}"#)
                try await gateway.message(1, "pong", at: t - 1)
            }
            #expect(gateway.messages(1, "audio").count < 100)
            try gateway.tell(.resume(s: 1))
            try await eventually("all audio") { gateway.messages(1, "audio").count == 400 }
            #expect(gateway.messages(1, "audio").map { $0["data"]?.string } == pieces)
        }
    }

    @Test func `a paused client resumes when its slow upstream connection is replaced`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, line) = try await house.call(at: path)
            line.stopReading()
            let piece = #"{"type":"audio","data":"\#(Fixture.base64(96_000))"}"#
            var sent = 0
            try await eventually("a pause", within: .seconds(20)) {
                for _ in 0..<4 where sent < 400 {
                    try gateway.send(1, piece)
                    sent += 1
                }
                return gateway.told.contains(.pause(s: 1))
            }
            // Who takes the seat meanwhile is held back as well.
            try await gateway.attach(2, id)
            try await gateway.told("the next client is held back") { $0 == .pause(s: 2) }
            line.drop()
            try await gateway.told("it is let go") { $0 == .resume(s: 2) }
            let second = try await house.openAI.line(1)
            try gateway.send(2, #"{"type":"audio","data":"\#(Fixture.base64(960, seed: 9))"}"#)
            try await eventually("audio on the new line") {
                second.events("input_audio_buffer.append").last?["audio"]?.string == Fixture.base64(960, seed: 9)
            }
        }
    }

    @Test func `upstream is read again after a paused client leaves`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (_, gateway, line) = try await house.call(at: path)
            try gateway.tell(.pause(s: 1))
            try gateway.tell(.detach(s: 1, code: 4408))
            line.say(#"{"type":"response.created","event_id":"e","response":{"id":"r1"}}"#)
            try await eventually("the answer is called off") { line.events("response.cancel").count == 1 }
        }
    }

    @Test func `a turn is completed with silence when the client mutes`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (_, gateway, line) = try await house.call(at: path)
            try gateway.send(1, #"{"type":"audio","data":"\#(Fixture.base64(4_800))"}"#)
            try await eventually("audio upstream") { line.events("input_audio_buffer.append").count == 1 }
            line.say(#"{"type":"input_audio_buffer.speech_started","event_id":"e","audio_start_ms":0,"item_id":"t1"}"#)
            try gateway.send(1, #"{"type":"mute","on":true}"#)
            try await eventually("silence upstream") { line.events("input_audio_buffer.append").count > 3 }
            let silence = line.events("input_audio_buffer.append").dropFirst().compactMap { $0["audio"]?.string }
            #expect(silence.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 == "A" } && $0.count.isMultiple(of: 4) })
            line.say(#"{"type":"input_audio_buffer.speech_stopped","event_id":"e","audio_end_ms":90,"item_id":"t1"}"#)
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "score")
        }
    }
}
