import Foundation

/// A figure with what it rests on: how many calls, and the interval that holds the true value in 95 of 100 cases.
struct Estimate: Encodable, Hashable, Sendable {
    /// Number of calls.
    var n: Int
    /// Absent without calls.
    var value: Double?
    /// Absent where too few calls say nothing about the spread.
    var low: Double?
    var high: Double?

    private static let confidence = 0.975
    /// The normal distribution stays below it with that probability.
    private static let z = 1.959964

    /// The mean of scores from 0 to 100, with Student's t interval: mean ± t₀.₉₇₅,ₙ₋₁ · s/√n.
    static func mean(of sample: Sample) -> Estimate {
        guard let mean = sample.mean else { return Estimate(n: 0) }
        guard let variance = sample.variance else { return Estimate(n: sample.count, value: mean.rounded(to: 2)) }
        let n = Double(sample.count)
        let half = StudentT.quantile(confidence, degrees: n - 1) * (variance / n).squareRoot()
        return Estimate(
            n: sample.count, value: mean.rounded(to: 2), low: max(0, mean - half).rounded(to: 2),
            high: min(100, mean + half).rounded(to: 2))
    }

    /// A share from 0 to 1, with Wilson's score interval (1927).
    static func share(_ part: Int, of n: Int) -> Estimate {
        guard n > 0 else { return Estimate(n: 0) }
        let (share, count) = (Double(part) / Double(n), Double(n))
        let square = z * z
        let middle = (share + square / (2 * count)) / (1 + square / count)
        let half =
            z / (1 + square / count) * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        return Estimate(
            n: n, value: share.rounded(to: 4), low: max(0, middle - half).rounded(to: 4),
            high: min(1, middle + half).rounded(to: 4))
    }
}

extension Double {
    /// Sums of fractions have long tails that mean nothing.
    func rounded(to digits: Int) -> Double {
        let factor = pow(10, Double(digits))
        return (self * factor).rounded() / factor
    }
}
