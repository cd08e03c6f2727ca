import Compliance
import Domain
import Foundation

/// The real content files and a session on 22 November 2026.
enum Fixture {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Shared/Personas").path

    static let catalog = Result { try ComplianceCatalog(directory: directory) }
    static let sessionDate = Date(timeIntervalSince1970: 1_795_341_600)

    static func rules(
        language: String = "en", settings: RuleSettings = RuleSettings(), birthDate: String? = nil,
        sessionDate: Date = sessionDate
    ) throws -> ComplianceRules {
        ComplianceRules(
            catalog: try catalog.get(), language: language, settings: settings, birthDate: birthDate,
            sessionDate: sessionDate)
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

    /// Utterances of a conversation, five seconds apart: the trainee's and, with the prefix «> », the customer's.
    static func talk(_ lines: [String]) -> [Utterance] {
        lines.enumerated().map { index, line in
            line.hasPrefix("> ")
                ? avatar(String(line.dropFirst(2)), id: "u\(index + 1)", at: Double(index) * 5 + 1)
                : trainee(line, id: "u\(index + 1)", at: Double(index) * 5 + 1)
        }
    }

    /// The rules' findings about a conversation and its events.
    static func findings(
        _ lines: [String] = [], events: [SessionEvent] = [], language: String = "en",
        settings: RuleSettings = RuleSettings(), birthDate: String? = nil, outcome: Outcome? = nil, isOver: Bool = false
    ) throws -> [Finding] {
        var rules = try rules(language: language, settings: settings, birthDate: birthDate)
        for utterance in talk(lines) { rules.take(utterance) }
        for event in events { rules.take(event) }
        return rules.findings(outcome: outcome, isOver: isOver || outcome != nil)
    }
}

extension [Finding] {
    func of(_ rule: Finding.Rule) -> [Finding] { filter { $0.rule == rule } }
}
