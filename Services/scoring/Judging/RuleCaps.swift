import Domain

/// What a breach of the rules leaves of a category, whatever the model thought of it. The figures follow the written levels
/// of the rubrics:
///
/// | breach | category | at most |
/// |---|---|---|
/// | any blocker | `compliance` | 20 |
/// | any major one | `compliance` | 40 |
/// | age check late or left out, minor | `compliance` | 60 |
/// | a wrong fact about a product, major or worse | `argumentQuality` | 60 |
/// | a product named before any question | `needsDiscovery` | 60 |
///
/// Other findings are for the model to weigh.
enum RuleCaps {
    struct Cap: Equatable {
        var score: Int
        /// The finding's own sentence.
        var reason: String
    }

    /// The lowest cap that applies.
    static func cap(of category: String, by findings: [Finding]) -> Cap? {
        findings.filter { $0.status == .violated }.compactMap { finding -> Cap? in
            limit(of: category, by: finding).map { Cap(score: $0, reason: finding.message) }
        }.min { $0.score < $1.score }
    }

    private static func limit(of category: String, by finding: Finding) -> Int? {
        switch (category, finding.rule, finding.severity) {
        case ("compliance", _, .blocker): 20
        case ("compliance", _, .major): 40
        case ("compliance", "age_check", .minor): 60
        case ("argumentQuality", "product_claim", .blocker), ("argumentQuality", "product_claim", .major): 60
        case ("needsDiscovery", "needs_before_pitch", _): 60
        default: nil
        }
    }
}
