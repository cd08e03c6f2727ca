/// What a trainee did with an object in VR, as the client names it.
public struct Interaction: Codable, Hashable, Sendable {
    public var object: String
    public var action: String

    public init(object: String, action: String) {
        self.object = object
        self.action = action
    }
}

/// What can be counted in a conversation, so that no model has to guess it.
public struct TalkFacts: Codable, Hashable, Sendable {
    /// Share of the trainee's words in all words, 0…1.
    public var talkShare: Double
    public var turns: Int
    /// The trainee's longest turn, in words.
    public var longestTurnWords: Int
    /// The trainee's longest turn, in seconds.
    public var longestTurnSeconds: Double
    /// Questions of the trainee that leave the answer open: what, how, why.
    public var openQuestions: Int
    /// Questions of the trainee that yes or no answers.
    public var closedQuestions: Int
    /// Seconds until a date of birth was entered that verified the customer's age; nil without one.
    public var secondsToAgeCheck: Double?
    /// How often the trainee interrupted the customer.
    public var traineeInterruptions: Int
    /// How often the customer began before the trainee had finished.
    public var customerInterruptions: Int

    public init(
        talkShare: Double, turns: Int, longestTurnWords: Int, longestTurnSeconds: Double, openQuestions: Int,
        closedQuestions: Int, secondsToAgeCheck: Double?, traineeInterruptions: Int, customerInterruptions: Int
    ) {
        self.talkShare = talkShare
        self.turns = turns
        self.longestTurnWords = longestTurnWords
        self.longestTurnSeconds = longestTurnSeconds
        self.openQuestions = openQuestions
        self.closedQuestions = closedQuestions
        self.secondsToAgeCheck = secondsToAgeCheck
        self.traineeInterruptions = traineeInterruptions
        self.customerInterruptions = customerInterruptions
    }
}
