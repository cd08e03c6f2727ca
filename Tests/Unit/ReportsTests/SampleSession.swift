import Domain
import Foundation

@testable import ReportsService

/// The example session of the specification, for tests to modify.
enum SampleSession {
    /// 2024-10-27T10:00:00Z
    static let start = Date(timeIntervalSince1970: 1_730_023_200)

    static var id: SessionID {
        guard let id = SessionID(number: 1) else { preconditionFailure("BAT-001 is a session id") }
        return id
    }

    static let scenario = Scenario(
        id: "fmc_resistant", title: "A loyal smoker at the counter", description: "A kiosk in the morning.",
        goal: "Win his interest in a trial.", situation: "He wants his usual pack.")

    static func persona() -> Persona {
        let category = { (id: String, title: String, weight: Int) in
            Rubric.Category(
                id: id, title: title, weight: weight, description: title,
                levels: [.init(from: 0, to: 100, description: "all of it")])
        }
        return Persona(
            id: "fmc_smoker", version: 1, name: "Karel", type: "FMC Smoker", age: 45, language: "en",
            description: "Long-time smoker, sceptical about alternatives", voice: "verse", initialAttitude: 2,
            traits: ["skeptical"], objections: [], attitudeRules: [], realtimePrompt: "r", supervisorPrompt: "s",
            scoringPrompt: "p", productKnowledge: "k",
            rubric: Rubric(
                version: 3,
                categories: [
                    category("empathy", "Empathy", 30), category("argumentQuality", "Quality of arguments", 30),
                    category("persistence", "Persistence", 15), category("adaptability", "Adaptability", 25),
                ]),
            scenarios: [scenario])
    }

    /// The request of a client.
    static func new() -> NewSession {
        NewSession(
            traineeId: "REP_55", persona: persona(), scenario: scenario, client: "unity-vr", metadata: [:],
            tokenHash: "", createdBy: "test", idempotency: nil)
    }

    /// The session of the specification's "Structured Data Format", ended and scored.
    static func record() -> SessionRecord {
        var record = SessionRecord(new(), id: id, at: start)
        record.status = .ended
        record.phase = .scored
        record.startedAt = start
        record.endedAt = start.addingTimeInterval(512)
        record.durationMs = 512_000
        record.outcome = .converted
        record.endTrigger = "end_conversation:converted"
        record.moodHistory = [2, 3, 3, 5, 6, 7]
        record.finalAttitude = 7
        let times = [20.0, 75.4, 140.2, 250.9, 380.0, 470.5]
        record.attitudeCurve = zip(times, record.moodHistory).map {
            AttitudePoint(time: $0, value: $1, direction: .rising)
        }
        record.events = events
        record.transcript = transcript
        record.score = scorecard
        record.updatedAt = start.addingTimeInterval(600)
        return record
    }

    static let events = [
        SessionEvent(time: 0, type: .system, data: "Session_Start"),
        SessionEvent(time: 1.5, type: .system, data: "Persona_Loaded"),
        SessionEvent(
            eventId: "e1", time: 5.2, type: .vrInteraction,
            data: ["action": "PICKUP", "interactedObject": "GLO_Device"]),
        SessionEvent(eventId: "e2", time: 12.4, type: .tabletChoice, data: ["answer": "Option_B", "question": "Q1"]),
        SessionEvent(time: 45.3, type: .supervisor, data: ["guidance": "...", "attitude": 4, "direction": "rising"]),
        SessionEvent(time: 88, type: .error, data: ["word": "free", "errorType": "forbidden_word"]),
        SessionEvent(eventId: "e3", time: 120.5, type: .dobCheck, data: ["entered": "1998-05-12", "correct": true]),
        SessionEvent(time: 510, type: .system, data: "Session_End"),
    ]

    static let transcript = [
        Utterance(
            utteranceId: "u1", startTime: 2.1, endTime: 4.5, speaker: .avatar,
            text: "Hi, I am looking for something new."),
        Utterance(
            utteranceId: "u2", startTime: 5, endTime: 8.2, speaker: .trainee,
            text: "Sure, have you tried the GLO Hyper?"),
        Utterance(
            utteranceId: "u3", startTime: 9.1, endTime: 12.8, speaker: .avatar,
            text: "I don't know, I've been smoking Marlboro for 20 years..."),
        Utterance(
            utteranceId: "u4", startTime: 13.5, endTime: 18.3, speaker: .trainee,
            text: "I understand. Many of our customers switched from traditional cigarettes."),
    ]

    static let scorecard = Scorecard(
        overall: 75, categories: ["empathy": 80, "argumentQuality": 70, "persistence": 65, "adaptability": 85],
        highlights: ["Good use of product comparison", "Asked about preferences"],
        improvements: ["Forgot DOB check", "Used forbidden word 'free'"],
        summary: "Solid performance with room for improvement on protocol.", verdict: .passed, failReasons: [],
        details: [
            .init(
                id: "empathy", title: "Empathy", score: 80, weight: 30,
                rationale: "Took the customer's habit seriously.",
                evidence: [Evidence(utteranceId: "u4", text: "I understand.")], capped: false),
            .init(
                id: "argumentQuality", title: "Quality of arguments", score: 70, weight: 30,
                rationale: "Named a product, but gave no fact about it.",
                evidence: [Evidence(utteranceId: "u2", text: "have you tried the GLO Hyper?")], capped: false),
            .init(
                id: "persistence", title: "Persistence", score: 65, weight: 15, rationale: "Stayed with the customer.",
                evidence: [], capped: true),
            .init(
                id: "adaptability", title: "Adaptability", score: 85, weight: 25, rationale: "Followed his doubts.",
                evidence: [Evidence(utteranceId: "u4", text: "Many of our customers switched")], capped: false),
        ],
        salesSteps: [
            SalesStepResult(id: "greeting", status: .partial, evidence: []),
            SalesStepResult(
                id: "needs", status: .done,
                evidence: [Evidence(utteranceId: "u2", text: "have you tried the GLO Hyper?")]),
            SalesStepResult(id: "age_check", status: .done, evidence: [Evidence(eventId: "e3")]),
            SalesStepResult(id: "closing", status: .missed, evidence: []),
        ],
        findings: [
            Finding(
                rule: "forbidden_word", status: .violated, severity: .major,
                message: "The word “free” must not be used for nicotine products.",
                evidence: Evidence(utteranceId: "u4", text: "free"), time: 88),
            Finding(
                rule: "age_check", status: .satisfied, severity: .info, message: "The age was verified on the tablet.",
                evidence: Evidence(eventId: "e3"), time: 120.5),
        ],
        samples: [75], spread: 0, needsReview: false, flags: [], model: "gpt-4.1", rubricVersion: 3, promptVersion: 2)
}
