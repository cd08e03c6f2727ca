import Foundation

/// Student's t distribution. Its probabilities come from the regularized incomplete beta function (DLMF 8.17), as the
/// continued fraction of DLMF 8.17.22.
enum StudentT {
    /// The value that the distribution stays below with this probability.
    ///
    /// - Parameters:
    ///   - probability: 0.5 to 0.9999.
    ///   - degrees: degrees of freedom, at least 1; fractions are allowed.
    static func quantile(_ probability: Double, degrees: Double) -> Double {
        var (low, high) = (0.0, 10_000.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if cumulative(middle, degrees: degrees) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// - Parameter t: at least 0.
    static func cumulative(_ t: Double, degrees: Double) -> Double {
        1 - incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
    }

    /// I_x(a, b) for x from 0 to 1.
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast on one side only.
        return x <= (a + 1) / (a + b + 2) ? expansion(x, a, b) : 1 - expansion(1 - x, b, a)
    }

    private static func expansion(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let beta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
        let power: Double = a * log(x) + b * log(1 - x)
        return exp(power - beta) / (a * fraction(x, a, b))
    }

    /// 1 + d₁/(1 + d₂/(1 + …)), evaluated from its end.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var value = 1.0
        for index in stride(from: 200, through: 1, by: -1) {
            value = 1 + coefficient(index, x, a, b) / value
        }
        return value
    }

    private static func coefficient(_ index: Int, _ x: Double, _ a: Double, _ b: Double) -> Double {
        let m = Double(index / 2)
        let c: Double = a + 2 * m
        guard index.isMultiple(of: 2) else {
            let odd: Double = (a + m) * (a + b + m) * x
            return -odd / (c * (c + 1))
        }
        let even: Double = m * (b - m) * x
        return even / ((c - 1) * c)
    }
}
