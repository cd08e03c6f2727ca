import Compliance
import Domain
import Foundation
import Logging
import TestSupport
import Wire

@testable import SupervisorService

enum Fixture {
    private static let loaded = Result {
        try ComplianceCatalog(directory: TestFolders.package.appending(path: "Shared/Personas").path)
    }

    static func catalog() throws -> ComplianceCatalog { try loaded.get() }

    static let scenario = Scenario(
        id: "counter", title: "At the counter", description: "A shop.", goal: "One try.", situation: "You wait.")

    static let persona = Persona(
        id: "fmc_smoker", version: 1, name: "Karel", type: "FMC Smoker", age: 45, language: "en",
        description: "Skeptical", voice: "verse", initialAttitude: 2, traits: [], objections: [],
        attitudeRules: ["+1 for an open question"], realtimePrompt: "You are Karel.",
        supervisorPrompt: "You watch Karel.", scoringPrompt: "You judge.", productKnowledge: "Little.",
        rubric: Rubric(version: 1, categories: []), scenarios: [scenario])

    static func snapshot(
        _ id: String = "BAT-001", transcript: [Utterance] = [], unjudged: [String]? = nil, events: [SessionEvent] = [],
        findings: [Finding] = [], attitude: Int = 2, evalSeq: Int = 0
    ) throws -> SupervisorMessage.Snapshot {
        SupervisorMessage.Snapshot(
            sessionId: try SessionID(id).orThrow(), safetyIdentifier: "pseudonym", persona: persona,
            scenario: scenario, transcript: transcript, unjudged: unjudged, events: events, findings: findings,
            attitude: attitude, evalSeq: evalSeq, sessionTime: 0, sessionDate: "2026-11-22",
            startedAt: nil, rules: nil)
    }

    static func session(_ snapshot: SupervisorMessage.Snapshot) throws -> SupervisedSession {
        SupervisedSession(snapshot, catalog: try catalog(), rules: RuleSettings())
    }

    /// `number` is both its id and its time.
    static func trainee(_ number: Int, _ text: String) -> Utterance {
        Utterance(
            utteranceId: "u\(number)", startTime: Double(number), endTime: Double(number) + 0.5, speaker: .trainee,
            text: text)
    }

    static func avatar(_ number: Int, _ text: String = "Hm.") -> Utterance {
        Utterance(
            utteranceId: "u\(number)", startTime: Double(number), endTime: Double(number) + 0.5, speaker: .avatar,
            text: text)
    }

    static func birth(_ date: String, at time: Double, id: String = "e1") -> SessionEvent {
        SessionEvent(eventId: id, time: time, type: .dobCheck, data: ["entered": .string(date), "correct": true])
    }

    static func verdict(_ evalSeq: Int, attitude: Int = 3) -> Verdict {
        Verdict(
            evalSeq: evalSeq, attitude: attitude, direction: .rising, guidance: "Warming up.", salesSteps: [],
            shouldEnd: false, outcome: nil, model: "m", latencyMs: 5)
    }
}

struct Missing: Error {}

extension Optional {
    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}

extension [SupervisedSession.Action] {
    /// The actions in words, so that a test reads like a table.
    var words: [String] {
        map { action in
            switch action {
            case .pause(let number): "pause \(number)"
            case .evaluate(let evaluation):
                "evaluate \(evaluation.evalSeq) at \(evaluation.attitude) of \(evaluation.newUtterances.joined(separator: ","))"
            case .send(.finding(_, let finding)): "finding \(finding.rule) \(finding.status)"
            case .send(.verdict(_, let verdict)): "verdict \(verdict.evalSeq) at \(verdict.attitude)"
            case .send(.evaluationFailed(_, let evalSeq, let code)): "failed \(evalSeq) \(code)"
            case .send(let other): "\(other)"
            }
        }
    }
}
