import Domain
import Foundation
import OpenAI
import Storage
import TestSupport
import Testing

@testable import ScoringService

/// The session with a customer who must not be served: what passes elsewhere fails here, and the other way round.
@Suite struct RefusedCustomerTests {
    private static let walkIn =
        (try? PersonaCatalog(
            directory: TestFolders.package.appending(path: "Shared/Personas").path
        ).personas)?.first { $0.mustNotBeServed == true }

    private static let refusal = [
        Fixture.utterance(1, .avatar, "Hi, just the black Hyper, please."),
        Fixture.utterance(2, .trainee, "Happy to help, may I see your ID first? I ask everybody, it is the law."),
        Fixture.utterance(3, .avatar, "Come on, do I look like a kid?"),
        Fixture.utterance(4, .trainee, "You do not, and I still may not sell it to you before you are eighteen."),
        Fixture.utterance(5, .avatar, "All right. Fair enough. Worth a try."),
    ]

    private func judged(
        _ outcome: Outcome, events: [SessionEvent] = [], transcript: [Utterance] = Self.refusal
    ) async throws -> Judgement {
        let persona = try #require(Self.walkIn).on(CalendarDay(utc: Date(timeIntervalSince1970: 1_795_000_000)))
        var record = try Fixture.record(
            transcript, events: events, attitude: outcome == .converted ? 9 : 3,
            trigger: "end_conversation:\(outcome.rawValue)", outcome: outcome)
        record.persona = persona
        let evidence = #"[{"utteranceId":"u4","quote":"I still may not sell it to you before you are eighteen"}]"#
        let categories = persona.rubric.categories.map { category in
            #""\#(category.id)":{"evidence":\#(evidence),"rationale":"Clear and kind.","score":85}"#
        }
        let answer =
            #"{"salesSteps":{},"categories":{"# + categories.joined(separator: ",")
            + #"},"highlights":[],"improvements":[],"summary":"Solid."}"#
        let model = LanguageModel(name: "m") { _ in ModelAnswer(text: answer, model: "m") }
        return try await Fixture.scorer(model).judgement(of: record)
    }

    private func birth(_ date: String) -> SessionEvent {
        SessionEvent(eventId: "e1", time: 2.5, type: .dobCheck, data: ["entered": .string(date), "correct": true])
    }

    @Test func `turning him away politely passes, also in two turns and without a sale`() async throws {
        let persona = try #require(Self.walkIn).on(CalendarDay(utc: Date(timeIntervalSince1970: 1_795_000_000)))
        let judgement = try await judged(.rejected, events: [birth(try #require(persona.birthDate))])
        #expect(judgement.score.verdict == .passed)
        #expect(judgement.score.overall == 85)
        #expect(judgement.outcome == .rejected)
    }

    @Test func `a sale fails, whatever its score and whatever date was entered`() async throws {
        for events in [[], [birth("1990-01-01")]] {
            let judgement = try await judged(.converted, events: events)
            #expect(judgement.score.verdict == .failed)
            #expect(judgement.score.failReasons.contains("A sale was closed with a customer below legal age."))
            #expect(judgement.outcome == .rejected)
        }
    }

    @Test func `a device in his hand fails although nothing was sold`() async throws {
        let handover = SessionEvent(
            eventId: "h1", time: 3, type: .vrInteraction,
            data: ["interactedObject": "GLO_Device", "action": "HANDOVER"])
        let judgement = try await judged(.rejected, events: [handover])
        #expect(judgement.score.verdict == .failed)
    }
}
