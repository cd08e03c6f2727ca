import Compliance
import Domain
import Foundation
import Logging
import OpenAI
import Storage
import TestSupport

@testable import ScoringService

enum Fixture {
    private static let loaded = Result {
        try ComplianceCatalog(directory: TestFolders.package.appending(path: "Shared/Personas").path)
    }

    static func catalog() throws -> ComplianceCatalog { try loaded.get() }

    static let scenario = Scenario(
        id: "counter", title: "At the counter", description: "A shop.", goal: "One try.", situation: "You wait.")

    static let rubric = Rubric(
        version: 3,
        categories: [("empathy", 50), ("argumentQuality", 30), ("compliance", 20)].map { id, weight in
            Rubric.Category(
                id: id, title: id.capitalized, weight: weight, description: "How well.",
                levels: [.init(from: 0, to: 100, description: "Any.")])
        })

    static let persona = Persona(
        id: "fmc_smoker", version: 1, name: "Karel", type: "FMC Smoker", age: 45, language: "en",
        description: "Skeptical", voice: "verse", initialAttitude: 2, traits: [], objections: [], attitudeRules: [],
        realtimePrompt: "", supervisorPrompt: "", scoringPrompt: "You assess Karel's visitor.", productKnowledge: "",
        rubric: rubric, scenarios: [scenario])

    static func utterance(_ number: Int, _ speaker: Speaker, _ text: String) -> Utterance {
        Utterance(
            utteranceId: "u\(number)", startTime: Double(number), endTime: Double(number) + 0.5, speaker: speaker,
            text: text)
    }

    static let talk = [
        utterance(1, .trainee, "Good morning! I am Eva. May I ask what you smoke?"),
        utterance(2, .avatar, "Reds. For twenty years."),
        utterance(3, .trainee, "Twenty years, that is loyalty. When do you smoke during the day?"),
        utterance(4, .avatar, "In the van, mostly."),
        utterance(
            5, .trainee, "For the van there is glo with neo sticks, less smell on the seats. Would you try one here?"),
        utterance(6, .avatar, "Go on then. Show me."),
    ]

    static let new = NewSession(
        traineeId: "REP_55", persona: persona, scenario: scenario, client: "test", metadata: .null, tokenHash: "",
        createdBy: "k", idempotency: nil)

    static func facts(_ transcript: [Utterance], events: [SessionEvent] = [], attitude: Int = 7) -> [RecordedFact] {
        let contents =
            transcript.map(RecordedFact.Content.utterance) + events.map(RecordedFact.Content.event)
            + [.attitude(AttitudePoint(time: 6, value: attitude, direction: .rising))]
        return contents.enumerated().map { RecordedFact(seq: $0 + 1, time: Double($0), content: $1) }
    }

    static func record(
        _ transcript: [Utterance] = talk, events: [SessionEvent] = [], attitude: Int = 7,
        trigger: String = "end_conversation:converted", outcome: Outcome = .converted
    ) throws -> SessionRecord {
        var record = SessionRecord(
            new, id: try SessionID("BAT-001").orThrow(), at: Date(timeIntervalSince1970: 1_795_000_000))
        record.apply(facts(transcript, events: events, attitude: attitude))
        record.endTrigger = trigger
        record.outcome = outcome
        record.durationMs = 7_000
        record.status = .ended
        return record
    }

    static let ageCheck = SessionEvent(
        eventId: "e1", time: 4.5, type: .dobCheck, data: ["entered": "1981-05-12", "correct": true])

    /// A client that sends events could have sent an age check.
    static let tablet = SessionEvent(eventId: "t1", time: 1, type: .tabletChoice, data: ["question": "Q1"])

