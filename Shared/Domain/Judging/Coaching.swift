/// What the trainee should do next time. A judge proposes the texts; code checks them, and chooses what to practise next.
public struct Coaching: Codable, Hashable, Sendable {
    /// Maximum number of things to work on: nobody changes more at once.
    public static let most = 3

    /// The most important first.
    public var workOn: [Advice]
    /// What the trainee should go on doing, in one sentence; likewise `start` and `stop`.
    public var keep: String?
    public var start: String?
    public var stop: String?
    /// Id of the category with the lowest score.
    public var weakest: String?
    public var next: Practice?

    public init(
        workOn: [Advice] = [], keep: String? = nil, start: String? = nil, stop: String? = nil, weakest: String? = nil,
        next: Practice? = nil
    ) {
        self.workOn = workOn
        self.keep = keep
        self.start = start
        self.stop = stop
        self.weakest = weakest
        self.next = next
    }

    /// One thing to work on.
    public struct Advice: Codable, Hashable, Sendable {
        /// Id of a category of the rubric.
        public var category: String
        /// Where it went wrong; nil, like `quote` and `time`, for something that was left out.
        public var utteranceId: String?
        /// Words of the trainee, as they are stored.
        public var quote: String?
        /// When that utterance began, in seconds since the session began.
        public var time: Double?
        /// What to do instead.
        public var advice: String
        /// What it did to the customer, or to the sale.
        public var why: String?
        /// A line to say instead, in the session's language. It breaks no rule, nor is it suspected to.
        public var tryInstead: String?

        public init(
            category: String, utteranceId: String? = nil, quote: String? = nil, time: Double? = nil, advice: String,
            why: String? = nil, tryInstead: String? = nil
        ) {
            self.category = category
            self.utteranceId = utteranceId
            self.quote = quote
            self.time = time
            self.advice = advice
            self.why = why
            self.tryInstead = tryInstead
        }
    }

    /// A scenario in which the weakest category counts much.
    public struct Practice: Codable, Hashable, Sendable {
        public var category: String
        public var personaId: String
        public var personaName: String
        public var scenarioId: String
        public var scenarioTitle: String

        public init(
            category: String, personaId: String, personaName: String, scenarioId: String, scenarioTitle: String
        ) {
            self.category = category
            self.personaId = personaId
            self.personaName = personaName
            self.scenarioId = scenarioId
            self.scenarioTitle = scenarioTitle
        }
    }
}
