import Compliance
import Conversation
import Domain
import Foundation

extension EventCheck {
    /// Checks a client's events by its session's rules. A date of birth that cannot be read is refused at once, so that
    /// the client asks again.
    ///
    /// - Parameter handover: the known VR interactions; nil if unknown ones are not counted.
    static func by(
        _ rules: RuleSettings, handover: Handover?, startedAt: Date
    ) -> @Sendable (SessionEvent) -> EventCheck {
        { event in
            EventCheck(
                refusal: rules.refusal(of: event, sessionDate: startedAt),
                isUnknownInteraction: handover?.meaning(of: event, more: rules.handoverObjects) == .unknown)
        }
    }
}
