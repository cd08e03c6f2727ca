import Compliance
import Domain
import Foundation

/// The real content files and a session on 22 November 2026.
enum Fixture {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Shared/Personas").path

    static let catalog = Result { try ComplianceCatalog(directory: directory) }

    static func rules(language: String = "en", legalAge: Int = 18) throws -> ComplianceRules {
        ComplianceRules(
            catalog: try catalog.get(), language: language, legalAge: legalAge,
            sessionDate: Date(timeIntervalSince1970: 1_795_341_600))
    }

    static func trainee(_ text: String, id: String = "u1", at time: Double = 1) -> Utterance {
        Utterance(utteranceId: id, startTime: time, endTime: time + 2, speaker: .trainee, text: text)
    }

    static func avatar(_ text: String, id: String = "u1", at time: Double = 1) -> Utterance {
        Utterance(utteranceId: id, startTime: time, endTime: time + 2, speaker: .avatar, text: text)
    }

    static func birth(_ date: String, correct: Bool = true, at time: Double = 1) -> SessionEvent {
        SessionEvent(
            eventId: "dob-\(time)", time: time, type: .dobCheck,
            data: ["entered": .string(date), "correct": .bool(correct)])
    }

    static func handover(_ action: String = "HANDOVER", object: String = "GLO_Device", at time: Double = 1)
        -> SessionEvent
    {
        SessionEvent(
            eventId: "vr-\(time)", time: time, type: .vrInteraction,
            data: ["interactedObject": .string(object), "action": .string(action)])
    }

    /// What the rules say about one sentence, without the bookkeeping of greeting and order.
    static func findings(_ text: String, language: String = "en") throws -> [Finding] {
        var rules = try rules(language: language)
        return rules.findings(for: trainee(text)).filter { !["greeting", "needs_before_pitch"].contains($0.rule) }
    }
}
