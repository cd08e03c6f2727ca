/// An answer of the customer that does not fit the role.
public struct RoleLapse: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Private notes read aloud: moods, numbers, names of system messages.
        case notes
        /// The words of an assistant or a coach.
        case assistant
        /// Another language than the persona's.
        case language
        /// A description of what the customer does, in place of words.
        case directions = "stage_directions"
        /// The customer sells.
        case selling
        /// The customer agrees although the mood is far below.
        case gaveIn = "gave_in"
        /// More sentences than a customer says at once.
        case length

        /// Whether a session in which it happens twice is worth nothing as an exercise.
        public var isGrave: Bool { self != .gaveIn && self != .length }

        public static let grave = allCases.filter(\.isGrave)
    }

    public var kind: Kind
    /// Of the customer's utterance.
    public var utteranceId: String

    public init(kind: Kind, utteranceId: String) {
        self.kind = kind
        self.utteranceId = utteranceId
    }
}

extension SessionEvent {
    private static let lapse = "outOfRole"

    /// What the server records once of a session whose customer has fallen out of its role twice. Such a session does
    /// not count.
    public static let avatarOutOfRole: JSONValue = "avatar_out_of_role"

    /// The record of a lapse.
    public static func lapse(_ lapse: RoleLapse, at time: Double) -> SessionEvent {
        SessionEvent(
            time: time, type: .supervisor,
            data: [Self.lapse: .string(lapse.kind.rawValue), "utteranceId": .string(lapse.utteranceId)])
    }

    /// The lapse whose record this is; nil for other events.
    public var roleLapse: RoleLapse? {
        guard type == .supervisor, let kind = data[Self.lapse]?.string.flatMap(RoleLapse.Kind.init(rawValue:)),
            let utteranceId = data["utteranceId"]?.string
        else { return nil }
        return RoleLapse(kind: kind, utteranceId: utteranceId)
    }
}
