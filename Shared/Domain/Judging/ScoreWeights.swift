/// `overall` from the categories and the rubric's weights.
public enum ScoreWeights {
    /// The weighted mean, rounded to the nearest whole number, halves up. Weights that do not add up to 100 are taken
    /// relative to their sum; without any weight all categories count the same.
    public static func overall(of categories: [Scorecard.CategoryJudgement]) -> Int {
        let weights = categories.map { max(0, $0.weight) }
        let total = weights.reduce(0, +)
        guard total > 0 else {
            return categories.isEmpty ? 0 : rounded(categories.map(\.score).reduce(0, +), over: categories.count)
        }
        return rounded(zip(categories, weights).map { $0.score * $1 }.reduce(0, +), over: total)
    }

    private static func rounded(_ sum: Int, over count: Int) -> Int { (2 * sum + count) / (2 * count) }
}
