import Compliance
import Domain
import Foundation
import Testing

@testable import SupervisorService

/// What one call of the model may cost, whatever a client sends.
@Suite struct PromptBudgetTests {
    /// Some 57 kB, within every limit of an event.
    static let nested = JSONValue.array(
        (0..<40).map { _ in .array((0..<40).map { .string("value \($0) of a list that nobody needs") }) })

    private func evaluation(_ transcript: [Utterance], _ events: [SessionEvent]) throws -> Evaluation {
        Evaluation(
            evalSeq: 1, safetyIdentifier: "p", persona: Fixture.persona, scenario: Fixture.scenario,
            transcript: transcript, newUtterances: transcript.map(\.utteranceId), events: events, findings: [],
            attitude: 2, steps: [])
    }

    private func input(_ evaluation: Evaluation) throws -> String {
        try EvaluationPrompt(catalog: try Fixture.catalog()).input(for: evaluation)
    }

    @Test func `events of any size make a prompt of bounded size, which says what is missing`() throws {
        let events = (0..<62).map {
            SessionEvent(eventId: "e\($0)", time: Double($0), type: .vrInteraction, data: Self.nested)
        }
        let input = try input(
            evaluation([Fixture.trainee(1, "Good morning!")], events + [Fixture.birth("1981-05-12", at: 70)]))
        #expect(input.utf8.count < 128 << 10)
        #expect(input.contains("Good morning!"))
        #expect(input.contains("1981-05-12"))
        #expect(input.contains(#""omitted":{"events":0,"findings":0,"shortened":62,"utterances":0}"#))
    }

    @Test(arguments: ["word ", "λέξη ", "“quoted” \"words\" "])
    func `a long conversation is cut at its beginning, and nothing is said of one that fits`(word: String) throws {
        let long = String(repeating: word, count: 400)
        let input = try input(
            evaluation((1...399).map { Fixture.trainee($0, long) } + [Fixture.trainee(400, "The last words.")], []))
        #expect(input.utf8.count < 128 << 10)
        #expect(input.contains("The last words."))
        #expect(input.contains(#""omitted":{"#))
        let short = try self.input(evaluation([Fixture.trainee(1, "Good morning!")], []))
        #expect(!short.contains("omitted"))
    }
}
