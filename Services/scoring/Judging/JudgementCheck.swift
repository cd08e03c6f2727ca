import Compliance
import Domain
import OpenAI

/// One judgement after our own checks.
struct CheckedJudgement: Sendable, Equatable {
    var details: [Scorecard.CategoryJudgement]
    var salesSteps: [SalesStepResult]
    var highlights: [String]
    var improvements: [String]
    var summary: String
    var flags: Set<String>
    /// Quotes that the model gave, and how many of them hold.
    var quotes: Int
    var quotesKept: Int

    var overall: Int { ScoreWeights.overall(of: details) }
}

/// Holds a judgement against the record: known categories, scores in range, quotes that were really said, and nothing that
/// contradicts what the rules found.
struct JudgementCheck: Sendable {
    /// The most that a category can get without a quote of the trainee that holds. The personas' prompts name the same.
    static let unsupportedCap = 40
    /// The most that any category can get after one turn of the trainee, and after two: so little proves nothing. From the
    /// third on the personas' own rubrics say what a short talk is worth.
    static let shortTalkCaps = [1: 20, 2: 40]
    static let remarkLimit = 4

    let rubric: Rubric
    let steps: [String]
    let transcript: [Utterance]
    let findings: [Finding]
    /// Turns of the trainee, at least 1.
    let turns: Int
    /// Whether words can show more than that somebody was polite.
    let isEvidence: @Sendable (String) -> Bool
    /// What a sentence breaks that the trainee might say.
    let claims: @Sendable (String) -> [Finding]

    /// - Throws: `OpenAIError` `invalid_answer` when a category of the rubric is missing.
    func require(_ answer: ScoringAnswer) throws(OpenAIError) {
        if let missing = rubric.categories.first(where: { answer.categories[$0.id] == nil }) {
            throw OpenAIError(.invalidAnswer, "the judgement leaves out the category \(missing.id)")
        }
    }

    /// - Throws: `OpenAIError` `invalid_answer` when a category of the rubric is missing.
    func checked(_ answer: ScoringAnswer) throws(OpenAIError) -> CheckedJudgement {
        var result = CheckedJudgement(
            details: [], salesSteps: [], highlights: [], improvements: [], summary: "", flags: [], quotes: 0,
            quotesKept: 0)
        result.summary = text(answer.summary, 900, &result)
        for category in rubric.categories {
            guard let proposed = answer.categories[category.id] else {
                throw OpenAIError(.invalidAnswer, "the judgement leaves out the category \(category.id)")
            }
            result.details.append(judgement(of: category, proposed, &result))
        }
        result.salesSteps = steps.map { step($0, answer.salesSteps[$0], &result) }
        var praised: Set<String> = []
        result.highlights = answer.highlights.prefix(Self.remarkLimit).compactMap { remark in
            // Praise without the words that earned it is made up.
            guard let words = evidence(remark.utteranceId, remark.quote, &result), isTrainees(words),
                praised.insert(remark.highlight).inserted
            else { return nil }
            return line(remark.highlight, words, &result)
        }
        result.improvements = answer.improvements.prefix(Self.remarkLimit).compactMap { remark in
            // Nobody is advised to say what he would be failed for.
            guard !claims(text(remark.improvement, 400)).contains(where: { $0.status == .violated }) else {
                result.flags.insert("advice_dropped")
                return nil
            }
            let words = evidence(remark.utteranceId, remark.quote, &result)
            guard let line = line(remark.improvement, words, &result) else { return nil }
            let instead = text(remark.sayInstead ?? "", 200)
            guard claims(instead).isEmpty else {
                result.flags.insert("advice_dropped")
                return line
            }
            return instead.isEmpty ? line : "\(line) Say instead: \(instead)"
        }
        if result.quotesKept < result.quotes { result.flags.insert("quotes_dropped") }
        return result
    }

