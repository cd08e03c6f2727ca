import Domain
import Foundation
import TestSupport
import Testing
import Wire

@testable import Conversation
@testable import RelayService

/// What clients, models and servers may make a session hold.
@Suite struct BudgetTests {
    /// One letter with 128 combining marks: one character, 257 bytes.
    static let stacked = "a" + String(repeating: "\u{301}", count: 128)

    private func errors(_ rig: Rig) -> [ErrorCode] {
        rig.sent.compactMap { if case .error(_, let code, _, _, _) = $0 { code } else { nil } }
    }

    // MARK: Typed text

    @Test func `a typed line is bounded in bytes, not only in characters`() {
        var rig = Rig.talking()
        let line = String(repeating: Self.stacked, count: 200)
        #expect(line.count == 200)
        #expect(rig.step(.message(.text(line))) == ["send error invalid_message"])
        #expect(rig.transcript.isEmpty)
    }

    @Test func `text beyond one megabyte is refused, and the client is notified once`() {
        var rig = Rig.talking()
        let line = String(repeating: "€", count: 4_000)
        for _ in 0..<100 { rig.step(.message(.text(line)), after: 50) }
        #expect(rig.transcript.count == 87)
        #expect(errors(rig) == ["too_much_text"])
        // The call goes on.
        rig.hear(.committed(itemId: "t1", after: .unknown), .transcribed(itemId: "t1", text: "But I can still speak."))
        #expect(rig.transcript.last?.text == "But I can still speak.")
    }

    // MARK: Invisible characters

    @Test func `invisible characters are removed from text sent to the customer`() {
        var rig = Rig.talking()
        let typed = "Good\u{200B} day\u{E0049}\u{E0067}.\u{202E}"
        let did = rig.step(.message(.text(typed)))
        #expect(did.contains("user line_1 Good day."))
        #expect(rig.transcript.map(\.text) == [typed])
        // Also on a new upstream connection.
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.fire(.reconnect, after: 1_000)
        rig.step(.upstreamOpened)
        rig.step(.upstream(.sessionUpdated))
        #expect(rig.history.filter { $0.hasPrefix("user ") }.allSatisfy { $0.hasSuffix(" Good day.") })
        #expect(rig.history.count { $0.hasPrefix("user ") } == 2)
    }

    @Test func `text of invisible characters only is refused`() {
        var rig = Rig.talking()
        #expect(rig.step(.message(.text("\u{200B}\u{E0041}"))) == ["send error invalid_message"])
    }

    // MARK: Events

    @Test func `an event's id is bounded in bytes`() {
        var rig = Rig.talking()
        #expect(rig.step(.message(.event(event(Self.stacked)))) == ["send error invalid_event"])
        #expect(rig.step(.batch(number: 1, events: [event(Self.stacked)])).last == "answer 1 invalid")
    }

    // MARK: Coming back

    @Test func `a connection may resume only a few times`() {
        var rig = Rig.talking()
        for _ in 0..<50 { rig.step(.message(.resume(lastSeq: 0, played: nil))) }
        #expect(rig.sent.count { if case .resumed = $0 { true } else { false } } == 5)
        #expect(errors(rig) == ["invalid_message"])
    }

    // MARK: Servers and models

    @Test func `a transcript of a server is bounded`() throws {
        var rig = Rig.talking()
        let text = String(repeating: "word ", count: 200_000)
        rig.hear(.committed(itemId: "t1", after: .unknown), .transcribed(itemId: "t1", text: text))
        rig.answer(text)
        rig.fire(.playback, after: 2_000)
        let sizes = rig.transcript.map(\.text.utf8.count)
        #expect(sizes.count == 2)
        #expect(sizes.allSatisfy { $0 <= 16_384 })
        #expect(rig.transcript.first?.text.hasSuffix("[…]") == true)
    }

    @Test func `every text of a verdict is bounded`() throws {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        var hostile = verdict(1, 4, guidance: String(repeating: Self.stacked, count: 300))
        hostile.model = String(repeating: "m", count: 400_000)
        hostile.flags = Array(repeating: "f", count: 100_000)
        rig.step(.verdict(hostile))
        let logs = rig.facts.compactMap { if case .supervisorLog(let log) = $0.content { log } else { nil } }
        #expect(logs.count == 1)
        #expect(try JSONEncoder().encode(logs).count < 5_000)
        #expect(rig.commands.allSatisfy { "\($0.command)".utf8.count < 5_000 })
    }

