import Domain
import Foundation
import SeededRandom
import Storage
import Testing

@testable import GatewayService

@Suite struct `figures of drawn calls` {
    /// Scores as calls give them: whole numbers from 0 to 100 around a mean.
    private static func draw(_ count: Int, mean: Double, spread: Double, _ random: inout SplitMix64) -> [Int] {
        (0..<count).map { _ in
            // The sum of twelve is close to normal, with variance 1.
            let normal = (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
            return Int(min(100, max(0, mean + spread * normal)).rounded())
        }
    }

    private static func findings(
        _ draws: Int, before: Double, after: Double, spread: Double = 8, seed: UInt64
    ) -> [ScoreChange.Finding: Double] {
        var random = SplitMix64(seed: seed)
        let all = (0..<draws).map { _ in
            ScoreChange(
                draw(5, mean: before, spread: spread, &random) + draw(5, mean: after, spread: spread, &random)
            ).finding
        }
        return Dictionary(grouping: all, by: \.self).mapValues { Double($0.count) / Double(draws) }
    }

    @Test(arguments: [(60.0, 8.0), (95.0, 6.0), (30.0, 20.0), (50.0, 1.0)])
    func `without a change there is no evidence of one in 95 of 100 draws`(mean: Double, spread: Double) {
        let found = Self.findings(1_000, before: mean, after: mean, spread: spread, seed: 7)
        #expect(found[.noEvidence] ?? 0 >= 0.95, "\(found)")
        #expect(found[.tooFew] == nil)
    }

    @Test func `a true change is said, and in the right direction`() {
        let better = Self.findings(500, before: 55, after: 80, seed: 8)
        #expect(better[.better] ?? 0 >= 0.95, "\(better)")
        #expect(better[.worse] == nil)
        let worse = Self.findings(500, before: 80, after: 55, seed: 9)
        #expect(worse[.worse] ?? 0 >= 0.95, "\(worse)")
        #expect(worse[.better] == nil)
    }

    @Test func `below ten calls nothing is compared`() {
        for count in 0..<10 {
            let change = ScoreChange(Array(repeating: 50, count: count))
            #expect(change.finding == .tooFew && change.difference == nil)
        }
        let same = ScoreChange(Array(repeating: 50, count: 10))
        #expect(same.finding == .noEvidence && same.difference == 0)
        #expect(same.low ?? 0 < 0, "equal whole numbers still have the spread of rounding")
    }

    @Test func `the interval of a mean holds the true mean in 95 of 100 draws`() throws {
        var random = SplitMix64(seed: 11)
        for count in [2, 5, 20] {
            let hits = (0..<1_000).count { _ in
                let estimate = Estimate.mean(of: Sample(Self.draw(count, mean: 60, spread: 8, &random)))
                return (estimate.low ?? 101) <= 60 && 60 <= (estimate.high ?? -1)
            }
            #expect(abs(Double(hits) / 1_000 - 0.95) < 0.02, "\(count): \(hits)")
        }
    }

    @Test func `quantiles are those of the tables`() {
        for (degrees, expected) in [(1.0, 12.706), (2, 4.303), (4, 2.776), (8, 2.306), (30, 2.042), (1_000, 1.962)] {
            #expect(abs(StudentT.quantile(0.975, degrees: degrees) - expected) < 0.001)
        }
        #expect(abs(StudentT.quantile(0.95, degrees: 10) - 1.812) < 0.001)
        #expect(abs(StudentT.quantile(0.975, degrees: 4.5) - 2.660) < 0.01)
    }

    @Test func `shares have Wilson's interval`() {
        // Newcombe 1998, table I: 81 of 263 and 15 of 148.
        #expect(Estimate.share(81, of: 263) == Estimate(n: 263, value: 0.308, low: 0.2553, high: 0.3662))
        #expect(Estimate.share(15, of: 148) == Estimate(n: 148, value: 0.1014, low: 0.0624, high: 0.1605))
        #expect(Estimate.share(0, of: 20).low == 0)
        #expect(Estimate.share(0, of: 20).high.map { abs($0 - 0.1611) < 0.0001 } == true)
        #expect(Estimate.share(0, of: 0) == Estimate(n: 0))
    }

    @Test func `a figure without calls, and one of a single call, claim no interval`() {
        #expect(Estimate.mean(of: Sample([])) == Estimate(n: 0))
        #expect(Estimate.mean(of: Sample([70])) == Estimate(n: 1, value: 70))
        let two = Estimate.mean(of: Sample([60, 80]))
        #expect(two.n == 2 && two.value == 70 && two.low == 0 && two.high == 100)
    }
}
