import Domain
import Testing

@testable import Conversation

@Suite struct CustomerNotesTests {
    private static let claim = HeardClaim(
        entry: "harmless", findingId: "u2.harmless",
        text: "The other person has just told you that it does no harm. You doubt it.")

    private static func heard(_ number: Int) -> String {
        "system note_\(number) [heard] \(claim.text)"
    }

    /// A conversation in which the customer has said `a1`, which is `u1`.
    private func spoken() -> Rig {
        var rig = Rig.talking()
        rig.answer("Yes?", item: "a1", response: "r1", length: 500)
        rig.fire(.playback, after: 1_000)
        return rig
    }

    private func corrections(_ rig: Rig) -> [String] { rig.history.filter { $0.contains("[role]") } }

    // MARK: What he noticed

    @Test func `the customer is told once of each entry what he heard, and no answer is asked for`() {
        var rig = spoken()
        rig.step(.heard(Self.claim))
        #expect(rig.did.first == Self.heard(1))
        rig.step(.heard(Self.claim))
        var again = Self.claim
        again.findingId = "u9.harmless"
        rig.step(.heard(again))
        #expect(rig.history.filter { $0.contains("[heard]") }.count == 1)
        #expect(!rig.history.contains("respond"))
    }

    @Test func `what he heard never goes into a running answer`() {
        var rig = spoken()
        rig.hear(.responseCreated(id: "r2"))
        rig.step(.heard(Self.claim))
        #expect(!rig.history.contains(Self.heard(1)))
        rig.hear(.responseDone(.init(id: "r2", status: .cancelled, output: [])))
        #expect(rig.history.contains(Self.heard(1)))
    }

    @Test func `nor into one that the server is about to begin`() {
        var rig = spoken()
        rig.hear(
            .speechStarted(itemId: "t1", audioStartMs: 0), .speechStopped(itemId: "t1", audioEndMs: 900),
            .committed(itemId: "t1", after: .unknown))
        rig.step(.heard(Self.claim))
        rig.step(.verdict(verdict(1, 4)))
        #expect(!rig.history.contains { $0.hasPrefix("system") })
        rig.answer("Hm.", item: "a2", response: "r2")
        #expect(rig.history.contains(Self.heard(1)))
        #expect(rig.history.contains { $0.hasPrefix("system sup_1") })
    }

    @Test func `a claim that is withdrawn before he is told is not told`() {
        var rig = spoken()
        rig.hear(.responseCreated(id: "r2"))
        rig.step(.heard(Self.claim))
        rig.step(
            .finding(
                Finding(
                    findingId: "u2.harmless", id: "harmless", rule: .forbiddenWord, status: .dismissed,
                    severity: .blocker, message: "No.", evidence: Evidence(utteranceId: "u2", text: "harmless"), time: 1
                )))
        rig.hear(.responseDone(.init(id: "r2", status: .cancelled, output: [])))
        #expect(!rig.history.contains { $0.contains("[heard]") })
    }

    @Test func `a new connection is told again what no answer has followed, and nothing else`() {
        var rig = spoken()
        rig.step(.heard(Self.claim))
        rig.step(.upstreamLost(.reconnect, detail: "gone"))
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
        #expect(rig.history.contains(Self.heard(2)))
        rig.answer("I doubt that.", item: "a2", response: "r2")
        rig.step(.upstreamLost(.reconnect, detail: "gone"))
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
        #expect(rig.history.filter { $0.contains("[heard]") }.count == 2)
    }

    @Test(arguments: [false, true])
    func `the next relay tells what no answer has followed`(isAnswered: Bool) {
        var rig = spoken()
        rig.step(.heard(Self.claim))
        if isAnswered {
            rig.answer("I doubt that.", item: "a2", response: "r2", length: 500)
            rig.fire(.playback, after: 1_000)
        }
        var next = rig.takenOver()
        next.step(.upstreamOpened)
        next.hear(.sessionUpdated)
        #expect(next.history.filter { $0.contains("[heard]") }.count == (isAnswered ? 0 : 1))
        next.step(.heard(Self.claim))
        #expect(next.history.filter { $0.contains("[heard]") }.count == (isAnswered ? 0 : 1), "not a second time")
    }

    @Test func `what is told in a session is bounded`() {
        var rig = spoken()
        for number in 1...100 {
            rig.step(.heard(HeardClaim(entry: "entry-\(number)", findingId: "u\(number)", text: "You heard it.")))
        }
        #expect(rig.history.filter { $0.contains("[heard]") }.count == 12)
    }

    // MARK: The role

