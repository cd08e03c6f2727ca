import Domain
import Foundation
import NIOCore

@testable import Conversation
@testable import RelayService

enum Fixture {
    static let persona = Persona(
        id: "fmc_smoker", version: 1, name: "Karel", type: "FMC Smoker", age: 45, language: "en",
        description: "Long-time smoker", voice: "verse", initialAttitude: 3, traits: ["skeptical"], objections: [],
        attitudeRules: [], realtimePrompt: "You are Karel.", supervisorPrompt: "Watch.", scoringPrompt: "Judge.",
        productKnowledge: "You have heard of glo.", rubric: Rubric(version: 1, categories: []), scenarios: [scenario])

    static let scenario = Scenario(
        id: "fmc_resistant", title: "Resistant smoker", description: "In a shop.", goal: "Convince.",
        situation: "You stand at the counter.")

    static let settings = RealtimeSettings(
        instructions: "You are Karel.", voice: "verse", language: "en", transcriptionModel: "gpt-transcribe",
        reasoningEffort: nil)

    static let startedAt = Date(timeIntervalSince1970: 1_730_023_200)

    static func plan(_ change: (inout SessionPlan) -> Void = { _ in }) -> SessionPlan {
        var plan = SessionPlan(
            sessionId: SessionID(number: 1) ?? id, persona: persona, scenario: scenario, safetyIdentifier: "abc123",
            startedAt: startedAt, rules: RuleSettings(),
            checkEvent: EventCheck.by(RuleSettings(), handover: nil, startedAt: startedAt), settings: settings,
            limits: SessionLimits())
        change(&plan)
        return plan
    }

    static var id: SessionID {
        guard let id = SessionID("BAT-001") else { preconditionFailure("BAT-001 is a session id") }
        return id
    }

    /// Base64 of `count` bytes that all differ from their neighbours.
    static func base64(_ count: Int, seed: UInt8 = 0) -> String {
        Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) &+ seed }).base64EncodedString()
    }
}

extension ByteBuffer {
    var text: String { String(buffer: self) }
}
