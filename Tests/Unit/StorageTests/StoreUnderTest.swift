import Domain
import Foundation
import Logging
import Storage
import Synchronization
import TestSupport
import Testing

/// The stores that must behave identically.
enum StoreUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case memory, mongo

    var testDescription: String { rawValue }

    /// Runs a test with an empty store of its own.
    func run(_ test: (any SessionStore, TestTime) async throws -> Void) async throws {
        let time = TestTime()
        switch self {
        case .memory: try await test(MemorySessionStore { time.now }, time)
        case .mongo:
            let store = try MongoSessionStore(try await .forTests(), logger: .silent) { time.now }
            do { try await test(store, time) } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }
}

/// A wall clock that the test advances. It starts between two milliseconds, as real ones do.
final class TestTime: Sendable {
    private let date = Mutex(Date(timeIntervalSince1970: 1_730_023_200.1234))

    var now: Date { date.withLock { $0 } }

    func advance(_ seconds: Double) {
        date.withLock { $0 += seconds }
    }
}

extension MongoConfiguration {
    /// A database of its own, and long timeouts: on a busy machine the embedded one may take seconds instead of
    /// milliseconds.
    static func forTests() async throws -> MongoConfiguration {
        let patience = "socketTimeoutMS=120000&serverSelectionTimeoutMS=60000&connectTimeoutMS=60000"
        return MongoConfiguration(
            uri: try await SecantusDatabase.shared.uri() + "?" + patience, clients: 2, waitingTime: .seconds(120))
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension NewSession {
    static func sample(
        trainee: String = "REP_55", persona: Persona = .sample(), client: String = "unity-vr",
        metadata: JSONValue = [:], createdBy: String = "unity", idempotency: Idempotency? = nil,
        visibility: SessionVisibility = .submitted, noticeShown: NoticeShown? = nil
    ) -> NewSession {
        NewSession(
            traineeId: trainee, persona: persona, scenario: .sample, client: client, metadata: metadata,
            tokenHash: String(repeating: "a", count: 64), createdBy: createdBy, idempotency: idempotency,
            visibility: visibility, noticeShown: noticeShown)
    }
}

extension Scenario {
    static let sample = Scenario(
        id: "fmc_resistant", title: "At the kiosk", description: "A kiosk.", goal: "Find out what Karel needs.",
        situation: "You are buying cigarettes.")
}

extension Persona {
    static func sample(id: String = "fmc_smoker", version: Int = 1, name: String = "Karel") -> Persona {
        Persona(
            id: id, version: version, name: name, type: "FMC Smoker", age: 45, language: "cs",
            description: "Sceptical.",
            voice: "verse", initialAttitude: 2, traits: ["sceptical"],
            objections: [Objection(says: "Too dear.", softenedBy: "A comparison.", hardenedBy: "Pressure.")],
            attitudeRules: ["Asked about habits: +1"], realtimePrompt: "You are Karel.", supervisorPrompt: "Judge.",
            scoringPrompt: "Score.", productKnowledge: "Has heard of glo.",
            rubric: Rubric(
                version: 3,
                categories: [
                    Rubric.Category(
                        id: "empathy", title: "Empathy", weight: 100, description: "Listens.",
                        levels: [Rubric.Level(from: 0, to: 100, description: "Any.")])
                ]),
            scenarios: [.sample])
    }
}

extension Scorecard {
    static func sample(_ overall: Int, categories: [String: Int] = ["empathy": 80]) -> Scorecard {
        Scorecard(
            overall: overall, categories: categories, highlights: ["Asked"], improvements: ["Greet"],
            summary: "Solid.", verdict: .passed, failReasons: [],
            details: [
                CategoryJudgement(
                    id: "empathy", title: "Empathy", score: 80, weight: 100, rationale: "Listened.",
                    evidence: [Evidence(utteranceId: "u1", text: "Sure")], capped: false)
            ],
            salesSteps: [SalesStepResult(id: "greeting", status: .done, evidence: [])], findings: [],
            samples: [overall], spread: 0, needsReview: false, flags: [], model: "gpt-4.1", rubricVersion: 3,
            promptVersion: 1)
    }
}

extension RecordedFact {
    static func event(_ seq: Int, id: String? = nil, time: Double? = nil, data: JSONValue = .null) -> RecordedFact {
        let time = time ?? Double(seq)
        return RecordedFact(
            seq: seq, time: time,
            content: .event(SessionEvent(eventId: id, time: time, type: .vrInteraction, data: data)))
    }

    static func utterance(_ seq: Int, _ text: String, speaker: Speaker = .avatar) -> RecordedFact {
        RecordedFact(
            seq: seq, time: Double(seq),
            content: .utterance(
                Utterance(
                    utteranceId: "u\(seq)", startTime: Double(seq), endTime: Double(seq) + 0.5, speaker: speaker,
                    text: text)))
    }

    static func attitude(_ seq: Int, _ value: Int) -> RecordedFact {
        RecordedFact(
            seq: seq, time: Double(seq),
            content: .attitude(AttitudePoint(time: Double(seq), value: value, direction: .rising)))
    }
}

extension EndRecord {
    static func sample(_ facts: [RecordedFact], outcome: Outcome = .converted, durationMs: Int = 512_000)
        -> EndRecord
    {
        EndRecord(
            endTrigger: "end_conversation:\(outcome.rawValue)", outcome: outcome,
            endedAt: Date(timeIntervalSince1970: 1_730_023_712.5678), durationMs: durationMs, facts: facts)
    }
}
