public import Domain

/// What a customer is told that he heard, in one language: a sentence for each entry, and two for entries without one.
struct HeardPart: Decodable, Sendable {
    /// For a forbidden claim.
    let claim: String
    /// For a wrong fact.
    let fact: String
    /// By entry.
    let entries: [String: String]?

    /// - Throws: `ContentError` for a sentence that is empty, too long, or about an entry that is not there.
    func checked(_ compiler: PhraseCompiler, rules: [ClaimRule]) throws -> HeardPart {
        let known = Set(rules.map(\.id))
        for (name, text) in [("claim", claim), ("fact", fact)] + (entries ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard text.contains(where: \.isLetter) else { throw compiler.refuse("heard.\(name)", "is empty") }
            guard text.count <= HeardClaim.longest else {
                throw compiler.refuse("heard.\(name)", "is longer than \(HeardClaim.longest) characters")
            }
        }
        if let stranger = entries?.keys.sorted().first(where: { !known.contains($0) }) {
            throw compiler.refuse("heard.entries.\(stranger)", "is about a rule that is not there")
        }
        return self
    }
}

extension ComplianceCatalog {
    /// What the customer is told that he heard, if a finding is certain and grave enough for him to notice: a blocker
    /// among the forbidden claims, or a wrong fact. Never the trainee's words. Nil for other findings.
    public func heard(_ finding: Finding, language: String) -> HeardClaim? {
        guard finding.status == .violated, finding.decidedBy == .code else { return nil }
        let isFact = finding.rule == .productClaim
        guard isFact || finding.rule == .forbiddenWord && finding.severity == .blocker else { return nil }
        let part = rules(for: language)?.heard
        let own = part?.entries?[finding.id]
        let english = part == nil || language == "en" ? claims.first { $0.id == finding.id }?.heard : nil
        guard let text = own ?? english ?? (isFact ? part?.fact : part?.claim) else { return nil }
        return HeardClaim(entry: finding.id, findingId: finding.findingId, text: text)
    }
}
