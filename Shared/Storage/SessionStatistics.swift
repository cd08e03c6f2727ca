/// The numbers of the stats bar. Sessions that are not counted, because the system or the customer spoiled them, are
/// left out of scores, conversion rates and outcomes. Sessions with a customer who must not be served are left out of
/// conversion rates only.
public struct SessionStatistics: Codable, Hashable, Sendable {
    public struct Group: Codable, Hashable, Sendable {
        public var key: String
        public var name: String
        public var sessions: Int
        public var averageScore: Double?
        /// Number of sessions in `averageScore`: scored, and not spoiled by the system or the customer.
        public var averageScoreOf: Int
        /// Share of converted sessions among `conversionRateOf`, 0…1.
        public var conversionRate: Double?
        /// Number of sessions in which a sale was possible: ended with an outcome, counted, and with a customer who may
        /// be served.
        public var conversionRateOf: Int

        public init(
            key: String, name: String, sessions: Int, averageScore: Double?, averageScoreOf: Int,
            conversionRate: Double?, conversionRateOf: Int
        ) {
            self.key = key
            self.name = name
            self.sessions = sessions
            self.averageScore = averageScore
            self.averageScoreOf = averageScoreOf
            self.conversionRate = conversionRate
            self.conversionRateOf = conversionRateOf
        }
    }

    public var totalSessions: Int
    public var activeSessions: Int
    public var endedSessions: Int
    public var scoredSessions: Int
    /// Scored sessions that are not counted.
    public var notCountedSessions: Int
    public var averageScore: Double?
    /// Number of sessions in `averageScore`: scored, and not spoiled by the system or the customer.
    public var averageScoreOf: Int
    /// The same with the machine's points where a person's count.
    public var averageMachineScore: Double?
    /// Sessions whose score a person has reviewed.
    public var reviewedSessions: Int
    /// Who reviewed how many of them last, the most frequent first.
    public var reviewers: [Reviewer]
    /// Share of converted sessions among `conversionRateOf`, 0…1.
    public var conversionRate: Double?
    /// Number of sessions in which a sale was possible: ended with an outcome, counted, and with a customer who may be
    /// served.
    public var conversionRateOf: Int
    public var averageDurationMs: Double?
    public var outcomes: [String: Int]
    public var byPersona: [Group]
    public var byTrainee: [Group]
    /// VR interactions that the content files do not name, the most frequent first.
    public var unknownInteractions: [UnknownInteraction]

    public struct Reviewer: Codable, Hashable, Sendable {
        /// Name of the API key.
        public var name: String
        public var sessions: Int

        public init(name: String, sessions: Int) {
            self.name = name
            self.sessions = sessions
        }
    }

    /// Maximum length of `reviewers`.
    public static let mostReviewers = 100

    public struct UnknownInteraction: Codable, Hashable, Sendable {
        public var object: String
        public var action: String
        /// Number of sessions in which it occurs.
        public var sessions: Int

        public init(object: String, action: String, sessions: Int) {
            self.object = object
            self.action = action
            self.sessions = sessions
        }
    }

    /// Maximum length of the list; more than an operator can map at a time.
    public static let mostUnknownInteractions = 100

    public init(
        totalSessions: Int, activeSessions: Int, endedSessions: Int, scoredSessions: Int, notCountedSessions: Int = 0,
        averageScore: Double?, averageScoreOf: Int = 0, averageMachineScore: Double? = nil, reviewedSessions: Int = 0,
        reviewers: [Reviewer] = [], conversionRate: Double?, conversionRateOf: Int = 0, averageDurationMs: Double?,
        outcomes: [String: Int],
        byPersona: [Group], byTrainee: [Group], unknownInteractions: [UnknownInteraction] = []
    ) {
        self.averageMachineScore = averageMachineScore
        self.reviewedSessions = reviewedSessions
        self.reviewers = reviewers
        self.unknownInteractions = unknownInteractions
        self.totalSessions = totalSessions
        self.activeSessions = activeSessions
        self.endedSessions = endedSessions
        self.scoredSessions = scoredSessions
        self.notCountedSessions = notCountedSessions
        self.averageScore = averageScore
        self.averageScoreOf = averageScoreOf
        self.conversionRate = conversionRate
        self.conversionRateOf = conversionRateOf
        self.averageDurationMs = averageDurationMs
        self.outcomes = outcomes
        self.byPersona = byPersona
        self.byTrainee = byTrainee
    }
}
