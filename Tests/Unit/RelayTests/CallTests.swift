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

/// Whole calls through real sockets.
@Suite(.serialized) struct CallTests {
    @Test func `a batch of a thousand events is answered`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            let events = (0..<1_000).map { event("e\($0)") }
            try gateway.tell(.submitEvents(id: "b1", sessionId: id, events: events))
            let answer = try await gateway.told("the answer") {
                if case .eventsStored("b1", _, _) = $0 { true } else { false }
            }
            guard case .eventsStored(_, let results, _) = answer else { return }
            #expect(results.count { $0.status == .stored } == 1_000)
        }
    }

    @Test func `a call from the first word to the score`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let id = try await house.newSession()
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, id)
            let ready = try await gateway.message(1, "ready")
            #expect(ready["seq"] == 0)
            #expect(ready["sessionId"] == "BAT-001")
            let line = try await house.openAI.line()
            #expect(line.headers[.authorization] == "Bearer sk-test")
            #expect(line.received.first?.contains(#""type":"session.update""#) == true)

            // The trainee speaks.
            let spoken = (0..<20).map { Fixture.base64(4_800, seed: UInt8($0)) }
            for piece in spoken { try gateway.send(1, #"{"type":"audio","data":"\#(piece)"}"#) }
            try await eventually("audio upstream") { line.events("input_audio_buffer.append").count == 20 }
            #expect(line.events("input_audio_buffer.append").map { $0["audio"]?.string } == spoken)
            line.say(
                #"{"type":"input_audio_buffer.speech_started","event_id":"e","audio_start_ms":100,"item_id":"t1"}"#)
            line.say(#"{"type":"input_audio_buffer.speech_stopped","event_id":"e","audio_end_ms":1500,"item_id":"t1"}"#)
            line.say(#"{"type":"input_audio_buffer.committed","event_id":"e","previous_item_id":null,"item_id":"t1"}"#)

            // The customer answers before the trainee's words are transcribed.
            let answered = (0..<4).map { Fixture.base64(2_400, seed: UInt8(100 + $0)) }
            for event in Fixture.answer("Hello yourself.", item: "a1", audio: answered, after: "t1") { line.say(event) }
            try await eventually("audio to the client") { gateway.messages(1, "audio").count == 4 }
            #expect(gateway.messages(1, "audio").map { $0["data"]?.string } == answered)
            #expect(gateway.messages(1, "audio").map { $0["offsetMs"] } == [0, 50, 100, 150])
            line.say(
                #"{"type":"conversation.item.input_audio_transcription.completed","event_id":"e","item_id":"t1","transcript":"Hello."}"#
            )
            try await gateway.message(1, "transcript", at: 1)

            // An event in VR, and the supervisor's verdict.
            try gateway.send(
                1,
                #"{"type":"event","eventId":"e-1","data":{"type":"DOB_CHECK","data":{"entered":"1998-05-12","correct":true}}}"#
            )
            #expect(try await gateway.message(1, "ack")["eventIds"] == ["e-1"])
            try await eventually("the supervisor knows") {
                house.supervisor.told.contains {
                    if case .utterance(_, let said) = $0 { said.text == "Hello yourself." } else { false }
                }
            }
            try house.supervisor.say(.verdict(sessionId: id, verdict: verdict(1, 4)))
            try await gateway.message(1, "attitude", at: 1)
            try await eventually("what the customer saw, and the state") {
                line.events("conversation.item.create").compactMap { $0["item"]?["id"]?.string } == [
                    "scene_1", "sup_1",
                ]
            }

            // The end.
            for event in Fixture.answer(
                "Fine. Bye!", item: "a2", audio: [Fixture.base64(4_800)], after: "sup_1", call: "converted")
            {
                line.say(event)
            }
            let ended = try await gateway.message(1, "session_ended")
            #expect(ended["outcome"] == "converted")
            #expect(ended["endTrigger"] == "end_conversation:converted")
            let score = try await gateway.message(1, "score")
            #expect(score["data"]?["overall"] == 75)
            try await gateway.told("closed") { $0 == .close(s: 1, code: 1000, reason: "session over") }
            try await eventually("OpenAI is hung up on") { !line.isOpen }
            // On a slow machine the customer is asked for a word to the check.
            #expect(line.events("response.create").count <= 1)

            let numbered = gateway.messages(1).compactMap {
                try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
            }
            .filter { $0["type"] != "ready" }.compactMap { $0["seq"]?.number }
            #expect(numbered == Array(1...numbered.count).map(Double.init))

            let record = try await house.record(id)
            #expect(record.status == .ended)
            #expect(record.transcript.map(\.text) == ["Hello.", "Hello yourself.", "Fine. Bye!"])
            #expect(record.transcript.map(\.startTime) == record.transcript.map(\.startTime).sorted())
            #expect(record.events.first?.data == "Session_Start")
            #expect(record.events.last?.data == "Session_End")
            #expect(record.events.contains { $0.eventId == "e-1" && $0.type == .dobCheck })
            #expect(record.moodHistory == [3, 4])
            #expect(record.usage.inputTokens == 20)
            #expect(record.usage.outputTokens == 10)
            // 20 text tokens in at 4 and 10 text tokens out at 24 per million.
            #expect(abs((record.usage.cost ?? 0) - 0.00032) < 1e-9)
            #expect(record.outcomeClaims.map(\.outcome) == [.converted])
            #expect(record.supervisorLogs.count == 1)
            try await eventually("filed") { house.filed.withLock { $0 } == [id] }
            try await eventually("the journal is gone") {
                try FileManager.default.contentsOfDirectory(atPath: house.journalFolder).isEmpty
            }
            #expect(
                house.supervisor.told.contains { if case .close(let closed) = $0 { closed == id } else { false } })
        }
    }

    @Test func `twenty calls at once do not mix, and every byte arrives`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            var ids: [SessionID] = []
            for number in 0..<20 {
                ids.append(try await house.newSession())
                try await gateway.attach(number, ids[number])
                try await gateway.message(number, "ready")
            }
            // The first audio on an upstream connection shows which session it belongs to.
            func audio(_ number: Int, _ piece: Int) -> String {
                Fixture.base64(960 + number * 2, seed: UInt8(piece &* 3))
            }
            for piece in 0..<50 {
                for number in 0..<20 {
                    try gateway.send(number, #"{"type":"audio","data":"\#(audio(number, piece))"}"#)
                }
            }
            var owners: [Int: ScriptedOpenAI.Line] = [:]
            for index in 0..<20 {
                let line = try await house.openAI.line(index)
                try await eventually("audio on line \(index)") { line.events("input_audio_buffer.append").count == 50 }
                let got = line.events("input_audio_buffer.append").map { $0["audio"]?.string }
                let number = try #require((0..<20).first { audio($0, 0) == got[0] })
                #expect(got == (0..<50).map { audio(number, $0) })
                owners[number] = line
            }
            #expect(owners.count == 20)
            for (number, line) in owners {
                for piece in 0..<50 { line.say(Fixture.delta(audio(number, piece), item: "a\(number)")) }
            }
            for number in 0..<20 {
                try await eventually("audio for client \(number)") { gateway.messages(number, "audio").count == 50 }
                #expect(
                    gateway.messages(number, "audio").map { $0["data"]?.string } == (0..<50).map { audio(number, $0) })
                #expect(Set(gateway.messages(number, "audio").map { $0["itemId"]?.string }) == ["a\(number)"])
            }
            for number in 0..<20 { try gateway.send(number, #"{"type":"end_session"}"#) }
            for number in 0..<20 { try await gateway.message(number, "score") }
            for id in ids { #expect(try await house.record(id).status == .ended) }
        }
    }

    @Test func `a gateway that dies is replaced, and its client misses nothing`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let id = try await house.newSession()
            let first = try await ScriptedGateway.connect(to: path)
            try await first.attach(1, id)
            try await first.message(1, "attitude")
            let line = try await house.openAI.line()
            try await eventually("supervised") { !house.supervisor.told.isEmpty }
            first.close()
            try await eventually("upstream is told to forget the sentence") {
                line.events("input_audio_buffer.clear").count == 1
            }
            try house.supervisor.say(.verdict(sessionId: id, verdict: verdict(1, 4)))

            let second = try await ScriptedGateway.connect(to: path, named: "g2")
            try await second.attach(9, id)
            #expect(try await second.message(9, "ready")["seq"].map { $0 == 1 || $0 == 2 } == true)
            try second.send(9, #"{"type":"resume","lastSeq":0}"#)
            let resumed = try await second.message(9, "resumed")
            #expect(resumed["from"] == 1)
            #expect(
                second.messages(9).first { $0.contains(#""attitude""#) }
                    == first.messages(1).first { $0.contains(#""attitude""#) })
            try await second.message(9, "attitude", at: 1)
            #expect(house.openAI.count == 1)
            #expect(line.isOpen)
            try second.send(9, #"{"type":"end_session"}"#)
            try await second.message(9, "score")
        }
    }

    @Test func `a returning client needs its token but no database`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, waiting) = (try await house.newSession(), try await house.newSession())
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, id)
            try await gateway.message(1, "ready")
            await house.store.setOutage(true)
            func rejoin(_ s: Int, _ id: SessionID, _ hash: String) throws {
                try gateway.tell(.rejoin(.init(s: s, sessionId: id, requestId: "r"), tokenHash: hash))
            }
            try rejoin(2, id, "y")
            try await gateway.told("wrong token") { $0 == .refused(s: 2, refusal: .notHere) }
            try rejoin(3, waiting, RelayHouse.tokenHash)
            try await gateway.told("nobody has begun it") { $0 == .refused(s: 3, refusal: .notHere) }
            try rejoin(4, id, RelayHouse.tokenHash)
            try await gateway.told("back") { $0 == .attached(s: 4) }
            try await gateway.told("the older one is sent away") { $0 == .close(s: 1, code: 4409, reason: "replaced") }
            try await gateway.message(4, "ready")
            await house.store.setOutage(false)
        }
    }

    @Test func `a client that is refused a session gets the reason`() async throws {
        let house = try RelayHouse()
        try await house.run(["MAX_SESSIONS": "1"]) { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            try gateway.tell(.attach(.init(s: 1, sessionId: try SessionID("BAT-404").orThrow(), requestId: "r")))
            try await gateway.told("not found") { $0 == .refused(s: 1, refusal: .notFound) }
            let (one, two) = (try await house.newSession(), try await house.newSession())
            try await gateway.attach(2, one)
            try gateway.tell(.attach(.init(s: 3, sessionId: two, requestId: "r")))
            try await gateway.told("full") { $0 == .refused(s: 3, refusal: .full) }
            try await gateway.message(2, "ready")
            try gateway.send(2, #"{"type":"end_session"}"#)
            try await gateway.message(2, "score")
            try await gateway.told("goodbye") { $0 == .close(s: 2, code: 1000, reason: "session over") }
            try gateway.tell(.attach(.init(s: 4, sessionId: one, requestId: "r")))
            try await gateway.told("ended") { $0 == .refused(s: 4, refusal: .ended) }
            await house.store.setOutage(true)
            try gateway.tell(.attach(.init(s: 5, sessionId: two, requestId: "r")))
            try await gateway.told("database away") { $0 == .refused(s: 5, refusal: .storageAway) }
            await house.store.setOutage(false)
        }
    }

    @Test func `events of a batch are stored once, during the call and after it`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            let batch = [event("e1"), event("e2"), event("e1"), event("bad", "SYSTEM")]
            try gateway.tell(.submitEvents(id: "b1", sessionId: id, events: batch))
            func results(_ id: String) async throws -> [EventResult.Status] {
                let answer = try await gateway.told("answer \(id)") {
                    if case .eventsStored(id, _, _) = $0 { true } else { false }
                }
                guard case .eventsStored(_, let results, _) = answer else { return [] }
                return results.map(\.status)
            }
            #expect(try await results("b1") == [.stored, .stored, .duplicate, .invalid])
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "score")
            try gateway.tell(.submitEvents(id: "b2", sessionId: id, events: [event("e2"), event("e3")]))
            #expect(try await results("b2") == [.duplicate, .stored])
            let ids = try await house.record(id).events.compactMap(\.eventId)
            #expect(ids.sorted() == ["e1", "e2", "e3"])
            // Scoring finds the job; the files follow.
            #expect(try await house.record(id).isRejudging)
            try gateway.tell(
                .submitEvents(id: "b3", sessionId: try SessionID("BAT-404").orThrow(), events: [event("e1")]))
            try await gateway.told("not found") { $0 == .failed(id: "b3", refusal: .notFound) }
        }
    }

    @Test func `a lost upstream connection is replaced during the call`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            try gateway.send(1, #"{"type":"text","text":"Hello"}"#)
            try await house.openAI.line(0).hangUp(1001, "Your session hit the maximum duration of 60 minutes.")
            #expect(try await gateway.message(1, "status")["upstream"] == "reconnecting")
            let second = try await house.openAI.line(1)
            #expect(try await gateway.message(1, "status", at: 1)["upstream"] == "ok")
            try await eventually("the answer that was owed is asked for") {
                second.events("response.create").count == 1
            }
            #expect(second.events("conversation.item.create").first?["item"]?["role"] == "user")
            try gateway.send(1, #"{"type":"audio","data":"AAAA"}"#)
            try await eventually("audio on the new line") { second.events("input_audio_buffer.append").count == 1 }
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "score")
            #expect(try await house.record(id).transcript.map(\.text) == ["Hello"])
        }
    }

    @Test func `a key that OpenAI refuses ends the session with a clear error`() async throws {
        let house = try RelayHouse()
        house.openAI.refuse(with: .unauthorized)
        try await house.run { path in
            let id = try await house.newSession()
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, id)
            let error = try await gateway.message(1, "error")
            #expect(error["code"] == "upstream_failed")
            #expect(error["fatal"] == true)
            try await eventually("ended") { try await house.record(id).status == .ended }
            #expect(try await house.record(id).endTrigger == "upstream:invalid_api_key")
        }
    }

    @Test func `without a supervisor the call continues`() async throws {
        let house = try RelayHouse()
        try await house.run(supervised: false) { path in
            let (_, gateway, _) = try await house.call(at: path)
            try gateway.send(1, #"{"type":"text","text":"Hello"}"#)
            let line = try await house.openAI.line()
            try await eventually("an answer is asked for") { line.events("response.create").count == 1 }
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "score")
        }
    }

    @Test func `a database that is unavailable at the end delays only the record`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let (id, gateway, _) = try await house.call(at: path)
            await house.store.setOutage(true)
            try gateway.send(1, #"{"type":"event","eventId":"e1","data":{"type":"TABLET_CHOICE","data":{}}}"#)
            try await gateway.message(1, "ack")
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "session_ended")
            await house.store.setOutage(false)
            try await gateway.message(1, "score")
            #expect(try await house.record(id).events.contains { $0.eventId == "e1" })
        }
    }
}
