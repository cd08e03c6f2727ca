/// Whether the last calls were better than those before: Welch's t test for two samples of unequal variance (Welch 1947),
/// as the 95 % interval of the difference of the means.
struct ScoreChange: Encodable, Hashable, Sendable {
    enum Finding: String, Encodable, Sendable {
        case better, worse
        /// The interval includes zero.
        case noEvidence = "no_evidence"
        /// Fewer calls than two groups need.
        case tooFew = "too_few"
    }

    struct Group: Encodable, Hashable, Sendable {
        var n: Int
        var mean: Double
        /// Standard deviation.
        var spread: Double
    }

    /// Calls in each group.
    static let size = 5

    var finding: Finding
    /// Calls that a comparison needs.
    var needed = 2 * ScoreChange.size
    var before: Group?
    var last: Group?
    /// Points by which the mean has changed, and its interval.
    var difference: Double?
    var low: Double?
    var high: Double?

    /// - Parameter scores: of all calls that count, oldest first.
    init(_ scores: [Int]) {
        finding = .tooFew
        guard scores.count >= needed else { return }
        let latest = Sample(scores.suffix(Self.size))
        let earlier = Sample(scores.suffix(2 * Self.size).prefix(Self.size))
        guard let mean = latest.mean, let meanBefore = earlier.mean, let variance = latest.variance,
            let varianceBefore = earlier.variance
        else { return }
        let n = Double(Self.size)
        let (part, partBefore) = (variance / n, varianceBefore / n)
        let whole = part + partBefore
        // Welch and Satterthwaite's degrees of freedom.
        let degrees = whole * whole / ((part * part + partBefore * partBefore) / (n - 1))
        let half = StudentT.quantile(0.975, degrees: degrees) * whole.squareRoot()
        let change = mean - meanBefore
        finding = change - half > 0 ? .better : change + half < 0 ? .worse : .noEvidence
        before = Group(
            n: Self.size, mean: meanBefore.rounded(to: 2), spread: varianceBefore.squareRoot().rounded(to: 2))
        last = Group(n: Self.size, mean: mean.rounded(to: 2), spread: variance.squareRoot().rounded(to: 2))
        difference = change.rounded(to: 2)
        low = (change - half).rounded(to: 2)
        high = (change + half).rounded(to: 2)
    }
}
