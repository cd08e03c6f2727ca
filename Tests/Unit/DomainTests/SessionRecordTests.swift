import Domain
import Foundation
import Testing

struct SessionRecordTests {
    private func record() throws -> SessionRecord {
        let persona = Persona(
            id: "p", version: 1, name: "Karel", type: "t", age: 45, language: "en", description: "d", voice: "verse",
            initialAttitude: 2, traits: [], objections: [], attitudeRules: [], realtimePrompt: "r",
            supervisorPrompt: "s", scoringPrompt: "c", productKnowledge: "k",
            rubric: Rubric(version: 1, categories: []),
            scenarios: [])
        let scenario = Scenario(id: "s", title: "t", description: "d", goal: "g", situation: "s")
        let new = NewSession(
            traineeId: "REP_55", persona: persona, scenario: scenario, client: "unity-vr", metadata: [:],
            tokenHash: "h", createdBy: "k", idempotency: nil)
        return SessionRecord(new, id: try #require(SessionID("BAT-001")), at: Date(timeIntervalSince1970: 0))
    }

    private func utterance(_ id: String, _ start: Double, _ text: String) -> RecordedFact.Content {
        .utterance(Utterance(utteranceId: id, startTime: start, endTime: start + 1, speaker: .trainee, text: text))
    }

    @Test func `facts fold into the record, and a later version of an utterance replaces the earlier one`() throws {
        var record = try record()
        let facts: [RecordedFact.Content] = [
            utterance("u2", 5, "second"), utterance("u1", 2, "first"), utterance("u2", 5, "seco"),
            .attitude(AttitudePoint(time: 6, value: 3, direction: .rising)),
            .attitude(AttitudePoint(time: 9, value: 4, direction: .rising)),
            .usage(TokenUsage(inputTokens: 10, cachedInputTokens: 4, outputTokens: 7)),
        ]
        record.apply(facts.enumerated().map { RecordedFact(seq: $0.offset + 1, time: 0, content: $0.element) })
        #expect(record.transcript.map(\.text) == ["first", "seco"])
        #expect(record.moodHistory == [3, 4])
        #expect(record.finalAttitude == 4)
        #expect(record.usage.outputTokens == 7)
    }

    @Test func `utterances with the same start time are ordered by number, beyond u9`() throws {
        var record = try record()
        record.apply([
            RecordedFact(seq: 1, time: 0, content: utterance("u10", 5, "ten")),
            RecordedFact(seq: 2, time: 0, content: utterance("u9", 5, "nine")),
        ])
        #expect(record.transcript.map(\.utteranceId) == ["u9", "u10"])
    }

    @Test func `phases tell when no client was connected`() throws {
        var record = try record()
        let phases: [(Double, SessionPhase)] = [
            (0, .connecting), (1, .talking), (20, .suspended), (24.5, .talking), (30, .suspended), (31, .connecting),
            (32, .talking), (50, .suspended), (80, .ending), (80, .ended),
        ]
        record.apply(
            phases.enumerated().map { index, phase in
                RecordedFact(seq: index + 1, time: phase.0, content: .phase(phase.1))
            })
        #expect(record.absences == [Absence(from: 20, to: 24.5), Absence(from: 30, to: 31), Absence(from: 50)])
    }

    @Test func `a fact survives encoding and decoding`() throws {
        let fact = RecordedFact(
            seq: 7, time: 1.5,
            content: .event(
                SessionEvent(
                    eventId: "e", time: 1.25, type: .dobCheck, data: ["entered": "1998-05-12", "correct": true])))
        #expect(try JSONDecoder().decode(RecordedFact.self, from: JSONEncoder().encode(fact)) == fact)
        #expect(fact.eventId == "e")
    }
}