    private func judgement(
        of category: Rubric.Category, _ proposed: ScoringAnswer.Category, _ result: inout CheckedJudgement
    ) -> Scorecard.CategoryJudgement {
        var score = min(max(proposed.score, 0), 100)
        if score != proposed.score { result.flags.insert("score_clamped") }
        var rationale = text(proposed.rationale, 900, &result)
        var kept = proposed.evidence.prefix(5).compactMap { evidence($0.utteranceId, $0.quote, &result) }
            .filter { isTrainees($0) && isEvidence($0.text ?? "") }
        var isSupported = !kept.isEmpty
        // An age check is done with the fingers; no quote can show it.
        if category.id == "compliance",
            let proof = findings.last(where: { $0.rule == "age_check" && $0.status == .satisfied })
        {
            kept.append(proof.evidence)
            isSupported = true
        }
        let isCapped = !isSupported && score > Self.unsupportedCap
        if isCapped {
            score = Self.unsupportedCap
            result.flags.insert("unsupported_category")
        }
        if let cap = Self.shortTalkCaps[turns], score > cap {
            score = cap
            result.flags.insert("short_conversation")
        }
        if let cap = RuleCaps.cap(of: category.id, by: findings), score > cap.score {
            score = cap.score
            rationale += (rationale.isEmpty ? "" : " ") + "Limited to \(cap.score) by the rules: \(cap.reason)"
            result.flags.insert("contradicts_rules")
        }
        return Scorecard.CategoryJudgement(
            id: category.id, title: category.title, score: score, weight: category.weight, rationale: rationale,
            evidence: kept, capped: isCapped)
    }

    private func step(
        _ id: String, _ proposed: ScoringAnswer.Step?, _ result: inout CheckedJudgement
    ) -> SalesStepResult {
        let status = proposed.flatMap { SalesStepResult.Status(rawValue: $0.status) }
        let words = evidence(proposed?.utteranceId, proposed?.quote, &result).flatMap { quote in
            isTrainees(quote) ? quote : nil
        }
        if id == AgeCheckStep.id, let counted = AgeCheckStep.counted(findings) { return counted }
        switch status {
        case .done, .partial:
            guard let words else { return SalesStepResult(id: id, status: .missed, evidence: []) }
            // A date of birth that nobody entered proves nothing: asking for it is half of the step.
            let isHalf = status == .partial || id == AgeCheckStep.id
            return SalesStepResult(id: id, status: isHalf ? .partial : .done, evidence: [words])
        // The session is over: what is still open has been missed.
        case .open, .missed, nil: return SalesStepResult(id: id, status: .missed, evidence: words.map { [$0] } ?? [])
        }
    }

    private func isTrainees(_ quote: Evidence) -> Bool {
        transcript.contains { $0.utteranceId == quote.utteranceId && $0.speaker == .trainee }
    }

    private func evidence(_ id: String?, _ quote: String?, _ result: inout CheckedJudgement) -> Evidence? {
        // A quote of two hundred thousand letters is none, and looking for it takes its time.
        guard let quote, !quote.isEmpty, quote.utf8.count <= 4_000 else { return nil }
        result.quotes += 1
        guard let kept = Quotation.checked(Evidence(utteranceId: id, text: quote), against: transcript) else {
            return nil
        }
        result.quotesKept += 1
        return kept
    }

    private func line(_ remark: String, _ evidence: Evidence?, _ result: inout CheckedJudgement) -> String? {
        let remark = text(remark, 400, &result)
        guard !remark.isEmpty else { return nil }
        return evidence?.text.map { "\(remark) («\($0)»)" } ?? remark
    }

    /// A text without what it quotes wrongly.
    private func text(_ text: String, _ limit: Int, _ result: inout CheckedJudgement) -> String {
        var isDropped = false
        let checked = QuotedWords.checked(self.text(text, limit), against: transcript, dropped: &isDropped)
        if isDropped { result.flags.insert("quotes_dropped") }
        return checked
    }

    private func text(_ text: String, _ limit: Int) -> String {
        let clean = SpokenText.cleaned(String(text.prefix(2 * limit)))
        guard clean.count > limit else { return clean }
        let cut = clean.prefix(limit)
        return cut[..<(cut.lastIndex(of: " ") ?? cut.endIndex)] + "…"
    }
}