    @Test func `the first time out of the role leads to a correction, the second time the session does not count`() {
        var rig = spoken()
        rig.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u1")))
        #expect(rig.did.contains { $0.hasPrefix("system note_1 [role]") && $0.contains("You are Karel") })
        #expect(!rig.history.contains { $0.contains("avatar_out_of_role") })
        rig.answer("As an AI I can help.", item: "a2", response: "r2", length: 500)
        rig.fire(.playback, after: 1_000)
        rig.step(.lapse(RoleLapse(kind: .selling, utteranceId: "u2")))
        #expect(rig.history.filter { $0 == #"record event SYSTEM "avatar_out_of_role""# }.count == 1)
        #expect(rig.conversation.phase == .live(.talking))
        #expect(corrections(rig).count == 2)
        #expect(!rig.history.contains("respond"))
    }

    @Test func `an utterance counts once, found by code or model, and a graver kind replaces a lighter one`() {
        var rig = spoken()
        rig.step(.lapse(RoleLapse(kind: .length, utteranceId: "u1")))
        rig.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u1")))
        rig.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u1")))
        var said = verdict(1, 4)
        said.lapse = RoleLapse(kind: .notes, utteranceId: "u1")
        rig.step(.verdict(said))
        #expect(corrections(rig).count == 2)
        #expect(!rig.history.contains { $0.contains("avatar_out_of_role") })
    }

    @Test func `length and giving in lead to corrections only`() {
        var rig = spoken()
        for (number, kind) in zip(2..., [RoleLapse.Kind.length, .gaveIn, .length, .gaveIn]) {
            rig.answer("Well. \(number)", item: "a\(number)", response: "r\(number)", length: 500)
            rig.fire(.playback, after: 1_000)
            rig.step(.lapse(RoleLapse(kind: kind, utteranceId: "u\(number)")))
        }
        #expect(corrections(rig).count == 4)
        #expect(!rig.history.contains { $0.contains("avatar_out_of_role") })
    }

    @Test func `what the trainee said, or nobody, is no lapse`() {
        var rig = spoken()
        rig.step(.message(.text("I am an AI.")))
        rig.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u2")))
        rig.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u77")))
        #expect(corrections(rig).isEmpty)
    }

    @Test func `the next relay knows the first lapse`() {
        var rig = spoken()
        rig.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u1")))
        rig.answer("Sorry.", item: "a2", response: "r2", length: 500)
        rig.fire(.playback, after: 1_000)
        var next = rig.takenOver()
        next.step(.upstreamOpened)
        next.hear(.sessionUpdated)
        #expect(corrections(next).isEmpty)
        next.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u1")))
        #expect(!next.history.contains { $0.contains("avatar_out_of_role") }, "the same one")
        next.step(.lapse(RoleLapse(kind: .assistant, utteranceId: "u2")))
        #expect(next.history.contains(#"record event SYSTEM "avatar_out_of_role""#))
    }

    @Test(arguments: RoleLapse.Kind.allCases)
    func `a correction names the customer and never asks for an answer`(kind: RoleLapse.Kind) {
        let text = RealtimePrompt.correction(kind, of: Fixture.persona)
        #expect(text.hasPrefix("[role] "))
        #expect(text.contains("Karel"))
        #expect(text.count < 400)
    }

    // MARK: Moods and the ledger

    @Test func `the state is the sentence of the mood's band, with direction and guidance`() {
        var persona = Fixture.persona
        persona.moods = [Mood(upTo: 3, says: "You want to go."), Mood(upTo: 10, says: "You like it.")]
        func state(_ attitude: Int, _ direction: Attitude.Direction = .steady) -> String {
            RealtimePrompt.state(of: persona, attitude: attitude, direction: direction, guidance: "Ask.")
        }
        #expect(state(0) == "[state] You want to go. Ask.")
        #expect(state(3, .falling) == "[state] You want to go. You feel worse about this than a moment ago. Ask.")
        #expect(state(4, .rising) == "[state] You like it. You feel better about this than a moment ago. Ask.")
        #expect(!RealtimePrompt.instructions(persona: persona, scenario: Fixture.scenario).contains("attitude="))
    }

    @Test func `a new worker gets the ledger and the steps of the last verdict, also from a new relay`() {
        var rig = spoken()
        rig.step(.supervisorFound)
        var said = verdict(1, 4)
        said.ledger = TalkLedger(claims: ["It tastes of tobacco."])
        said.salesSteps = [SalesStepResult(id: "needs", status: .done, evidence: [])]
        rig.step(.verdict(said))
        said.evalSeq = 2
        rig.step(.verdict(said))
        let logged = rig.facts.compactMap { if case .supervisorLog(let log) = $0.content { log.verdict } else { nil } }
        #expect(logged.map { $0.ledger != nil } == [true, false], "recorded only when it changes")
        for var next in [rig, rig.takenOver()] {
            next.step(.supervisorLost)
            next.step(.supervisorFound)
            guard case .open(let snapshot) = next.supervised.last(where: { if case .open = $0 { true } else { false } })
            else {
                Issue.record("the session is not opened")
                continue
            }
            #expect(snapshot.ledger == said.ledger)
            #expect(snapshot.salesSteps == said.salesSteps)
        }
    }
}
