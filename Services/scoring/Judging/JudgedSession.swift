import Compliance
import Domain

/// A finished session, with everything that code alone can determine about it.
struct JudgedSession: Sendable {
    let record: SessionRecord
    let catalog: ComplianceCatalog
    let rules: RuleSettings
    /// What the rules find, before the model has read for meaning.
    let findings: [Finding]
    let facts: TalkFacts
    private let hasLanguage: Bool
    private let claims: [OutcomeClaim]

    init(_ record: SessionRecord, catalog: ComplianceCatalog, rules: RuleSettings) {
        self.record = record
        self.catalog = catalog
        self.rules = rules
        claims = OutcomeAdjudication.claims(of: record)
        var compliance = ComplianceRules(
            catalog: catalog, language: record.persona.language, settings: rules,
            birthDate: record.persona.birthDate, sessionDate: record.startedAt ?? record.createdAt)
        for event in record.events { compliance.take(event) }
        for utterance in record.transcript { compliance.take(utterance) }
        // The rules need the outcome as claimed, before their own findings turn a sale into a rejection.
        let claimed = OutcomeAdjudication.facts(of: record, claims: claims, findings: [], showsSale: true)
        findings = compliance.findings(outcome: OutcomeAdjudication.outcome(claimed), isOver: true)
        hasLanguage = compliance.hasLanguage
        let checked = findings.first { $0.rule == .ageCheck && $0.status == .satisfied }
        facts = catalog.facts(
            of: record.transcript, language: record.persona.language, ageCheckedAt: checked?.time)
    }

    /// Number of the trainee's turns.
    var turns: Int { facts.turns }

    /// Ids of the rules whose violation is a blocker in this market.
    var stricter: Set<String> { Set(catalog.market(rules.market)?.stricter ?? []) }

    /// The message to the trainee about words that break a rule.
    @Sendable func message(ofRule id: String, quote: String) -> String? {
        catalog.message(ofRule: id, quote: quote, language: record.persona.language)
    }

    func check(findings: [Finding]) -> JudgementCheck {
        let (catalog, language) = (catalog, record.persona.language)
        return JudgementCheck(
            rubric: record.persona.rubric, steps: catalog.salesSteps.map(\.id),
            transcript: record.transcript.filter { catalog.isTurn($0.text) }, findings: findings, turns: turns,
            caps: ShortTalk.caps(of: record.persona),
            isEvidence: { catalog.isMoreThanGreeting($0, language: language) },
            claims: { catalog.claims(in: $0, language: language) }, maySay: { catalog.maySay($0, language: language) })
    }

    /// The scorecard with outcome, verdict and flags, which follow from the judgement.
    func concluded(_ card: Scorecard) -> Judgement {
        var card = card
        let facts = OutcomeAdjudication.facts(
            of: record, claims: claims, findings: card.findings,
            showsSale: OutcomeAdjudication.showsSale(card.salesSteps))
        let outcome = OutcomeAdjudication.outcome(facts)
        var flags = Set(card.flags)
        if facts.isDisputed(by: outcome) { flags.insert("outcome_disputed") }
        if !hasLanguage { flags.insert("rules_language_missing") }
        if card.findings.contains(where: { $0.rule == .injectionSuspected && $0.status == .violated }) {
            flags.insert("injection_suspected")
        }
        if card.findings.contains(where: restsOnUnclearSpeech) { flags.insert("unclear_speech") }
        let reason = NotCounted.reason(of: record) { catalog.isTurn($0) }
        if NotCounted.areWordsMissing(in: record, reason: reason) { flags.insert(ScoreVerdict.wordsMissing) }
        card.flags = flags.sorted()
        card.findings.markTold(by: record.findings + (record.score?.findings ?? []))
        card.outcome = outcome
        card.passMark = record.scenario.passMark ?? Scenario.passMark
        card.facts = self.facts
        let unknown = catalog.unknownInteractions(in: record.events, settings: rules)
        card.unknownInteractions = unknown.isEmpty ? nil : unknown
        card.notCountedReason = reason
        card.counted = card.notCountedReason == nil
        card.rulesLanguage = hasLanguage ? record.persona.language : "none"
        card.rulebook = catalog.rulebook.hash
        card.revision = (record.score?.revision ?? 0) + 1
        ScoreVerdict.decide(&card)
        return Judgement(score: card, outcome: outcome)
    }

    /// A blocker in an utterance that speech recognition was not sure of.
    private func restsOnUnclearSpeech(_ finding: Finding) -> Bool {
        guard finding.isStandingBlocker || finding.isOpenBlocker, let id = finding.evidence.utteranceId else {
            return false
        }
        return record.transcript.contains { $0.utteranceId == id && !($0.unsureWords ?? []).isEmpty }
    }
}
