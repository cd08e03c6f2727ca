public import Foundation

/// The score of a finished session. The first six keys are the spec's; the others say what the numbers are based on.
public struct Scorecard: Codable, Hashable, Sendable {
    /// 0…100, computed by code from the categories and the persona's weights.
    public var overall: Int
    /// Scores 0…100 by category id.
    public var categories: [String: Int]
    public var highlights: [String]
    public var improvements: [String]
    public var summary: String
    /// Nil in scores of earlier versions, and if there was nothing to judge.
    public var coaching: Coaching?

    public var verdict: Verdict
    /// Why it did not pass, one sentence each.
    public var failReasons: [String]
    /// What a person has to decide before it passes or fails, one sentence each.
    public var pendingReasons: [String]
    /// Points needed to pass, 0…100.
    public var passMark: Int
    /// How the session ended, adjudicated from what voice model, supervisor and client claimed.
    public var outcome: Outcome?
    public var details: [CategoryJudgement]
    public var salesSteps: [SalesStepResult]
    public var findings: [Finding]
    /// The overall score of each sample; `overall` is their median.
    public var samples: [Int]
    /// Highest minus lowest of `samples`.
    public var spread: Int
    /// A person should look at the session; `flags` says why.
    public var needsReview: Bool
    public var flags: [String]
    /// What was counted and not judged.
    public var facts: TalkFacts?
    /// VR interactions whose object or action the content files do not name.
    public var unknownInteractions: [Interaction]?
    /// False if the system or the customer spoiled the session: it is judged, but left out of averages and conversion
    /// rates.
    public var counted: Bool
    /// Why it is not counted: `upstream`, `relay_lost`, `client_lost`, `inaudible`, …
    public var notCountedReason: String?
    /// ISO 639-1 code of the rules' language; `none` if there are no rules for the session's language.
    public var rulesLanguage: String?
    /// Whether a review by meaning has read the places that the rules found.
    public var reviewed: Bool
    /// 1, 2, 3, …: goes up when the session is judged again, for example after late events.
    public var revision: Int
    public var model: String
    /// How the judges were asked; a later revision asks them in the same way. Nil in scores of earlier versions.
    public var judge: Judge?
    public var rubricVersion: Int
    public var promptVersion: Int
    /// SHA-256 of the rulebook that it was judged by, lower-case hex.
    public var rulebook: String?
    /// The machine's numbers, beside those of a person that count instead. Nil while nobody has reviewed the score.
    public var machine: MachineScore?
    /// Name of the API key of the person who reviewed the score last.
    public var reviewedBy: String?
    public var reviewedAt: Date?

    public struct Judge: Codable, Hashable, Sendable {
        /// The name that the operator configured; `Scorecard.model` is the version that answered.
        public var model: String
        /// `none`, `low`, …; nil if none is sent.
        public var reasoningEffort: String?
        public var samples: Int

        public init(model: String, reasoningEffort: String? = nil, samples: Int) {
            self.model = model
            self.reasoningEffort = reasoningEffort
            self.samples = samples
        }
    }

    public enum Verdict: String, Codable, Sendable {
        case passed, failed
        /// A person has to decide.
        case pending
    }

    /// Nil while a person has to decide. Some clients take a missing value for false: they should read `verdict`.
    public var passed: Bool? {
        switch verdict {
        case .passed: true
        case .failed: false
        case .pending: nil
        }
    }

    public init(
        overall: Int, categories: [String: Int], highlights: [String], improvements: [String], summary: String,
        coaching: Coaching? = nil, verdict: Verdict, failReasons: [String], pendingReasons: [String] = [],
        passMark: Int = Scenario.passMark,
        outcome: Outcome? = nil, details: [CategoryJudgement], salesSteps: [SalesStepResult], findings: [Finding],
        samples: [Int], spread: Int, needsReview: Bool, flags: [String], facts: TalkFacts? = nil,
        unknownInteractions: [Interaction]? = nil, counted: Bool = true, notCountedReason: String? = nil,
        rulesLanguage: String? = nil,
        reviewed: Bool = false, revision: Int = 1, model: String, judge: Judge? = nil, rubricVersion: Int,
        promptVersion: Int,
        rulebook: String? = nil, machine: MachineScore? = nil, reviewedBy: String? = nil, reviewedAt: Date? = nil
    ) {
        self.overall = overall
        self.categories = categories
        self.highlights = highlights
        self.improvements = improvements
        self.summary = summary
        self.coaching = coaching
        self.verdict = verdict
        self.failReasons = failReasons
        self.pendingReasons = pendingReasons
        self.passMark = passMark
        self.outcome = outcome
        self.details = details
        self.salesSteps = salesSteps
        self.findings = findings
        self.samples = samples
        self.spread = spread
        self.needsReview = needsReview
        self.flags = flags
        self.facts = facts
        self.unknownInteractions = unknownInteractions
        self.counted = counted
        self.notCountedReason = notCountedReason
        self.rulesLanguage = rulesLanguage
        self.reviewed = reviewed
        self.revision = revision
        self.model = model
        self.judge = judge
        self.rubricVersion = rubricVersion
        self.promptVersion = promptVersion
        self.rulebook = rulebook
        self.machine = machine
        self.reviewedBy = reviewedBy
        self.reviewedAt = reviewedAt
    }

