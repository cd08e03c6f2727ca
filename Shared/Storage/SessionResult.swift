public import Domain
public import Foundation

/// What progress, cohorts and exports read of a session: its entry in the lists, and what its score says in detail.
public struct SessionResult: Hashable, Sendable {
    public var summary: SessionSummary
    /// Nil if no client ever connected.
    public var startedAt: Date?
    /// Language of the persona, ISO 639-1.
    public var language: String
    /// Whose law applied; nil in records of earlier versions.
    public var market: String?
    /// `metadata.store`, if the client sent a text, cut to `longestStore`.
    public var store: String?
    /// Empty without a score.
    public var categories: [Category]
    /// Of the score.
    public var findings: [Mark]

    public struct Category: Hashable, Sendable {
        public var id: String
        public var title: String
        /// 0…100.
        public var score: Int
        public var weight: Int

        public init(id: String, title: String, score: Int, weight: Int) {
            self.id = id
            self.title = title
            self.score = score
            self.weight = weight
        }
    }

    /// A finding without its words.
    public struct Mark: Hashable, Sendable {
        public var rule: String
        public var status: Finding.Status

        public init(rule: String, status: Finding.Status) {
            self.rule = rule
            self.status = status
        }
    }

    public init(
        summary: SessionSummary, startedAt: Date?, language: String, market: String?, store: String?,
        categories: [Category], findings: [Mark]
    ) {
        self.summary = summary
        self.startedAt = startedAt
        self.language = language
        self.market = market
        self.store = store
        self.categories = categories
        self.findings = findings
    }

    /// Maximum length of `store`, in Unicode scalars: clients may send a megabyte.
    public static let longestStore = 64

    package static func shortened(_ store: String) -> String {
        String(String.UnicodeScalarView(store.unicodeScalars.prefix(longestStore)))
    }

    /// Nil for a record that BSON cannot represent.
    package init?(_ record: SessionRecord) {
        guard let fields = try? SessionDocument.fields(of: record), let result = try? SessionDocument.result(fields)
        else { return nil }
        self = result
    }

    /// Whether it enters progress and cohorts: submitted, ended, scored, and not spoiled by the system or the customer.
    public var counts: Bool {
        summary.visibility == .submitted && summary.status == .ended && summary.score != nil
            && summary.counted != false
    }
}

/// The newest results that match.
public struct SessionResults: Sendable {
    /// Newest first.
    public var items: [SessionResult]
    /// False if older ones match, too.
    public var isComplete: Bool

    public init(items: [SessionResult], isComplete: Bool) {
        self.items = items
        self.isComplete = isComplete
    }
}

/// A field by which sessions can be chosen.
public enum SessionField: String, CaseIterable, Sendable {
    case traineeId, client
    case market = "rules.market"
    case store = "metadata.store"
}
