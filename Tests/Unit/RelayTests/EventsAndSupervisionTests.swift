import Compliance
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct EventsTests {
    @Test func `an event is recorded, supervised and acknowledged, in this order`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        #expect(
            rig.step(.message(.event(event("e1"))), after: 4_200) == [
                #"record event VR_INTERACTION {"action":"PICKUP"}"#, "supervise event VR_INTERACTION", "ack e1",
            ])
        #expect(rig.facts.last?.time == 5.2)
    }

    @Test func `a repeated event is acknowledged and not recorded again, live or in a batch`() {
        var rig = Rig.talking()
        rig.step(.message(.event(event("e1"))))
        #expect(rig.step(.message(.event(event("e1")))) == ["ack e1"])
        #expect(
            rig.step(
                .batch(number: 7, events: [event("e1"), event("e2"), event("e2"), event(nil), event("e3", "SYSTEM")])
            )
            .last == "answer 7 duplicate,stored,duplicate,stored,invalid")
    }

    @Test(arguments: ["SYSTEM", "SUPERVISOR", "Session_End", ""])
    func `a client cannot send events of the server`(type: String) {
        var rig = Rig.talking()
        #expect(rig.step(.message(.event(event("e1", type)))) == ["send nack e1 invalid_event"])
        #expect(rig.step(.message(.event(event(nil, type)))) == ["send error invalid_event"])
    }

    @Test func `another event under an id that is taken is refused`() {
        var rig = Rig.talking()
        rig.step(.message(.event(event("e1"))))
        let other = ClientEvent(eventId: "e1", data: .init(type: "VR_INTERACTION", data: ["action": "GIVE"]))
        #expect(rig.step(.message(.event(other))) == ["send nack e1 event_id_reused"])
        #expect(rig.conversation.record.events.filter { $0.eventId == "e1" }.count == 1)
    }

    @Test func `an event without an id gets one`() {
        var rig = Rig.talking()
        rig.step(.message(.event(event(nil))))
        rig.step(.message(.event(event(nil))))
        let ids = rig.conversation.record.events.filter { $0.type == .vrInteraction }.compactMap(\.eventId)
        #expect(ids.count == 2)
        #expect(Set(ids).count == 2)
        #expect(ids.allSatisfy { $0.hasPrefix("server-") })
    }

    @Test func `an unreadable date is recorded, and the client is notified`() {
        var rig = Rig.talking()
        func check(_ id: String?) -> ClientEvent {
            ClientEvent(eventId: id, data: .init(type: "DOB_CHECK", data: ["entered": "5/6/1981", "correct": true]))
        }
        #expect(rig.step(.message(.event(check("e1")))).contains("send nack e1 invalid_date"))
        #expect(rig.step(.message(.event(check("e1")))) == ["send nack e1 invalid_date"])
        #expect(rig.step(.message(.event(check(nil)))).contains("send error invalid_date"))
        #expect(rig.conversation.record.events.filter { $0.type == .dobCheck }.count == 2)
        #expect(rig.step(.batch(number: 1, events: [check("e2")])).last == "answer 1 invalid")
    }

    @Test func `times since the app began are shifted per connection`() {
        var rig = Rig.talking()
        func timed(_ id: String, _ time: Double) -> ClientEvent {
            ClientEvent(eventId: id, time: time, data: .init(type: "VR_INTERACTION", data: ["action": "PICKUP"]))
        }
        rig.step(.message(.event(timed("e1", 1_240))), after: 9_000)
        rig.step(.message(.event(timed("e2", 1_250))), after: 10_000)
        rig.step(.batch(number: 1, events: [timed("e3", 12), timed("e4", 15)]))
        let events = rig.conversation.record.events.filter { $0.type == .vrInteraction }
        #expect(events.map(\.time) == [10, 20, 12, 15])
        #expect(events.map(\.clientTime) == [1_240, 1_250, nil, nil])
    }

    @Test func `an interaction that no table knows is counted`() throws {
        let handover = try Rulebook(
            directory: TestFolders.package.appending(path: "Shared/Personas").path
        ).handover()
        var rig = Rig.talking { $0.checkEvent = EventCheck.by($0.rules, handover: handover, startedAt: $0.startedAt) }
        func interaction(_ id: String, _ object: String) -> ClientEvent {
            ClientEvent(
                eventId: id,
                data: .init(type: "VR_INTERACTION", data: ["interactedObject": .string(object), "action": "GIVE"]))
        }
        rig.step(.message(.event(interaction("e1", "Hologram"))))
        rig.step(.message(.event(interaction("e2", "GLO_Device"))))
        #expect(rig.counted == 1)
    }

    @Test func `the number of client events is bounded`() {
        var rig = Rig.talking { $0.limits.events = 2 }
        rig.step(.message(.event(event("e1"))))
        rig.step(.message(.event(event("e2"))))
        #expect(rig.step(.message(.event(event("e3")))) == ["send nack e3 too_many_events"])
    }

    @Test func `the bytes of all events are bounded as well as their number`() {
        // Each event counts 22 bytes: a key of six, a value and an object of eight each.
        var rig = Rig.talking { $0.limits.eventBytes = 50 }
        rig.step(.message(.event(event("e1"))))
        rig.step(.message(.event(event("e2"))))
        #expect(rig.step(.message(.event(event("e3")))) == ["send nack e3 too_many_events"])
    }

    @Test func `an invalid event with a readable id is refused under that id`() {
        var rig = Rig.talking()
        #expect(rig.step(.invalidEvent(eventId: "e1", message: "no")) == ["send nack e1 invalid_event"])
    }

    @Test func `useless messages are answered once per kind, however many arrive`() {
        var rig = Rig.talking()
        #expect(rig.step(.invalidMessage(code: "unknown_message", message: "a")) == ["send error unknown_message"])
        #expect(rig.step(.invalidMessage(code: "invalid_message", message: "b")) == ["send error invalid_message"])
        for _ in 0..<1_000 {
            #expect(rig.step(.invalidMessage(code: "invalid_message", message: "b"), after: 25) == [])
        }
        #expect(rig.conversation.phase == .live(.talking))
        rig.step(.detached)
        rig.step(.attached)
        rig.step(.invalidMessage(code: "invalid_message", message: "b"))
        #expect(rig.did.contains("send error invalid_message"), "a new connection is told again")
    }

    @Test func `a client that floods with messages without effect is closed with a reason`() {
        var rig = Rig.talking()
        for _ in 0..<UselessMessages.mostPerSecond {
            rig.step(.invalidMessage(code: "unknown_message", message: "a"))
        }
        #expect(rig.conversation.phase == .live(.talking))
        rig.step(.invalidMessage(code: "unknown_message", message: "a"))
        #expect(rig.did.suffix(2) == ["send error too_fast fatal", "close 4429"])
        #expect(rig.conversation.phase == .live(.suspended))
    }

    @Test func `an event from before the first connection is a duplicate when it comes again, live or in a batch`() {
        let early = SessionEvent(eventId: "e1", time: 0, type: .vrInteraction, data: ["action": "PICKUP"])
        var rig = Rig.talking { $0.earlierEvents = [early] }
        rig.step(.supervisorFound)
        #expect(rig.step(.message(.event(event("e1")))) == ["ack e1"])
        #expect(rig.step(.batch(number: 1, events: [event("e1")])) == ["answer 1 duplicate"])
        let other = ClientEvent(eventId: "e1", data: .init(type: "VR_INTERACTION", data: ["action": "GIVE"]))
        #expect(rig.step(.message(.event(other))) == ["send nack e1 event_id_reused"])
        #expect(rig.step(.batch(number: 2, events: [other])) == ["answer 2 invalid"])
        #expect(!rig.facts.contains { if case .event(let event) = $0.content { event.isFromClient } else { false } })
        #expect(rig.supervised.count { if case .event = $0 { true } else { false } } == 0)
    }

    @Test func `an id that is used again is noticed after a reconnect and in the next process`() {
        var rig = Rig.talking()
        func timed(_ value: JSONValue) -> ClientEvent {
            ClientEvent(eventId: "1", time: 2.5, data: .init(type: "VR_INTERACTION", data: ["x": value]))
        }
        rig.step(.message(.event(timed(0.1))))
        rig.step(.detached)
        rig.step(.attached)
        rig.step(.message(.event(timed(0.2))))
        #expect(rig.did.last == "send nack 1 event_id_reused")
        #expect(rig.step(.message(.event(timed(0.1)))) == ["ack 1"])
        var next = rig.takenOver()
        next.step(.message(.event(timed(0.1))))
        #expect(next.did.last == "ack 1")
        #expect(next.step(.message(.event(timed(0.2)))) == ["send nack 1 event_id_reused"])
        #expect(next.step(.batch(number: 1, events: [timed(0.2), timed(0.1)])).last == "answer 1 invalid,duplicate")
    }

    @Test func `events from before the first connection count towards what a session keeps`() {
        let early = SessionEvent(eventId: "e0", time: 0, type: .vrInteraction, data: ["action": "PICKUP"])
        var rig = Rig.talking {
            $0.earlierEvents = [early]
            $0.limits.events = 2
        }
        #expect(rig.step(.message(.event(event("e1")))).last == "ack e1")
        #expect(rig.step(.message(.event(event("e2")))) == ["send nack e2 too_many_events"])
    }

    @Test func `a ping is answered with its pong`() {
        var rig = Rig.talking()
        #expect(rig.step(.message(.ping(t: 1))) == ["send pong"])
    }
}

