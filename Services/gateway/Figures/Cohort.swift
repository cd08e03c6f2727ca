import Domain
import Storage

/// What the sessions of a cohort show together: those that match a filter.
struct Cohort: Encodable, Sendable {
    /// How many sessions got how far. Each number includes the next.
    struct DropOff: Encodable, Hashable, Sendable {
        var created: Int
        /// A client connected.
        var started: Int
        var ended: Int
        /// Scored, and not spoiled by the system or the customer.
        var counted: Int
        var passed: Int
    }

    /// Sessions that count, by their score: 0…9, 10…19, …, 90…100.
    struct Bin: Encodable, Hashable, Sendable {
        var from: Int
        var to: Int
        var sessions: Int
    }

    struct Category: Encodable, Hashable, Sendable {
        var id: String
        var title: String
        var estimate: Estimate
    }

    /// How often a rule was broken, in sessions that count.
    struct RuleFindings: Encodable, Hashable, Sendable {
        var rule: String
        /// Sessions in which it was broken at least once.
        var sessions: Int
        /// Their share of all that count.
        var share: Estimate
        /// Sessions in which it may have been broken and nobody has decided.
        var undecided: Int
    }

    /// Values that the filters may have, because sessions have them.
    struct Choices: Encodable, Hashable, Sendable {
        var stores: [String]
        var markets: [String]
        var clients: [String]
    }

    /// Maximum number of sessions that are read, the newest first.
    static let most = 5_000
    /// Maximum length of `needsReview`, the newest first.
    static let mostForReview = 50

    /// Sessions that were read.
    var sessions: Int
    /// False if older sessions match, too: `limit` was reached.
    var isComplete: Bool
    var limit = Cohort.most
    /// Below this number of calls a figure decides nothing.
    var fewest = Sample.fewest
    var dropOff: DropOff
    var score: Estimate
    /// Share of passed sessions among those that count and are decided.
    var passRate: Estimate
    var distribution: [Bin]
    /// The weakest first; those with too few calls come last.
    var categories: [Category]
    /// The most frequent first.
    var findings: [RuleFindings]
    /// Of all sessions that match, also of those that were not read.
    var unknownInteractions: [SessionStatistics.UnknownInteraction]
    /// Number of all sessions that match.
    var allSessions: Int
    /// Number of sessions that a person should look at.
    var needsReviewSessions: Int
    var needsReview: [SessionSummary]
    var choices: Choices

    /// - Parameter results: newest first, of submitted sessions only.
    init(
        _ results: SessionResults, statistics: SessionStatistics? = nil,
        choices: Choices = Choices(stores: [], markets: [], clients: [])
    ) {
        let all = results.items
        let counted = Array(all.filter(\.counts).reversed())
        let scores = counted.compactMap(\.summary.score)
        let passed = counted.count { $0.summary.verdict == .passed }
        sessions = all.count
        isComplete = results.isComplete
        dropOff = DropOff(
            created: all.count, started: all.count { $0.startedAt != nil },
            ended: all.count { $0.startedAt != nil && $0.summary.status == .ended }, counted: counted.count,
            passed: passed)
        score = .mean(of: Sample(scores))
        passRate = .share(passed, of: passed + counted.count { $0.summary.verdict == .failed })
        distribution = (0..<10).map { bin in
            let (from, to) = (bin * 10, bin == 9 ? 100 : bin * 10 + 9)
            return Bin(from: from, to: to, sessions: scores.count { (from...to).contains($0) })
        }
        categories = CategoryTally(counted).rows.map { Category(id: $0.category, title: $0.title, estimate: $0.all) }
            .sorted { left, right in
                func rank(_ category: Category) -> (Int, Double, String) {
                    let estimate = category.estimate
                    return (estimate.n < Sample.fewest ? 1 : 0, estimate.value ?? 0, category.id)
                }
                return rank(left) < rank(right)
            }
        findings = Self.findings(counted)
        unknownInteractions = statistics?.unknownInteractions ?? []
        allSessions = max(all.count, statistics?.totalSessions ?? 0)
        let forReview = all.filter { $0.summary.needsReview == true }
        needsReviewSessions = forReview.count
        needsReview = forReview.prefix(Self.mostForReview).map(\.summary)
        self.choices = choices
    }

    private static func findings(_ counted: [SessionResult]) -> [RuleFindings] {
        var (broken, undecided): ([String: Int], [String: Int]) = ([:], [:])
        for result in counted {
            func rules(_ statuses: Set<Finding.Status>) -> Set<String> {
                Set(result.findings.filter { statuses.contains($0.status) }.map(\.rule))
            }
            let violated = rules([.violated])
            for rule in violated { broken[rule, default: 0] += 1 }
            for rule in rules([.suspected, .disputed]).subtracting(violated) { undecided[rule, default: 0] += 1 }
        }
        return Set(broken.keys).union(undecided.keys).map { rule in
            RuleFindings(
                rule: rule, sessions: broken[rule] ?? 0, share: .share(broken[rule] ?? 0, of: counted.count),
                undecided: undecided[rule] ?? 0)
        }.sorted { ($1.sessions, $1.undecided, $0.rule) < ($0.sessions, $0.undecided, $1.rule) }
    }
}
