import Compliance
import Conversation
import Domain
import Foundation

extension EventCheck {
    /// Checks a client's events by its session's rules. A date of birth that cannot be read is refused at once, so that
    /// the client asks again.
    ///
    /// - Parameters:
    ///   - handover: the known VR interactions; nil if unknown ones are not counted.
    ///   - scenes: what the customer sees of an event; nil for nothing.
    ///   - language: ISO 639-1 code of the customer's language.
    static func by(
        _ rules: RuleSettings, handover: Handover?, scenes: SceneTable? = nil, language: String = "en",
        startedAt: Date
    ) -> @Sendable (SessionEvent) -> EventCheck {
        { event in
            EventCheck(
                refusal: rules.refusal(of: event, sessionDate: startedAt),
                isUnknownInteraction: handover?.meaning(of: event, more: rules.handoverObjects) == .unknown,
                sight: scenes?.sight(of: event, language: language, more: rules.handoverObjects))
        }
    }
}
