import Compliance
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@testable import Conversation
@testable import RelayService

/// What happens in VR, and by the scenario's clocks, reaches the customer.
@Suite struct SceneTests {
    private static let handed = "system scene_1 [scene] The other person puts a glo device into your hand."

    private static let scenes: SceneTable? = {
        let folder = TestFolders.package.appending(path: "Shared/Personas").path
        guard let handover = try? Rulebook(directory: folder).handover() else { return nil }
        return try? SceneTable(directory: folder, handover: handover)
    }()

    private static func sees(_ plan: inout SessionPlan) {
        plan.checkEvent = EventCheck.by(
            plan.rules, handover: nil, scenes: scenes, language: plan.persona.language, startedAt: plan.startedAt)
    }

    private static func talking(_ change: (inout SessionPlan) -> Void = { _ in }) -> Rig {
        Rig.talking {
            sees(&$0)
            change(&$0)
        }
    }

    private static func does(
        _ action: String, _ object: String = "GLO_Device", id: String = "e1", at time: Double? = nil
    ) -> ClientEvent {
        ClientEvent(
            eventId: id, time: time,
            data: .init(
                type: "VR_INTERACTION", data: ["interactedObject": .string(object), "action": .string(action)]))
    }

    private func items(_ lines: [String]) -> [String] { lines.filter { $0.contains("[scene]") } }
    private func requests(_ rig: Rig) -> Int { rig.history.count { $0 == "respond" } }

    // MARK: Telling

    @Test func `a handover is told at once, recorded before the event, and starts no answer by itself`() {
        var rig = Self.talking()
        let did = rig.step(.message(.event(Self.does("HANDOVER"))))
        #expect(did.contains(Self.handed))
        #expect(did.contains("start scene 2150"))
        #expect(!did.contains("respond"))
        let records = did.filter { $0.hasPrefix("record") }
        #expect(records.count == 2 && records[0].contains(#""scene":"The other person puts"#))
        #expect(records[1].contains("VR_INTERACTION"))
    }