@Suite struct SupervisionTests {
    @Test func `a verdict moves the attitude, is recorded and sent, and replaces the last state in the conversation`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        #expect(
            rig.step(.verdict(verdict(1, 4)), after: 1_000) == [
                "system sup_1 [state] attitude=4 direction=rising. Soften.", "record log 1 verdict",
                "record attitude 4",
                #"record event SUPERVISOR {"attitude":4,"direction":"rising","guidance":"Soften."}"#,
                "send 2 attitude 4",
            ])
        #expect(
            rig.step(.verdict(verdict(2, 5))).prefix(2) == [
                "delete sup_1", "system sup_2 [state] attitude=5 direction=rising. Soften.",
            ])
    }

    @Test func `the state waits while an answer is under way, and only the newest goes in`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.step(.verdict(verdict(1, 4)))
        rig.step(.verdict(verdict(2, 5)))
        #expect(!rig.history.contains { $0.hasPrefix("system") })
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        #expect(rig.did == ["start stall 60000", "system sup_1 [state] attitude=5 direction=rising. Soften."])
        #expect(!rig.history.contains("respond"))
    }

    @Test(arguments: [(10, 5), (0, 1), (5, 5), (4, 4)])
    func `no verdict moves the attitude by more than two`(proposed: Int, taken: Int) {
        var rig = Rig.talking()
        rig.step(.verdict(verdict(1, proposed)))
        #expect(rig.did.contains("send 2 attitude \(taken)"))
    }

    @Test func `a verdict that comes after a newer one is dropped`() {
        var rig = Rig.talking()
        rig.step(.verdict(verdict(5, 4)))
        #expect(rig.step(.verdict(verdict(4, 2))) == [])
        #expect(rig.step(.verdict(verdict(5, 2))) == [])
        #expect(rig.step(.evaluationFailed(evalSeq: 6, code: "model_timeout")) == ["record log 6 model_timeout"])
        #expect(rig.step(.verdict(verdict(6, 2))) == [])
    }

    @Test func `guidance is one line of at most 300 characters`() {
        var rig = Rig.talking()
        rig.step(.verdict(verdict(1, 4, guidance: String(repeating: "a\n", count: 400))))
        let state = rig.did.last { $0.hasPrefix("system") } ?? ""
        #expect(state.count < 370)
        #expect(!state.contains("\n"))
    }

    @Test func `another worker gets everything that has happened`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        rig.step(.verdict(verdict(1, 4, judged: ["u1"])))
        rig.step(.supervisorLost)
        rig.hear(.committed(itemId: "t2", after: .item("t1")), .transcribed(itemId: "t2", text: "More."))
        #expect(!rig.history.contains("supervise More."))
        #expect(rig.step(.supervisorFound) == ["supervise open 2 4 1 unjudged u2"])
    }

    @Test func `an evaluation that was lost with its worker is owed by the next one, also after this relay`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        rig.answer("Yes?", length: 1_000)
        rig.fire(.playback, after: 1_000)
        rig.step(.verdict(verdict(1, 4, judged: ["u1", "u2"])))
        rig.answer("And?", item: "a2", response: "r2", length: 1_000)
        rig.fire(.playback, after: 1_000)
        rig.step(.supervisorLost)
        let opened = ["start verdict 20000", "supervise open 3 4 1 unjudged u3"]
        #expect(rig.step(.supervisorFound) == opened)

        var next = rig.takenOver()
        #expect(next.step(.supervisorFound) == opened)
    }

    @Test func `a verdict that names no utterances covers all of them`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        rig.answer("Yes?", length: 1_000)
        rig.fire(.playback, after: 1_000)
        rig.step(.verdict(verdict(1, 4)))
        rig.step(.supervisorLost)
        #expect(rig.step(.supervisorFound) == ["supervise open 2 4 1"])
        var next = rig.takenOver()
        #expect(next.step(.supervisorFound) == ["supervise open 2 4 1"])
    }

    @Test func `a verdict is accepted while upstream is not open yet`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        var next = rig.takenOver()
        next.step(.supervisorFound)
        #expect(next.conversation.phase == .live(.connecting))
        next.step(.verdict(verdict(1, 4, judged: [])))
        #expect(next.conversation.supervision.attitude == 4)
    }

    @Test func `a worker that comes while OpenAI cannot be reached supervises the session`() {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.supervisorFound)
        for _ in 0..<6 {
            rig.step(.upstreamLost(.reconnect, detail: ""))
            rig.fire(.reconnect, after: 500)
        }
        #expect(rig.conversation.phase == .waiting)
        rig.step(.supervisorLost)
        #expect(rig.step(.supervisorFound) == ["supervise open 0 3 0"])
        rig.step(.attached)
        #expect(rig.conversation.supervision.isSupervised)
    }

    @Test func `a worker that does not answer within its time is replaced`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.answer("Good day.", length: 1_000)
        rig.fire(.playback, after: 1_000)
        #expect(!rig.history.contains { $0.hasPrefix("start verdict") }, "nothing is judged before the trainee spoke")
        rig.hear(.committed(itemId: "t1", after: .item("a1")), .transcribed(itemId: "t1", text: "Hello."))
        rig.answer("Yes?", item: "a2", response: "r2", length: 1_000)
        #expect(rig.fire(.playback, after: 1_000).contains("start verdict 20000"))
        #expect(rig.fire(.verdict, after: 20_000) == ["replace supervisor"])
        rig.step(.supervisorLost)
        rig.step(.supervisorFound)
        #expect(rig.did.contains("supervise open 3 3 0 unjudged u1,u2,u3"))
    }

    @Test func `a worker that answers in time, with a verdict or a failure, stays`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        rig.answer("Yes?", length: 1_000)
        rig.fire(.playback, after: 1_000)
        #expect(rig.step(.verdict(verdict(1, 4))).contains("stop verdict"))
        rig.answer("And?", item: "a2", response: "r2", length: 1_000)
        rig.fire(.playback, after: 1_000)
        #expect(rig.step(.evaluationFailed(evalSeq: 2, code: "model_timeout")).contains("stop verdict"))
    }

    @Test func `words that are still being spoken are not in the snapshot`() {
        var rig = Rig.talking()
        rig.answer("Good day.", length: 2_000)
        rig.fire(.playback, after: 1)
        #expect(rig.step(.supervisorFound) == ["supervise open 0 3 0"])
        #expect(rig.fire(.playback, after: 1_999).contains("supervise Good day."))
    }

    @Test func `a finding is sent, and a forbidden word is an error in the events`() {
        var rig = Rig.talking()
        #expect(
            rig.step(.finding(finding("forbidden_word"))) == [
                "record finding forbidden_word",
                #"record event ERROR {"errorType":"forbidden_word","word":"free"}"#, "send 2 compliance forbidden_word",
            ])
        #expect(rig.step(.finding(finding("forbidden_word"))) == [])
        #expect(
            rig.step(.finding(finding("age_check"))) == ["record finding age_check", "send 3 compliance age_check"])
    }

    struct Wish: CustomTestStringConvertible {
        var outcomes: [Outcome?]
        var at: Int
        var ends: Bool
        var testDescription: String { "\(outcomes.map { $0?.rawValue ?? "-" }) at \(at)" }
    }

    @Test(arguments: [
        Wish(outcomes: [.rejected, .rejected], at: 30_000, ends: true),
        Wish(outcomes: [.rejected], at: 30_000, ends: false),
        Wish(outcomes: [.rejected, nil, .rejected], at: 30_000, ends: false),
        Wish(outcomes: [.rejected, .converted], at: 30_000, ends: false),
        Wish(outcomes: [.rejected, .rejected], at: 10_000, ends: false),
    ])
    func `the supervisor ends a session when two evaluations agree, after 20 s`(wish: Wish) {
        var rig = Rig.talking()
        rig.step(.supervisorFound, after: wish.at - 1_000)
        for (index, outcome) in wish.outcomes.enumerated() {
            rig.step(.verdict(verdict(index + 1, 3, end: outcome)))
        }
        #expect((rig.conversation.phase != .live(.talking)) == wish.ends)
        if wish.ends { #expect(rig.ending?.endTrigger == "supervisor:rejected") }
    }

    @Test func `the end waits for the end of the turn`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"), after: 30_000)
        rig.audio(2_000, of: "a1")
        rig.step(.verdict(verdict(1, 3, end: .rejected)))
        rig.step(.verdict(verdict(2, 3, end: .rejected)))
        #expect(rig.conversation.phase == .live(.talking))
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "No."),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.conversation.phase == .live(.talking))
        rig.fire(.playback, after: 2_000)
        #expect(rig.conversation.phase != .live(.talking))
    }
}
