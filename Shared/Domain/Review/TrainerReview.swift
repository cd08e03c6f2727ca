public import Foundation

/// What people decided about a session's score, and what its trainee disputes.
///
/// One document with one revision: who changes it names the revision that they saw.
public struct TrainerReview: Codable, Hashable, Sendable {
    /// 1, 2, 3, …: goes up with every change.
    public var revision: Int
    /// `revision` after the last change of categories or findings. Nil before the first, and in earlier records.
    public var decidedRevision: Int?
    /// Scores of a person, which count instead of the machine's.
    public var categories: [Correction]
    public var findings: [Decision]
    /// The oldest first.
    public var disputes: [Dispute]
    /// Name of the API key of the person who looked at the score last. Nil while there are only disputes.
    public var reviewedBy: String?
    public var reviewedAt: Date?
    /// Revision of the machine's score that this person looked at.
    public var reviewedRevision: Int?
    /// In the blind sample: the first scores of a person who had not seen the machine's, beside those.
    public var blind: [BlindScore]?

    /// Maximum number of changes.
    public static let most = 200
    /// Maximum size of a reason in words, in bytes of UTF-8.
    public static let longestNote = 1_000

    public init(
        revision: Int = 0, categories: [Correction] = [], findings: [Decision] = [], disputes: [Dispute] = [],
        reviewedBy: String? = nil, reviewedAt: Date? = nil, reviewedRevision: Int? = nil, decidedRevision: Int? = nil,
        blind: [BlindScore]? = nil
    ) {
        self.revision = revision
        self.categories = categories
        self.findings = findings
        self.disputes = disputes
        self.reviewedBy = reviewedBy
        self.reviewedAt = reviewedAt
        self.reviewedRevision = reviewedRevision
        self.decidedRevision = decidedRevision
        self.blind = blind
    }

    /// Why a person's score stands beside the machine's.
    public enum Reason: String, Codable, CaseIterable, Sendable {
        case accurate
        case tooHigh = "too_high"
        case tooLow = "too_low"
        case wrongReason = "wrong_reason"
        case missingEvidence = "missing_evidence"

        /// Whether the reason fits both scores.
        func fits(_ score: Int, machine: Int) -> Bool {
            switch self {
            case .accurate: score == machine
            case .tooHigh: score < machine
            case .tooLow: score > machine
            case .wrongReason, .missingEvidence: true
            }
        }

        /// What the difference alone says.
        static func of(_ score: Int, machine: Int) -> Reason {
            score == machine ? .accurate : score < machine ? .tooHigh : .tooLow
        }
    }

    /// One category as a person scores it.
    public struct Correction: Codable, Hashable, Sendable {
        /// Id of a category of the rubric.
        public var id: String
        /// 0…100, before the caps that the rules set.
        public var score: Int
        /// The machine's score that the person saw, or was compared with.
        public var machine: Int
        public var reason: Reason
        public var note: String?
        /// Name of the person's API key.
        public var by: String
        public var at: Date

        public init(
            id: String, score: Int, machine: Int, reason: Reason, note: String? = nil, by: String, at: Date
        ) {
            self.id = id
            self.score = score
            self.machine = machine
            self.reason = reason
            self.note = note
            self.by = by
            self.at = at
        }
    }

    /// One finding as a person settles it.
    public struct Decision: Codable, Hashable, Sendable {
        public enum Verdict: String, Codable, CaseIterable, Sendable {
            /// The rule is broken.
            case upheld
            /// It is not.
            case dismissed
        }

        public var findingId: String
        public var decision: Verdict
        public var note: String?
        public var by: String
        public var at: Date

        public init(findingId: String, decision: Verdict, note: String? = nil, by: String, at: Date) {
            self.findingId = findingId
            self.decision = decision
            self.note = note
            self.by = by
            self.at = at
        }
    }

    /// One category of a blind sample.
    public struct BlindScore: Codable, Hashable, Sendable {
        public var id: String
        public var human: Int
        public var machine: Int
        /// The person's score minus the machine's.
        public var difference: Int
        /// True if a cap held the machine's score down, which the person's is given without. Otherwise nil.
        public var capped: Bool?

        public init(id: String, human: Int, machine: Int, capped: Bool? = nil) {
            self.id = id
            self.human = human
            self.machine = machine
            self.capped = capped
            difference = human - machine
        }
    }

    /// Whether a person has looked at the score.
    public var isReviewed: Bool { reviewedBy != nil }

    /// The revision that a step has to know which decides about scores or findings.
    var lastDecided: Int { decidedRevision ?? (isReviewed ? revision : 0) }

    public var openDispute: Dispute? { disputes.first { $0.answer == nil } }
}

/// A trainee's objection to a score, and the answer of a trainer.
public struct Dispute: Codable, Hashable, Sendable {
    /// `d1`, `d2`, …, unique in the session.
    public var id: String
    public var text: String
    /// Name of the API key, or of the one that issued the ticket.
    public var by: String
    public var at: Date
    public var answer: Answer?

    /// Maximum size of the text and of its answer, in bytes of UTF-8.
    public static let longestText = 2_000
    /// Maximum number in a session.
    public static let most = 5

    public struct Answer: Codable, Hashable, Sendable {
        public var text: String
        public var by: String
        public var at: Date

        public init(text: String, by: String, at: Date) {
            self.text = text
            self.by = by
            self.at = at
        }
    }

    public init(id: String, text: String, by: String, at: Date, answer: Answer? = nil) {
        self.id = id
        self.text = text
        self.by = by
        self.at = at
        self.answer = answer
    }
}