    public struct CategoryJudgement: Codable, Hashable, Sendable {
        public var id: String
        public var title: String
        public var score: Int
        public var weight: Int
        public var rationale: String
        /// Verbatim quotes, each checked against the stored words.
        public var evidence: [Evidence]
        /// True if no quote was confirmed and the score was therefore capped.
        public var capped: Bool
        /// Highest minus lowest score of the samples.
        public var spread: Int?
        /// The machine's score, where it is not `score`: a person's correction, or a cap by a person's decision.
        public var machineScore: Int?
        /// What a person said of this category; nil if nobody did.
        public var correction: TrainerReview.Correction?

        public init(
            id: String, title: String, score: Int, weight: Int, rationale: String, evidence: [Evidence], capped: Bool,
            spread: Int? = nil, machineScore: Int? = nil, correction: TrainerReview.Correction? = nil
        ) {
            self.machineScore = machineScore
            self.correction = correction
            self.id = id
            self.title = title
            self.score = score
            self.weight = weight
            self.rationale = rationale
            self.evidence = evidence
            self.capped = capped
            self.spread = spread
        }
    }
}

extension Scorecard {
    private enum CodingKeys: String, CodingKey {
        case overall, categories, highlights, improvements, summary, coaching, verdict, passed, failReasons,
            pendingReasons
        case passMark, outcome, details, salesSteps, findings, samples, spread, needsReview, flags, facts, counted
        case unknownInteractions
        case notCountedReason, rulesLanguage, reviewed, revision, model, judge, rubricVersion, promptVersion, rulebook
        case machine, reviewedBy, reviewedAt
    }

