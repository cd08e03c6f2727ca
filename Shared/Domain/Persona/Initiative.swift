// What a customer does without being spoken to.

extension Persona {
    /// How long the customer bears it that nobody speaks. All in seconds, each counted from the end of what was last heard,
    /// the customer's own reactions included.
    public struct Silence: Codable, Hashable, Sendable {
        /// Until the customer reacts.
        public var first: Int
        /// From there until they react again.
        public var again: Int
        /// From there until they say goodbye and leave.
        public var leave: Int

        public init(first: Int, again: Int, leave: Int) {
            self.first = first
            self.again = again
            self.leave = leave
        }
    }
}

extension Scenario {
    /// Who speaks first.
    public struct Opening: Codable, Hashable, Sendable {
        public enum Speaker: String, Codable, Sendable, CaseIterable {
            case customer, trainee
        }

        /// Applies if `afterMs` is absent.
        public static let pauseMs = 1_500

        public var speaker: Speaker
        /// Milliseconds after which the customer begins, unless the trainee has spoken.
        public var afterMs: Int?
        /// The customer's first line.
        public var says: String?

        public init(speaker: Speaker, afterMs: Int? = nil, says: String? = nil) {
            self.speaker = speaker
            self.afterMs = afterMs
            self.says = says
        }
    }

    /// Something that happens around the customer at a fixed time: the train leaves.
    public struct Clock: Codable, Hashable, Sendable {
        /// Since the session began.
        public var atSeconds: Int
        /// For the customer, one or two sentences.
        public var says: String

        public init(atSeconds: Int, says: String) {
            self.atSeconds = atSeconds
            self.says = says
        }
    }
}
