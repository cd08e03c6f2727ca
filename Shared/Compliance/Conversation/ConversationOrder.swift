import Domain

/// Checks whether the customer was greeted, and was asked about needs before a product was offered. It matches phrases
/// and does not judge: its findings are evidence for the judge.
///
/// A pitch offers or praises a product. The brand that the trainee works for, a product that the customer named, and an
/// answer to a question are not pitches. A product that is only mentioned is a suspicion.
struct ConversationOrder: Sendable {
    /// A greeting only counts in this number of first turns.
    static let turnsForGreeting = 2

    private var turns = 0
    private var greeted = false
    private var askedForNeeds = false
    private var namedByCustomer: Set<String> = []
    private var decided: Finding.Status?
    /// Whether products were offered or praised.
    private(set) var presented = false

    mutating func customerNamed(_ products: Set<String>) { namedByCustomer.formUnion(products) }

    mutating func findings(for utterance: Utterance, _ line: LineReading) -> [Finding] {
        turns += 1
        return [greeting(utterance, line), needsBeforePitch(utterance, line)].compactMap(\.self)
    }

    private mutating func greeting(_ utterance: Utterance, _ line: LineReading) -> Finding? {
        guard !greeted else { return nil }
        if let quote = line.greeting {
            greeted = true
            return turns <= Self.turnsForGreeting
                ? finding(.greeting, .satisfied, "The customer was greeted.", utterance, quote) : nil
        }
        return turns == Self.turnsForGreeting
            ? finding(.greeting, .violated, "The conversation began without a greeting.", utterance) : nil
    }

    private mutating func needsBeforePitch(_ utterance: Utterance, _ line: LineReading) -> Finding? {
        defer { askedForNeeds = askedForNeeds || line.needsQuestion != nil }
        let spots = line.spots.filter { !$0.products.isSubset(of: namedByCustomer) }
        presented = presented || spots.contains(where: \.isPitch)
        guard decided == nil || decided == .suspected,
            let spot = spots.first(where: \.isPitch) ?? (decided == nil ? spots.first : nil)
        else { return nil }
        if askedForNeeds || line.needsQuestion.map({ $0 < spot.position }) ?? false {
            decided = .satisfied
            return finding(
                .needsBeforePitch, .satisfied, "The customer was asked before a product was offered.", utterance,
                spot.quote)
        }
        decided = spot.isPitch ? .violated : .suspected
        return finding(
            .needsBeforePitch, spot.isPitch ? .violated : .suspected,
            spot.isPitch
                ? "A product was offered before the customer was asked anything."
                : "A product came up before the customer was asked anything.", utterance, spot.quote)
    }

    private func finding(
        _ rule: Finding.Rule, _ status: Finding.Status, _ message: String, _ utterance: Utterance,
        _ quote: String? = nil
    ) -> Finding {
        Finding(
            findingId: "\(utterance.utteranceId).\(rule)", id: rule.rawValue, rule: rule, status: status,
            severity: status == .satisfied ? .info : .minor, message: message,
            evidence: Evidence(utteranceId: utterance.utteranceId, text: quote), time: utterance.startTime)
    }
}