    @Test func `verdicts and findings beyond the limit are not recorded`() {
        var rig = Rig.talking {
            $0.limits.verdicts = 3
            $0.limits.findings = 2
        }
        rig.step(.supervisorFound)
        for number in 1...5 { rig.step(.verdict(verdict(number, 4))) }
        rig.step(.evaluationFailed(evalSeq: 6, code: "model_timeout"))
        for number in 1...5 {
            var finding = finding(.forbiddenWord)
            finding.findingId = "f\(number)"
            rig.step(.finding(finding))
        }
        #expect(rig.facts.count { if case .supervisorLog = $0.content { true } else { false } } == 3)
        #expect(rig.facts.count { if case .finding = $0.content { true } else { false } } == 2)
    }

    @Test func `the next relay continues with the remaining budget`() {
        var rig = Rig.talking { $0.limits.textLines = 3 }
        for _ in 0..<2 { rig.step(.message(.text("Hello?"))) }
        let facts = rig.facts
        var next = Rig {
            $0.limits.textLines = 3
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: 10_000)
        }
        next.step(.opened)
        next.step(.attached)
        next.step(.upstreamOpened)
        next.step(.upstream(.sessionUpdated))
        next.step(.message(.resume(lastSeq: 0, played: nil)))
        for _ in 0..<3 { next.step(.message(.text("Hello?"))) }
        #expect(errors(next) == ["too_much_text"])
        #expect(next.facts.count { if case .utterance = $0.content { true } else { false } } == 1)
    }

    // MARK: An end that always fits

    @Test func `an end that the store refuses is stored in reduced form`() async throws {
        let house = try RelayHouse()
        await house.store.refuseEnds { end in
            end.facts.contains { fact in
                guard case .event(let event) = fact.content else { return false }
                return event.data["action"] == "PICKUP"
            }
        }
        try await house.run { path in
            let id = try await house.newSession()
            let gateway = try await ScriptedGateway.connect(to: path)
            try await talk(house, gateway, 1, id)
            try gateway.send(
                1, #"{"type":"event","eventId":"e1","data":{"type":"VR_INTERACTION","data":{"action":"PICKUP"}}}"#)
            try await gateway.message(1, "ack")
            try gateway.send(1, #"{"type":"end_session"}"#)
            try await gateway.message(1, "score")
            let record = try await house.record(id)
            #expect(record.status == .ended)
            #expect(record.events.first { $0.eventId == "e1" }?.data == ["omitted": "not storable"])
        }
    }

    // MARK: The supervisors' link

    @Test func `a session too large for a packet affects neither the link nor other sessions`() async throws {
        let house = try RelayHouse()
        try await house.run { path in
            let gateway = try await ScriptedGateway.connect(to: path)
            let (large, small) = (try await house.newSession(), try await house.newSession())
            try await talk(house, gateway, 1, large)
            // Control characters take one byte here, and six in JSON.
            let data = JSONValue.string(String(repeating: "\u{1}", count: 64_000))
            for batch in 0..<8 {
                let events = (0..<8).map {
                    ClientEvent(eventId: "e\(batch)-\($0)", data: .init(type: "VR_INTERACTION", data: data))
                }
                try gateway.tell(.submitEvents(id: "b\(batch)", sessionId: large, events: events))
                try await gateway.told("batch \(batch)") { message in
                    guard case .eventsStored(let id, _, _) = message else { return false }
                    return id == "b\(batch)"
                }
            }
            try await talk(house, gateway, 2, small)
            let before = house.supervisor.opened
            house.supervisor.hangUp()
            try await eventually("both sessions are opened again") {
                let opened = house.supervisor.opened.dropFirst(before.count)
                return opened.contains(large) && opened.contains(small)
            }
            try house.supervisor.say(.verdict(sessionId: small, verdict: verdict(1, 4)))
            try await gateway.message(2, "attitude", at: 1)
            let after = house.supervisor.opened
            #expect(after.count == before.count + 2)
        }
    }

    private func talk(
        _ house: RelayHouse, _ gateway: ScriptedGateway, _ seat: Int, _ id: SessionID
    ) async throws {
        try await gateway.attach(seat, id)
        try await gateway.message(seat, "ready")
        try await eventually("supervised") { house.supervisor.opened.contains(id) }
    }
}
