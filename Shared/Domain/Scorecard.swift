/// The judgement of a finished session. The first six keys are the spec's; the rest says what the numbers rest on.
public struct Scorecard: Codable, Hashable, Sendable {
    /// 0…100, computed by code from the categories and the persona's weights.
    public var overall: Int
    /// Category id to 0…100.
    public var categories: [String: Int]
    public var highlights: [String]
    public var improvements: [String]
    public var summary: String

    /// False when a compliance blocker failed the session, whatever `overall` says.
    public var passed: Bool
    /// Why it did not pass, one sentence each.
    public var failReasons: [String]
    public var details: [CategoryJudgement]
    public var salesSteps: [SalesStepResult]
    public var findings: [Finding]
    /// The `overall` of each judgement that was made; its median is `overall`.
    public var samples: [Int]
    /// Highest less lowest of `samples`.
    public var spread: Int
    /// A person should look: the samples disagree, quotes were dropped, or an injection is suspected.
    public var needsReview: Bool
    public var flags: [String]
    public var model: String
    public var rubricVersion: Int
    public var promptVersion: Int

    public init(
        overall: Int, categories: [String: Int], highlights: [String], improvements: [String], summary: String,
        passed: Bool, failReasons: [String], details: [CategoryJudgement], salesSteps: [SalesStepResult],
        findings: [Finding], samples: [Int], spread: Int, needsReview: Bool, flags: [String], model: String,
        rubricVersion: Int, promptVersion: Int
    ) {
        self.overall = overall
        self.categories = categories
        self.highlights = highlights
        self.improvements = improvements
        self.summary = summary
        self.passed = passed
        self.failReasons = failReasons
        self.details = details
        self.salesSteps = salesSteps
        self.findings = findings
        self.samples = samples
        self.spread = spread
        self.needsReview = needsReview
        self.flags = flags
        self.model = model
        self.rubricVersion = rubricVersion
        self.promptVersion = promptVersion
    }

    public struct CategoryJudgement: Codable, Hashable, Sendable {
        public var id: String
        public var title: String
        public var score: Int
        public var weight: Int
        public var rationale: String
        /// Verbatim quotes, each checked against the stored words.
        public var evidence: [Evidence]
        /// True when no quote held and the score was capped for it.
        public var capped: Bool

        public init(
            id: String, title: String, score: Int, weight: Int, rationale: String, evidence: [Evidence], capped: Bool
        ) {
            self.id = id
            self.title = title
            self.score = score
            self.weight = weight
            self.rationale = rationale
            self.evidence = evidence
            self.capped = capped
        }
    }
}
