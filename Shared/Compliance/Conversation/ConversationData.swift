public import Domain

/// A conversation as input for a model: a JSON object in which every text is cleaned and limited in length, and which
/// stays within a budget. It never contains instructions, only what people said and did.
public struct ConversationData: Encodable, Sendable {
    /// Maximum size of one utterance, in characters and in bytes. Longer text is not conversation.
    static let textLimit = 4_000
    static let textBytes = 8_000
    /// Maximum number of utterances, of events and of findings; the newest are kept.
    static let lineLimit = 400
    static let eventLimit = 200
    static let findingLimit = 200
    /// Maximum size of one event's data, in bytes.
    static let dataBytes = 4_096

    public struct Line: Encodable, Sendable {
        public var utteranceId: String
        public var speaker: Speaker
        public var startTime: Double
        public var endTime: Double
        public var text: String
        /// The customer was interrupted here.
        public var interrupted: Bool?
    }

    public struct Event: Encodable, Sendable {
        public var eventId: String?
        public var time: Double
        public var type: String
        public var data: JSONValue
    }

    public struct RuleFinding: Encodable, Sendable {
        public var rule: Finding.Rule
        public var status: Finding.Status
        public var severity: Finding.Severity
        public var message: String
        public var utteranceId: String?
        public var eventId: String?
    }

    /// How much of the conversation is not in it, because it did not fit.
    public struct Omitted: Encodable, Hashable, Sendable {
        /// The oldest utterances, events and findings.
        public var utterances = 0
        public var events = 0
        public var findings = 0
        /// Texts and data that were cut.
        public var shortened = 0

        /// What a session's snapshot left out already.
        public static let before = Omitted(shortened: 1)

        public init(utterances: Int = 0, events: Int = 0, findings: Int = 0, shortened: Int = 0) {
            self.utterances = utterances
            self.events = events
            self.findings = findings
            self.shortened = shortened
        }
    }

    public var transcript: [Line]
    public var events: [Event]
    public var findings: [RuleFinding]
    /// Nil if all of it is here.
    public var omitted: Omitted?

    /// Of the events, only those from the client are included: what our own processes record tells a judge nothing new.
    ///
    /// - Parameter budget: an eighth of it is for findings, a quarter for events, what is left for utterances.
    public init(
        transcript: [Utterance], events: [SessionEvent], findings: [Finding], budget: PromptBudget = .judgement
    ) {
        var missing = Omitted()
        // A suspicion is not a fact and must not influence the judge.
        let facts = findings.filter { [.violated, .satisfied].contains($0.status) }
        let shown = Self.newest(facts, atMost: Self.findingLimit, for: budget.share(1, of: 8)) { finding in
            let shown = RuleFinding(
                rule: finding.rule, status: finding.status, severity: finding.severity,
                message: Self.text(finding.message, &missing), utteranceId: finding.evidence.utteranceId,
                eventId: finding.evidence.eventId.map { Self.text($0, &missing) })
            return (shown, .cost(of: shown.message) + .cost(of: shown.eventId ?? ""))
        }
        let done = events.filter(\.isFromClient)
        let reported = Self.newest(done, atMost: Self.eventLimit, for: budget.share(1, of: 4)) { event in
            let data = Self.data(event.data, &missing)
            let shown = Event(
                eventId: event.eventId.map { Self.text($0, &missing) }, time: event.time, type: event.type.rawValue,
                data: data)
            return (shown, .cost(of: data) + .cost(of: shown.eventId ?? ""))
        }
        let said = Self.newest(transcript, atMost: Self.lineLimit, for: budget - shown.spent - reported.spent) {
            utterance in
            let line = Line(
                utteranceId: utterance.utteranceId, speaker: utterance.speaker, startTime: utterance.startTime,
                endTime: utterance.endTime, text: Self.text(utterance.text, &missing),
                interrupted: utterance.interrupted)
            return (line, .cost(of: line.text))
        }
        self.transcript = said.kept
        self.events = reported.kept
        self.findings = shown.kept
        missing.utterances = transcript.count - said.kept.count
        missing.events = done.count - reported.kept.count
        missing.findings = facts.count - shown.kept.count
        omitted = missing == Omitted() ? nil : missing
    }

    /// The newest items that a budget allows, in their order.
    private static func newest<Item, Entry>(
        _ items: [Item], atMost count: Int, for budget: PromptBudget, _ entry: (Item) -> (Entry, PromptBudget)
    ) -> (kept: [Entry], spent: PromptBudget) {
        var left = budget
        var kept: [Entry] = []
        for item in items.suffix(count).reversed() {
            let (entry, cost) = entry(item)
            guard left.spend(cost + .entry) else { break }
            kept.append(entry)
        }
        return (kept.reversed(), budget - left)
    }

    private static func text(_ text: String, _ missing: inout Omitted) -> String {
        let cleaned = SpokenText.cleaned(text.beginning(bytes: 2 * textBytes))
        let cut = String(cleaned.prefix(textLimit)).beginning(bytes: textBytes)
        if text.utf8.count > 2 * textBytes || cut.utf8.count < cleaned.utf8.count { missing.shortened += 1 }
        return cut
    }

    private static func text(_ text: String) -> String {
        var missing = Omitted()
        return Self.text(text, &missing)
    }

    private static func data(_ value: JSONValue, _ missing: inout Omitted) -> JSONValue {
        let cleaned = cleaned(value)
        guard PromptBudget.cost(of: cleaned).bytes <= dataBytes else {
            missing.shortened += 1
            return ["omitted": "too large"]
        }
        return cleaned
    }

    /// Our events have fewer than four levels; deeper values are left out.
    private static func cleaned(_ value: JSONValue, levels: Int = 4) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .large, .number: value
        case .string(let text): .string(String(Self.text(text).prefix(500)))
        case .array(let items): levels == 0 ? .null : .array(items.prefix(50).map { cleaned($0, levels: levels - 1) })
        case .object(let members):
            levels == 0
                ? .null
                : .object(
                    Dictionary(
                        members.sorted { $0.key < $1.key }.prefix(50).map {
                            (String(text($0.key).prefix(100)), cleaned($0.value, levels: levels - 1))
                        }, uniquingKeysWith: { first, _ in first }))
        }
    }
}
