/// Upper limits that violations of the rules set for a category's score, regardless of the model's judgement. The
/// figures follow the levels that the rubrics define:
///
/// | violation | category | at most |
/// |---|---|---|
/// | any blocker | `compliance` | 20 |
/// | any major one | `compliance` | 40 |
/// | age check late or left out, minor | `compliance` | 60 |
/// | a wrong fact about a product, major or worse | `argumentQuality` | 60 |
/// | a product named before any question | `needsDiscovery` | 60 |
///
/// All other findings are left to the model's judgement.
public enum RuleCaps {
    public struct Cap: Equatable, Sendable {
        public var score: Int
        /// The finding's message.
        public var reason: String

        public init(score: Int, reason: String) {
            self.score = score
            self.reason = reason
        }
    }

    /// The lowest cap that applies.
    public static func cap(of category: String, by findings: [Finding]) -> Cap? {
        findings.filter { $0.status == .violated }.compactMap { finding -> Cap? in
            limit(of: category, by: finding).map { Cap(score: $0, reason: finding.message) }
        }.min { $0.score < $1.score }
    }

    private static func limit(of category: String, by finding: Finding) -> Int? {
        switch (category, finding.rule, finding.severity) {
        case ("compliance", _, .blocker): 20
        case ("compliance", _, .major): 40
        case ("compliance", .ageCheck, .minor): 60
        case ("argumentQuality", .productClaim, .blocker), ("argumentQuality", .productClaim, .major): 60
        case ("needsDiscovery", .needsBeforePitch, _): 60
        default: nil
        }
    }
}
