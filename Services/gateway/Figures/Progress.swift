import Domain
import Foundation
import Storage

/// How one trainee gets on, from the calls that count.
struct Progress: Encodable, Sendable {
    struct Step: Encodable, Hashable, Sendable {
        var sessionId: SessionID
        var createdAt: Date
        var personaName: String
        var score: Int
        var outcome: Outcome?
    }

    struct Column: Encodable, Hashable, Sendable {
        var id: String
        var name: String
    }

    /// One category in the calls with one persona.
    struct Cell: Encodable, Hashable, Sendable {
        var personaId: String
        var n: Int
        var value: Double?
        var low: Double?
        var high: Double?
    }

    struct Row: Encodable, Hashable, Sendable {
        var category: String
        var title: String
        var all: Estimate
        /// One for each persona, in the order of `personas`.
        var cells: [Cell]
    }

    /// What to practise next, and why.
    struct Next: Encodable, Hashable, Sendable {
        var title: String
        var estimate: Estimate
        var practice: Coaching.Practice
    }

    /// Oldest first.
    var counted: [Step]
    /// Ended sessions that are left out: not counted, or without a score.
    var leftOut: Int
    /// False if there are older sessions that were not read.
    var isComplete: Bool
    /// Points since the call before; absent below two calls.
    var sinceLast: Int?
    var first: Int?
    var best: Int?
    var change: ScoreChange
    /// Below this number of calls a cell decides nothing.
    var fewest = Sample.fewest
    var personas: [Column]
    var categories: [Row]
    /// Absent while no category has been judged often enough.
    var next: Next?

    /// - Parameter results: of one trainee, newest first.
    init(_ results: SessionResults, personas known: [Persona]) {
        let counted = Array(results.items.filter(\.counts).reversed())
        let scores = counted.compactMap(\.summary.score)
        self.counted = counted.compactMap { result in
            result.summary.score.map { score in
                Step(
                    sessionId: result.summary.sessionId, createdAt: result.summary.createdAt,
                    personaName: result.summary.personaName, score: score, outcome: result.summary.outcome)
            }
        }
        leftOut = results.items.count { $0.summary.status == .ended } - counted.count
        isComplete = results.isComplete
        sinceLast = scores.last.flatMap { last in scores.dropLast().last.map { last - $0 } }
        first = scores.first
        best = scores.max()
        change = ScoreChange(scores)
        let tally = CategoryTally(counted)
        personas = tally.personas
        categories = tally.rows
        next = Self.next(tally, after: counted.last, personas: known)
    }

    /// A scenario for the weakest category of those with enough calls; of equal ones the one that weighs more.
    private static func next(_ tally: CategoryTally, after last: SessionResult?, personas: [Persona]) -> Next? {
        guard let last else { return nil }
        let weakest = tally.rows.filter { $0.all.n >= Sample.fewest }.min { left, right in
            func rank(_ row: Row) -> (Double, Int) { (row.all.value ?? 0, -(tally.weights[row.category] ?? 0)) }
            return rank(left) < rank(right)
        }
        guard let weakest else { return nil }
        return NextPractice.practice(
            of: weakest.category, after: last.summary.scenarioId, language: last.language, personas: personas
        ).map { Next(title: weakest.title, estimate: weakest.all, practice: $0) }
    }
}
