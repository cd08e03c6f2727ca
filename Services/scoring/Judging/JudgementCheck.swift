import Compliance
import Domain
import OpenAI
import Prompts

/// One judgement after our own checks.
struct CheckedJudgement: Sendable, Equatable {
    var details: [Scorecard.CategoryJudgement]
    var salesSteps: [SalesStepResult]
    var highlights: [String]
    var improvements: [String]
    var summary: String
    /// Improvements with a known category.
    var workOn: [Coaching.Advice] = []
    var keep: String?
    var start: String?
    var stop: String?
    var flags: Set<String>
    /// Number of quotes that the model gave, and how many of them were really said.
    var quotes: Int
    var quotesKept: Int

    var overall: Int { ScoreWeights.overall(of: details) }
}

/// Checks a judgement against the record: known categories, scores in range, quotes that were really said, and nothing
/// that contradicts what the rules found.
struct JudgementCheck: Sendable {
    /// Maximum score of a category without a valid quote of the trainee.
    static let unsupportedCap = ScoringInstructions.unsupportedCap
    static let remarkLimit = 4

    let rubric: Rubric
    let steps: [String]
    let transcript: [Utterance]
    let findings: [Finding]
    /// Number of the trainee's turns, at least 1.
    let turns: Int
    /// Maximum score of any category by the number of turns.
    var caps = ShortTalk.caps
    /// Whether words show more than politeness.
    let isEvidence: @Sendable (String) -> Bool
    /// The findings that a sentence would lead to if the trainee said it.
    let claims: @Sendable (String) -> [Finding]
    /// Whether the trainee may be told to say a line.
    let maySay: @Sendable (String) -> Bool

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
            // Praise without a valid quote is made up.
            guard let words = evidence(remark.utteranceId, remark.quote, &result), isTrainees(words),
                praised.insert(remark.highlight).inserted
            else { return nil }
            return line(remark.highlight, words, &result)
        }
        for remark in answer.improvements.prefix(Self.remarkLimit) { improve(remark, &result) }
        result.keep = advice(answer.keep, &result)
        result.start = advice(answer.start, &result)
        result.stop = advice(answer.stop, &result)
        if result.quotesKept < result.quotes { result.flags.insert("quotes_dropped") }
        return result
    }

    private func improve(_ remark: ScoringAnswer.Improvement, _ result: inout CheckedJudgement) {
        let words = evidence(remark.utteranceId, remark.quote, &result)
        guard let advice = advice(remark.improvement, limit: 400, &result) else { return }
        let instead = spoken(remark.tryInstead, &result)
        let line = words?.text.map { "\(advice) («\($0)»)" } ?? advice
        result.improvements.append(instead.map { "\(line) Say instead: \($0)" } ?? line)
        guard let category = rubric.categories.first(where: { $0.id == remark.category }) else { return }
        let own = words.flatMap { isTrainees($0) ? $0 : nil }
        let utterance = own.flatMap { own in transcript.first { $0.utteranceId == own.utteranceId } }
        let why = self.advice(remark.why, &result)
        result.workOn.append(
            Coaching.Advice(
                category: category.id, utteranceId: own?.utteranceId, quote: own?.text, time: utterance?.startTime,
                advice: advice, why: why, tryInstead: instead))
    }

    /// A text to the trainee; nil if nothing is left of it, or if it says what violates a rule.
    private func advice(_ proposed: String?, limit: Int = 300, _ result: inout CheckedJudgement) -> String? {
        let text = text(proposed ?? "", limit, &result)
        guard !claims(text).contains(where: { $0.status == .violated }) else {
            result.flags.insert("advice_dropped")
            return nil
        }
        return text.isEmpty ? nil : text
    }

    /// A line for the trainee to say; nil if there is none, or if a rule may speak against it.
    private func spoken(_ proposed: String?, _ result: inout CheckedJudgement) -> String? {
        let line = text(proposed ?? "", 200)
        guard !line.isEmpty else { return nil }
        guard maySay(line) else {
            result.flags.insert("advice_dropped")
            return nil
        }
        return line
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
        // An age check is an action, not words; no quote can prove it.
        if category.id == "compliance",
            let proof = findings.last(where: { $0.rule == .ageCheck && $0.status == .satisfied })
        {
            kept.append(proof.evidence)
            isSupported = true
        }
        let isCapped = !isSupported && score > Self.unsupportedCap
        if isCapped {
            score = Self.unsupportedCap
            result.flags.insert("unsupported_category")
        }
        if let cap = caps[turns], score > cap {
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
            // Without an entered date of birth the age is not verified: asking for it completes only half of the step.
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
        // An oversized quote cannot be genuine, and searching for it would take long.
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

    /// A text without the sentences that quote wrongly.
    private func text(_ text: String, _ limit: Int, _ result: inout CheckedJudgement) -> String {
        var isDropped = false
        let checked = QuotedWords.checked(self.text(text, limit), against: transcript, dropped: &isDropped)
        if isDropped { result.flags.insert("quotes_dropped") }
        return checked
    }

    private func text(_ text: String, _ limit: Int) -> String {
        let clean = SpokenText.cleaned(String(text.beginning(bytes: 8 * limit).prefix(2 * limit)))
        guard clean.count > limit || clean.utf8.count > 4 * limit else { return clean }
        let cut = String(clean.prefix(limit)).beginning(bytes: 4 * limit)
        return cut[..<(cut.lastIndex(of: " ") ?? cut.endIndex)] + "…"
    }
}