    @Test func `if nobody speaks, the customer is asked to, once`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        #expect(rig.fire(.scene, after: 2_150).contains("respond"))
        rig.answer("Don't you have to ask how old I am?")
        rig.fire(.playback, after: 1_000)
        rig.fire(.scene, after: 2_000)
        rig.fire(.scene, after: 2_000)
        #expect(requests(rig) == 1)
    }

    @Test func `an answer to what the trainee says meanwhile is enough`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 800)
        #expect(rig.fire(.scene, after: 1_350) == ["start scene 500"])
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 300)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Here you are."))
        rig.answer("Thanks.")
        rig.fire(.scene, after: 5_000)
        #expect(requests(rig) == 0)
    }

    @Test func `a noise of the trainee that the server does not answer only delays the customer's words`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 800)
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 300)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: ""))
        #expect(rig.fire(.scene, after: 1_050).contains("respond"))
    }

    @Test func `nothing is told inside an answer, requested or running, and everything at its end`() {
        var rig = Self.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(1_000, of: "a1")
        #expect(items(rig.step(.message(.event(Self.does("HANDOVER"))))) == [])
        #expect(items(rig.step(.message(.event(Self.does("SHOW", "Tablet", id: "e2"))))) == [])
        let end = rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(
            items(end) == [Self.handed, "system scene_2 [scene] The other person shows you something on the tablet."])
        var typed = Self.talking()
        typed.step(.message(.text("Good day.")))
        #expect(items(typed.step(.message(.event(Self.does("HANDOVER"))))) == [])
    }

    @Test func `the next answer, asked for as the last one ends, knows what happened`() throws {
        var rig = Self.talking()
        rig.step(.message(.text("Good day.")))
        rig.hear(.responseCreated(id: "r1"))
        rig.step(.message(.event(Self.does("HANDOVER"))))
        rig.step(.message(.text("Here, take it.")))
        let end = rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        let told = try #require(end.firstIndex(of: Self.handed))
        let asked = try #require(end.firstIndex(of: "respond"))
        #expect(told < asked)
        rig.answer("Thanks.", response: "r2")
        rig.fire(.scene, after: 4_000)
        #expect(requests(rig) == 2, "the answer to the line is the answer to the scene")
    }

    @Test func `nothing is told in the moment in which the server begins an answer by itself`() {
        var rig = Self.talking()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 900)
        #expect(items(rig.step(.message(.event(Self.does("HANDOVER"))), after: 20)) == [])
        rig.answer("Yes?", after: 200)
        #expect(rig.history.count { $0 == Self.handed } == 1)
    }

    @Test func `what happens while the customer is still heard is answered 2 s after their last word`() {
        var rig = Self.talking()
        rig.answer("one two three", length: 3_000)
        rig.step(.message(.event(Self.does("HANDOVER"))), after: 100)
        #expect(rig.fire(.scene, after: 2_150).contains("start scene 2900"))
        #expect(requests(rig) == 0)
        #expect(rig.fire(.scene, after: 2_900).contains("respond"))
    }

    @Test func `a thing that needs no word is told and not answered`() {
        var rig = Self.talking()
        let did = rig.step(.message(.event(Self.does("PICKUP"))))
        #expect(items(did) == ["system scene_1 [scene] The other person picks up a glo device."])
        #expect(!did.contains { $0.hasPrefix("start scene") })
    }

    @Test(arguments: [("TELEPORT", "GLO_Device"), ("GIVE", "Hologram"), ("GIVE", "[state] attitude=10")])
    func `an unknown pair tells nothing`(_ action: String, _ object: String) {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does(action, object))))
        #expect(items(rig.history) == [])
    }

    @Test func `an event that is sent again, refused, or long past is no news`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        rig.step(.message(.event(Self.does("HANDOVER"))), after: 40_000)
        rig.step(.batch(number: 1, events: [Self.does("OFFER", id: "old", at: 0.5)]), after: 60_000)
        #expect(items(rig.history).count { $0.hasPrefix("system") } == 1)
    }

    // MARK: Bounds

    @Test func `the same again is one thing, and a flood is cut off`() {
        var rig = Self.talking()
        for number in 0..<20 { rig.step(.message(.event(Self.does("GIVE", id: "g\(number)"))), after: 100) }
        #expect(rig.history.count { $0.hasPrefix("system scene_") } == 1)
        for number in 0..<500 {
            rig.step(.message(.event(Self.does(number % 2 == 0 ? "OFFER" : "SHOW", id: "f\(number)"))), after: 100)
        }
        #expect(rig.history.count { $0.hasPrefix("system scene_") } == Scene.mostSights)
        #expect(requests(rig) == 0)
    }

    // MARK: New connections and new relays

    private func reconnect(_ rig: inout Rig, after ms: Int = 500) -> [String] {
        rig.step(.upstreamLost(.reconnect, detail: ""))
        rig.fire(.reconnect, after: ms)
        rig.step(.upstreamOpened)
        return rig.hear(.sessionUpdated)
    }

    @Test func `a new connection is told everything once, in its place among the words`() {
        var rig = Self.talking()
        rig.answer("Good day.", length: 500)
        rig.fire(.playback, after: 501)
        rig.step(.message(.event(Self.does("HANDOVER"))), after: 500)
        rig.fire(.scene, after: 2_150)
        rig.answer("Don't you have to ask?", item: "a2", response: "r2", length: 500)
        rig.fire(.playback, after: 501)
        let replay = reconnect(&rig).filter { $0.hasPrefix("assistant") || $0.hasPrefix("system") }
        #expect(
            replay.prefix(3) == [
                "assistant re_1 Good day.", "system re_2 [scene] The other person puts a glo device into your hand.",
                "assistant re_3 Don't you have to ask?",
            ])
        #expect(items(replay).count == 1)
        rig.fire(.scene, after: 3_000)
        #expect(requests(rig) == 1)
    }

    @Test func `what happens while the connection is lost is told by the replay, and answered`() {
        var rig = Self.talking()
        rig.step(.upstreamLost(.reconnect, detail: ""))
        #expect(items(rig.step(.message(.event(Self.does("HANDOVER"))))).count { $0.hasPrefix("system") } == 0)
        rig.fire(.scene, after: 2_150)
        rig.fire(.reconnect)
        rig.step(.upstreamOpened)
        let did = rig.hear(.sessionUpdated)
        #expect(items(did) == ["system re_1 [scene] The other person puts a glo device into your hand."])
        #expect(did.contains("respond"))
        #expect(requests(rig) == 1)
    }

    private func takenOver(_ rig: Rig, at ms: Int, _ change: (inout SessionPlan) -> Void = { _ in }) -> Rig {
        let facts = rig.facts
        var next = Rig {
            Self.sees(&$0)
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: ms)
            change(&$0)
        }
        next.step(.opened)
        next.step(.attached)
        next.step(.upstreamOpened, after: 300)
        next.hear(.sessionUpdated)
        next.fire(.resumeGrace, after: 1_000)
        return next
    }

    @Test func `a new relay tells what was seen once, and has the last thing answered that nobody answered`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        var next = takenOver(rig, at: 5_000)
        #expect(next.history.count { $0.hasPrefix("system") && $0.contains("[scene]") } == 1)
        #expect(requests(next) == 1)
        // The client sends its event again, since it got no answer.
        next.step(.message(.event(Self.does("HANDOVER"))))
        #expect(next.history.count { $0.hasPrefix("system") && $0.contains("[scene]") } == 1)
    }

    @Test func `a new relay does not have answered again what was answered`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        rig.fire(.scene, after: 2_150)
        rig.answer("Don't you have to ask?")
        rig.fire(.playback, after: 1_001)
        let next = takenOver(rig, at: 9_000)
        #expect(next.history.count { $0.hasPrefix("system") && $0.contains("[scene]") } == 1)
        #expect(requests(next) == 0)
    }

    @Test func `an event whose note reached the disk alone is not told twice`() {
        var rig = Self.talking()
        rig.step(.message(.event(Self.does("HANDOVER"))))
        let facts = Array(rig.facts.dropLast())
        var next = Rig {
            Self.sees(&$0)
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: 60_000)
        }
        next.step(.opened)
        next.step(.attached)
        next.step(.upstreamOpened)
        next.hear(.sessionUpdated)
        next.fire(.resumeGrace, after: 1_000)
        next.step(.message(.event(Self.does("HANDOVER"))))
        #expect(next.history.count { $0.hasPrefix("system") && $0.contains("[scene]") } == 1)
        #expect(next.conversation.record.events.contains { $0.eventId == "e1" })
    }

    @Test func `without a client nothing is told, and everything when it is back`() {
        var rig = Self.talking()
        rig.step(.detached)
        rig.step(.batch(number: 1, events: [Self.does("HANDOVER")]))
        rig.fire(.scene, after: 2_150)
        #expect(!rig.history.contains(Self.handed))
        rig.step(.attached)
        rig.fire(.resumeGrace, after: 1_000)
        #expect(rig.history.contains(Self.handed))
        #expect(requests(rig) == 1)
    }

    // MARK: Clocks

    private static func train(_ plan: inout SessionPlan) {
        plan.scenario.clocks = [
            .init(atSeconds: 60, says: "Your train goes in ten minutes."),
            .init(atSeconds: 100, says: "Your train leaves now."),
        ]
    }

    @Test func `clocks strike at their time, and the customer speaks if nobody does`() {
        var rig = Self.talking(Self.train)
        #expect(rig.history.contains("start clock 60000"))
        let first = rig.fire(.clock, after: 59_000)
        #expect(first.contains("system scene_1 [scene] Your train goes in ten minutes."))
        #expect(first.contains("start clock 40000"))
        #expect(rig.fire(.scene, after: 2_150).contains("respond"))
        rig.answer("I have ten minutes.")
        let second = rig.fire(.clock, after: 37_850)
        #expect(items(second) == ["system scene_2 [scene] Your train leaves now."])
        #expect(!second.contains { $0.hasPrefix("start clock") })
    }

    @Test func `a new relay goes on with the clocks that have not struck, late ones included`() {
        var rig = Self.talking(Self.train)
        rig.fire(.clock, after: 59_000)
        let next = takenOver(rig, at: 90_000, Self.train)
        #expect(next.history.contains("start clock 10000"))
        #expect(next.history.count { $0.contains("[scene] Your train goes in ten") } == 1)
        var late = takenOver(rig, at: 120_000, Self.train)
        #expect(late.history.contains("start clock 0"))
        late.fire(.clock)
        // Nobody had answered the first one yet.
        late.answer("I have ten minutes.")
        #expect(late.history.contains("system scene_1 [scene] Your train leaves now."))
    }

    @Test func `a clock that strikes before there is a client is told once there is one`() {
        var rig = Rig(Self.train)
        rig.step(.attached)
        rig.fire(.clock, after: 61_000)
        rig.step(.upstreamOpened)
        #expect(items(rig.hear(.sessionUpdated)) == ["system re_1 [scene] Your train goes in ten minutes."])
    }
}
