import Domain
import Testing

enum Fixtures {
    static func id(_ number: Int) throws -> SessionID { try #require(SessionID(number: number)) }

    static let karel = persona("fmc_smoker", "Karel", scenario: "fmc_resistant")
    static let eleni = persona("velo_user", "Eleni", scenario: "velo_curious")

    static func persona(_ id: String, _ name: String, scenario: String) -> Persona {
        Persona(
            id: id, version: 1, name: name, type: "FMC Smoker", age: 45, language: "en", description: "sceptical",
            voice: "verse", initialAttitude: 2, traits: ["sceptical"], objections: [], attitudeRules: [],
            realtimePrompt: "SECRET-REALTIME", supervisorPrompt: "SECRET-SUPERVISOR", scoringPrompt: "SECRET-SCORING",
            productKnowledge: "SECRET-KNOWLEDGE",
            rubric: Rubric(
                version: 1,
                categories: [.init(id: "empathy", title: "Empathy", weight: 100, description: "", levels: [])]),
            scenarios: [
                Scenario(
                    id: scenario, title: "At the counter", description: "A shop.", goal: "Age check first.",
                    situation: "SECRET-SITUATION")
            ])
    }

    static let facts: [RecordedFact] = [
        .init(
            seq: 1, time: 2.1,
            content: .utterance(
                Utterance(utteranceId: "u1", startTime: 2.1, endTime: 4.5, speaker: .avatar, text: "Hi <b>there</b>"))),
        .init(seq: 2, time: 5, content: .attitude(AttitudePoint(time: 5, value: 4, direction: .rising))),
        .init(
            seq: 3, time: 5.2,
            content: .event(
                SessionEvent(
                    eventId: "e1", time: 5.2, type: .vrInteraction, data: ["interactedObject": "GLO_Device"]))),
    ]

    static let score = Scorecard(
        overall: 75, categories: ["empathy": 75], highlights: ["Asked"], improvements: ["Close"], summary: "Solid.",
        verdict: .passed, failReasons: [], details: [], salesSteps: [], findings: [], samples: [75], spread: 0,
        needsReview: false, flags: [], model: "m", rubricVersion: 1, promptVersion: 1)
}