    /// A store with one ended session that waits for its score.
    static func store(_ transcript: [Utterance] = talk, now: @escaping @Sendable () -> Date = { Date() }) async throws
        -> (
            MemorySessionStore, SessionID
        )
    {
        let store = MemorySessionStore(now: now)
        let id = try await store.create(new).record.sessionId
        _ = try await store.claim(id, relay: "r", phase: .talking, startedAt: now(), realtimeModel: "rt")
        _ = try await store.end(
            id,
            with: EndRecord(
                endTrigger: "end_conversation:converted", outcome: .converted, endedAt: now(), durationMs: 7_000,
                facts: facts(transcript, events: [ageCheck])))
        return (store, id)
    }

    // MARK: Answers of a model

    static func category(
        _ score: Int, _ quotes: [(String, String)] = [("u3", "Twenty years, that is loyalty")]
    ) -> ScoringAnswer.Category {
        ScoringAnswer.Category(
            evidence: quotes.map { .init(utteranceId: $0.0, quote: $0.1) }, rationale: "He listened.", score: score)
    }

    static func answer(
        _ categories: [String: ScoringAnswer.Category]? = nil, steps: [String: ScoringAnswer.Step] = [:],
        highlights: [ScoringAnswer.Highlight] = [], improvements: [ScoringAnswer.Improvement] = [],
        summary: String = "Solid."
    ) -> ScoringAnswer {
        ScoringAnswer(
            salesSteps: steps,
            categories: categories
                ?? ["empathy": category(80), "argumentQuality": category(70), "compliance": category(60)],
            highlights: highlights, improvements: improvements, summary: summary)
    }

    /// A model's answer as JSON.
    static func json(_ empathy: Int = 80, argumentQuality: Int = 70, compliance: Int = 60) -> String {
        let evidence = #"[{"utteranceId":"u3","quote":"Twenty years, that is loyalty"}]"#
        func category(_ score: Int) -> String {
            #"{"evidence":\#(evidence),"rationale":"He listened.","score":\#(score)}"#
        }
        return #"{"salesSteps":{"close":{"utteranceId":"u5","quote":"Would you try one here","status":"done"}},"#
            + #""categories":{"empathy":\#(category(empathy)),"argumentQuality":\#(category(argumentQuality)),"#
            + #""compliance":\#(category(compliance))},"highlights":[],"improvements":[],"summary":"Solid."}"#
    }

    /// A reader's answer that gives every place the same meaning.
    static func review(
        _ question: ModelQuestion, _ meaning: Meaning = .asserted, further: String = ""
    ) -> ModelAnswer {
        struct Input: Decodable {
            struct Place: Decodable {
                var placeId: String
                var quote: String
            }
            var places: [Place]
        }
        let places = (try? JSONDecoder().decode(Input.self, from: Data(question.input.utf8)))?.places ?? []
        let readings = places.map { #""\#($0.placeId)":{"quote":"\#($0.quote)","meaning":"\#(meaning.rawValue)"}"# }
        return ModelAnswer(text: #"{"places":{\#(readings.joined(separator: ","))},"further":[\#(further)]}"#)
    }

    /// A scorer that uses this model, with a reader that gives every place the same meaning.
    static func scorer(
        _ model: LanguageModel, samples: Int = 1, reading: Meaning = .asserted,
        store: any SessionStore = MemorySessionStore()
    ) throws -> Scorer {
        try scorer(scoring: model, samples: samples, store: store) { review($0, reading) }
    }

    static func scorer(
        scoring model: LanguageModel, samples: Int = 1, store: any SessionStore = MemorySessionStore(),
        review: @escaping @Sendable (ModelQuestion) async throws -> ModelAnswer
    ) throws -> Scorer {
        let both = LanguageModel(name: model.name, reasoningEffort: model.reasoningEffort) { question in
            try await question.answerName == "review" ? review(question) : model.answer(question)
        }
        return Scorer(
            model: both, rulebooks: Rulebooks(own: try catalog(), store: store, logger: Logger(label: "test")),
            rules: RuleSettings(), samples: samples)
    }
}

struct Missing: Error {}

extension Optional {
    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
