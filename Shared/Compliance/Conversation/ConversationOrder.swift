import Domain

/// Was the customer greeted, and asked before anything was offered? Counted, not judged: evidence for the judge.
struct ConversationOrder: Sendable {
    /// A greeting counts in the first turns only.
    static let turnsForGreeting = 2

    private var turns = 0
    private var greeted = false
    private var needsQuestion: String?
    private(set) var presented = false

    mutating func findings(
        for utterance: Utterance, spoken: SpokenWords, cues: Cues, products: ProductFacts
    ) -> [Finding] {
        turns += 1
        var findings: [Finding] = []
        if !greeted, let match = cues.greeting.lazy.compactMap({ $0.matches(in: spoken).first }).first {
            greeted = true
            if turns <= Self.turnsForGreeting {
                findings.append(
                    finding("greeting", .satisfied, "The customer was greeted.", utterance, spoken.quote(match)))
            }
        }
        if !greeted, turns == Self.turnsForGreeting {
            findings.append(finding("greeting", .violated, "The conversation began without a greeting.", utterance))
        }
        let mention = presented ? nil : products.firstMention(in: spoken)
        if !presented, let question = cues.needsQuestion(in: spoken, before: mention?.first) {
            needsQuestion = needsQuestion ?? question
        }
        if let mention {
            presented = true
            let quote = spoken.quote(mention)
            findings.append(
                needsQuestion == nil
                    ? finding(
                        "needs_before_pitch", .violated,
                        "A product was named before the customer was asked anything.", utterance, quote)
                    : finding(
                        "needs_before_pitch", .satisfied, "The customer was asked before a product was named.",
                        utterance,
                        quote))
        }
        return findings
    }

    private func finding(
        _ rule: String, _ status: Finding.Status, _ message: String, _ utterance: Utterance, _ quote: String? = nil
    ) -> Finding {
        Finding(
            rule: rule, status: status, severity: status == .violated ? .minor : .info, message: message,
            evidence: Evidence(utteranceId: utterance.utteranceId, text: quote), time: utterance.startTime)
    }
}

/// How a step of the sale sounds in one language.
struct Cues: Sendable {
    let greeting: [PhrasePattern]
    let ageQuestion: [PhrasePattern]
    /// Questions about what the customer uses, likes and misses.
    let needsQuestion: [PhrasePattern]

    func asksForAge(_ spoken: SpokenWords) -> Bool { ageQuestion.contains { !$0.matches(in: spoken).isEmpty } }

    /// The first question about needs that begins before the word `limit`.
    func needsQuestion(in spoken: SpokenWords, before limit: Int?) -> String? {
        needsQuestion.lazy.flatMap { $0.matches(in: spoken) }.first { match in limit.map { match.first < $0 } ?? true }
            .map { spoken.quote($0) }
    }
}
