import Domain

/// Aligns the stored utterances with the expected ones, so that one missing utterance is one complaint, and not one for
/// each utterance after it.
enum TranscriptAlignment {
    enum Pair: Sendable {
        case both(ExpectedLine, stored: Int)
        case missing(ExpectedLine)
        case surplus(stored: Int)
    }

    private static let gap = 2
    private static let optionalGap = 1
    /// Too many or too few words of the right item.
    private static let wrongCount = 1

    /// Wrong words cost less than leaving out both utterances, so that they are reported as such; but an optional
    /// utterance need not match any.
    private static func cost(of line: ExpectedLine, as stored: Utterance) -> Int {
        if line.fault(in: stored) == nil { return 0 }
        if line.isBeginning(stored) { return wrongCount }
        return line.isOptional ? 2 * gap : 2 * gap - 1
    }

    /// The cheapest alignment, in order.
    static func pairs(_ expected: [ExpectedLine], _ stored: [Utterance]) -> [Pair] {
        // costs[i][j]: cost of aligning the rest, from i and from j on.
        var costs = [[Int]](repeating: [Int](repeating: 0, count: stored.count + 1), count: expected.count + 1)
        for i in stride(from: expected.count, through: 0, by: -1) {
            for j in stride(from: stored.count, through: 0, by: -1) {
                costs[i][j] = options(i, j, expected, stored, costs).map(\.cost).min() ?? 0
            }
        }
        var pairs: [Pair] = []
        var (i, j) = (0, 0)
        while let best = options(i, j, expected, stored, costs).min(by: { $0.cost < $1.cost }) {
            pairs.append(best.pair)
            switch best.pair {
            case .both: (i, j) = (i + 1, j + 1)
            case .missing: i += 1
            case .surplus: j += 1
            }
        }
        return pairs
    }

    private static func options(
        _ i: Int, _ j: Int, _ expected: [ExpectedLine], _ stored: [Utterance], _ costs: [[Int]]
    ) -> [(pair: Pair, cost: Int)] {
        var options: [(pair: Pair, cost: Int)] = []
        if i < expected.count, j < stored.count, expected[i].speaker == stored[j].speaker {
            let cost = cost(of: expected[i], as: stored[j]) + costs[i + 1][j + 1]
            options.append((.both(expected[i], stored: j), cost))
        }
        if i < expected.count {
            options.append((.missing(expected[i]), (expected[i].isOptional ? optionalGap : gap) + costs[i + 1][j]))
        }
        if j < stored.count { options.append((.surplus(stored: j), gap + costs[i][j + 1])) }
        return options
    }
}
