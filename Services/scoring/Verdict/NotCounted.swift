import Domain

/// Why a session is judged but left out of averages and conversion: a technical fault or the customer spoiled it, or
/// the trainee said nothing.
enum NotCounted {
    /// Number of the trainee's turns from which a session counts even if its client was lost.
    private static let turnsOfATalk = 4
    /// From this share of unintelligible utterances on, the transcript does not represent the conversation.
    private static let largestShareUnheard = 1.0 / 3

    /// Nil for a session that counts.
    static func reason(of record: SessionRecord, isTurn: (String) -> Bool) -> String? {
        let said = record.transcript.filter { $0.speaker == .trainee }
        let turns = said.count { isTurn($0.text) }
        if turns == 0 { return Scorecard.noSpeech }
        switch record.endTrigger.map({ EndTrigger(rawValue: $0) }) {
        case .upstream?: return "upstream"
        case .relayLost?: return "relay_lost"
        case .clientLost? where turns < turnsOfATalk: return "client_lost"
        case .other("avatar_out_of_role")?: return "avatar_out_of_role"
        default: break
        }
        if record.events.contains(where: isOutOfRole) { return "avatar_out_of_role" }
        return Double(said.count - turns) >= largestShareUnheard * Double(said.count) ? inaudible : nil
    }

    /// Whether too much of what the trainee said is missing from the transcript for the rules to judge it.
    static func areWordsMissing(in record: SessionRecord, reason: String?) -> Bool {
        reason == inaudible
            || record.events.contains { $0.type == .system && $0.data == SessionEvent.transcriptionLost }
    }

    private static let inaudible = "inaudible"

    private static func isOutOfRole(_ event: SessionEvent) -> Bool {
        event.type == .system && event.data == SessionEvent.avatarOutOfRole
    }
}
