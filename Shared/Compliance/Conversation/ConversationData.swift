public import Domain

/// A conversation as input for a model: a JSON object in which every text is cleaned and limited in length. It never
/// contains instructions, only what people said and did.
public struct ConversationData: Encodable, Sendable {
    /// Maximum number of characters of one utterance. Longer text is not conversation.
    static let textLimit = 4_000
    /// Maximum number of utterances and of events; the newest are kept.
    static let lineLimit = 400
    static let eventLimit = 200

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

    public var transcript: [Line]
    public var events: [Event]
    public var findings: [RuleFinding]

    /// Of the events, only those from the client are included: what our own processes record tells a judge nothing new.
    public init(transcript: [Utterance], events: [SessionEvent], findings: [Finding]) {
        self.transcript = transcript.suffix(Self.lineLimit).map { utterance in
            Line(
                utteranceId: utterance.utteranceId, speaker: utterance.speaker, startTime: utterance.startTime,
                endTime: utterance.endTime, text: Self.text(utterance.text), interrupted: utterance.interrupted)
        }
        self.events = events.filter(\.isFromClient).suffix(Self.eventLimit).map { event in
            Event(
                eventId: event.eventId.map(Self.text), time: event.time, type: event.type.rawValue,
                data: Self.cleaned(event.data))
        }
        // A suspicion is not a fact and must not influence the judge.
        self.findings = findings.filter { [.violated, .satisfied].contains($0.status) }.map { finding in
            RuleFinding(
                rule: finding.rule, status: finding.status, severity: finding.severity,
                message: Self.text(finding.message), utteranceId: finding.evidence.utteranceId,
                eventId: finding.evidence.eventId.map(Self.text))
        }
    }

    private static func text(_ text: String) -> String { String(SpokenText.cleaned(text).prefix(textLimit)) }

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
