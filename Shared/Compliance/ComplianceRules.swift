public import Domain
public import Foundation

/// The rules of one session. Feed it utterances and events as they come, or review a whole session at once; it only
/// looks at the trainee's words, never at the customer's.
///
/// An utterance counts once: feed it when its text is final.
public struct ComplianceRules: Sendable {
    private let catalog: ComplianceCatalog
    private let language: LanguageRules
    private let fresh: AgeVerification
    private var age: AgeVerification
    private var order = ConversationOrder()

    /// - Parameters:
    ///   - language: ISO 639-1. English rules stand in where the catalogue has none for it.
    ///   - legalAge: completed years.
    ///   - sessionDate: when the session began; its day in UTC decides how old somebody is.
    public init(catalog: ComplianceCatalog, language: String, legalAge: Int, sessionDate: Date) {
        self.catalog = catalog
        self.language = catalog.rules(for: language)
        fresh = AgeVerification(
            legalAge: legalAge, sessionDay: CalendarDay(utc: sessionDate), handover: catalog.handover)
        age = fresh
    }

    /// True from the first date of birth on that makes the customer of legal age.
    public var isAgeVerified: Bool { age.isVerified }

    public mutating func findings(for utterance: Utterance) -> [Finding] {
        guard utterance.speaker == .trainee else { return [] }
        let spoken = SpokenWords(utterance.text)
        if language.cues.asksForAge(spoken) { age.asked() }
        var findings = language.forbidden.findings(in: spoken, of: utterance)
        findings += language.products.findings(in: spoken, of: utterance, negation: language.forbidden.negation)
        findings += order.findings(
            for: utterance, spoken: spoken, cues: language.cues, products: language.products)
        if let suspicion = catalog.injection.finding(in: utterance) { findings.append(suspicion) }
        return findings
    }

    /// The client's own `ERROR` events are not taken over: the words themselves are checked here.
    public mutating func findings(for event: SessionEvent) -> [Finding] {
        guard EventType.fromClients.contains(event.type) else { return [] }
        return [age.finding(for: event), catalog.injection.finding(in: event)].compactMap(\.self)
    }

    /// Everything at once, in the order of time, with what can only be said at the end. Independent of what was fed
    /// before.
    /// - Parameter outcome: how the session ended, or is claimed to have; `converted` without a check of age is a blocker.
    public func review(transcript: [Utterance], events: [SessionEvent], outcome: Outcome? = nil) -> [Finding] {
        var rules = self
        rules.age = fresh
        rules.order = ConversationOrder()
        var findings: [Finding] = []
        var waiting = events.sorted { $0.time < $1.time }[...]
        for utterance in transcript.sorted(by: { $0.startTime < $1.startTime }) {
            while let event = waiting.first, event.time <= utterance.startTime {
                findings += rules.findings(for: event)
                waiting = waiting.dropFirst()
            }
            findings += rules.findings(for: utterance)
        }
        for event in waiting { findings += rules.findings(for: event) }
        let last = transcript.max { $0.endTime < $1.endTime }
        if let closing = rules.age.closing(outcome: outcome, presented: rules.order.presented, last: last) {
            findings.append(closing)
        }
        return findings
    }
}