    /// Scores of earlier versions have no `verdict`, only `passed`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let passed = try container.decodeIfPresent(Bool.self, forKey: .passed)
        self.init(
            overall: try container.decode(Int.self, forKey: .overall),
            categories: try container.decode([String: Int].self, forKey: .categories),
            highlights: try container.decode([String].self, forKey: .highlights),
            improvements: try container.decode([String].self, forKey: .improvements),
            summary: try container.decode(String.self, forKey: .summary),
            coaching: try container.decodeIfPresent(Coaching.self, forKey: .coaching),
            verdict: try container.decodeIfPresent(Verdict.self, forKey: .verdict)
                ?? passed.map { $0 ? .passed : .failed } ?? .pending,
            failReasons: try container.decode([String].self, forKey: .failReasons),
            pendingReasons: try container.decodeIfPresent([String].self, forKey: .pendingReasons) ?? [],
            passMark: try container.decodeIfPresent(Int.self, forKey: .passMark) ?? 0,
            outcome: try container.decodeIfPresent(Outcome.self, forKey: .outcome),
            details: try container.decode([CategoryJudgement].self, forKey: .details),
            salesSteps: try container.decode([SalesStepResult].self, forKey: .salesSteps),
            findings: try container.decode([Finding].self, forKey: .findings),
            samples: try container.decode([Int].self, forKey: .samples),
            spread: try container.decode(Int.self, forKey: .spread),
            needsReview: try container.decode(Bool.self, forKey: .needsReview),
            flags: try container.decode([String].self, forKey: .flags),
            facts: try container.decodeIfPresent(TalkFacts.self, forKey: .facts),
            unknownInteractions: try container.decodeIfPresent([Interaction].self, forKey: .unknownInteractions),
            counted: try container.decodeIfPresent(Bool.self, forKey: .counted) ?? true,
            notCountedReason: try container.decodeIfPresent(String.self, forKey: .notCountedReason),
            rulesLanguage: try container.decodeIfPresent(String.self, forKey: .rulesLanguage),
            reviewed: try container.decodeIfPresent(Bool.self, forKey: .reviewed) ?? false,
            revision: try container.decodeIfPresent(Int.self, forKey: .revision) ?? 1,
            model: try container.decode(String.self, forKey: .model),
            judge: try container.decodeIfPresent(Judge.self, forKey: .judge),
            rubricVersion: try container.decode(Int.self, forKey: .rubricVersion),
            promptVersion: try container.decode(Int.self, forKey: .promptVersion),
            rulebook: try container.decodeIfPresent(String.self, forKey: .rulebook),
            machine: try container.decodeIfPresent(MachineScore.self, forKey: .machine),
            reviewedBy: try container.decodeIfPresent(String.self, forKey: .reviewedBy),
            reviewedAt: try container.decodeIfPresent(Date.self, forKey: .reviewedAt))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(overall, forKey: .overall)
        try container.encode(categories, forKey: .categories)
        try container.encode(highlights, forKey: .highlights)
        try container.encode(improvements, forKey: .improvements)
        try container.encode(summary, forKey: .summary)
        try container.encodeIfPresent(coaching, forKey: .coaching)
        try container.encode(verdict, forKey: .verdict)
        try container.encodeIfPresent(passed, forKey: .passed)
        try container.encode(failReasons, forKey: .failReasons)
        try container.encode(pendingReasons, forKey: .pendingReasons)
        try container.encode(passMark, forKey: .passMark)
        try container.encodeIfPresent(outcome, forKey: .outcome)
        try container.encode(details, forKey: .details)
        try container.encode(salesSteps, forKey: .salesSteps)
        try container.encode(findings, forKey: .findings)
        try container.encode(samples, forKey: .samples)
        try container.encode(spread, forKey: .spread)
        try container.encode(needsReview, forKey: .needsReview)
        try container.encode(flags, forKey: .flags)
        try container.encodeIfPresent(facts, forKey: .facts)
        try container.encodeIfPresent(unknownInteractions, forKey: .unknownInteractions)
        try container.encode(counted, forKey: .counted)
        try container.encodeIfPresent(notCountedReason, forKey: .notCountedReason)
        try container.encodeIfPresent(rulesLanguage, forKey: .rulesLanguage)
        try container.encode(reviewed, forKey: .reviewed)
        try container.encode(revision, forKey: .revision)
        try container.encode(model, forKey: .model)
        try container.encodeIfPresent(judge, forKey: .judge)
        try container.encode(rubricVersion, forKey: .rubricVersion)
        try container.encode(promptVersion, forKey: .promptVersion)
        try container.encodeIfPresent(rulebook, forKey: .rulebook)
        try container.encodeIfPresent(machine, forKey: .machine)
        try container.encodeIfPresent(reviewedBy, forKey: .reviewedBy)
        try container.encodeIfPresent(reviewedAt, forKey: .reviewedAt)
    }

    /// Flags for which a person should look at the score, each with its reason. Other flags, such as
    /// `contradicts_rules`, only say how the score was made.
    public static let reasonsForReview: [String: String] = [
        "outcome_disputed": "the outcome that was told differs from the one that was judged",
        "finding_disputed": "the words break a rule, and reading for meaning says otherwise",
        "samples_disagree": "the judgements lie far apart",
        "samples_missing": "fewer judgements were made than were asked for",
        "quotes_dropped": "quotes that were never said have been removed",
        "unsupported_category": "no quote supports the score of a category",
        "unclear_speech": "a blocker rests on words that were not heard clearly",
        "words_missing": "much of what the trainee said could not be written down, so the rules could not check it",
        "injection_suspected": "something was said to the system, not to the customer",
        "review_missing": "nobody has read for meaning what the rules suspect",
        "review_undecided": "the readers do not agree about a finding",
        "review_overruled": "the readers would dismiss a finding that stands",
        "blocker_by_review": "only reading for meaning found a blocker",
        "decision_pending": "nobody has decided about a blocker",
        "rulebook_missing": "the rules that the session began with are gone",
        "rules_language_missing": "the rules have no list for this language",
        "input_cut": "the conversation was too long for the models to read all of it",
        "review_cut": "more places were suspected than are read",
        "judge_changed": "the model that judged first is gone; another one judged this revision",
        "machine_changed": "the machine has judged the session again since a person reviewed it",
    ]

    /// `notCountedReason` of a session in which the trainee said nothing: there is nothing to score.
    public static let noSpeech = "no_speech"
    public static let noSpeechReason =
        "The trainee said nothing that was understood, so there is nothing to assess."

    /// The scorecard as the trainee and the client see it: without findings that are only suspected, and with withdrawn
    /// findings only if the client was notified of them before.
    ///
    /// - Parameter live: the findings of the call.
    public func forClients(live: [Finding]) -> Scorecard {
        var card = self
        card.findings = findings.visibleToClients(live: live)
        card.pendingReasons =
            verdict == .pending ? ["A person has to look at this session before it passes or fails."] : []
        card.flags = []
        card.unknownInteractions = nil
        return card
    }
}
