import Domain

/// What may be said of the products, checked against what trainees commonly get wrong.
struct ProductFacts: Sendable {
    struct FalseClaim: Sendable {
        let id: String
        let severity: Finding.Severity
        let patterns: [PhrasePattern]
        let exceptions: [PhrasePattern]
        let negatable: Bool
        /// What is true instead, one sentence.
        let correction: String
    }

    let claims: [FalseClaim]
    /// Every word that names a product. A phrase about one product never reaches over the name of another.
    let names: Set<String>
    let namePatterns: [PhrasePattern]

    func findings(in spoken: SpokenWords, of utterance: Utterance, negation: Negation) -> [Finding] {
        claims.compactMap { claim in
            let exceptions = claim.exceptions.flatMap { $0.matches(in: spoken) }
            let match = claim.patterns.lazy.flatMap { $0.matches(in: spoken, barriers: names) }.first { match in
                !exceptions.contains { $0.overlaps(match) }
                    && !(claim.negatable && negation.turnsRound(match, in: spoken.words))
            }
            guard let match else { return nil }
            let quote = spoken.quote(match)
            return Finding(
                rule: "product_claim", status: .violated, severity: claim.severity,
                message: "«\(quote)» is wrong. \(claim.correction)",
                evidence: Evidence(utteranceId: utterance.utteranceId, text: quote), time: utterance.startTime)
        }
    }

    func firstMention(in spoken: SpokenWords) -> PhrasePattern.Match? {
        namePatterns.lazy.flatMap { $0.matches(in: spoken) }.min { $0.first < $1.first }
    }
}
