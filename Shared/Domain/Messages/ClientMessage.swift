import Foundation

/// What a client may send over the WebSocket, except audio (`Docs/Protocol.md`). Anything else is refused, and nothing
/// is forwarded to OpenAI by default.
public enum ClientMessage: Sendable, Equatable {
    case resume(lastSeq: Int, played: Played?)
    case event(ClientEvent)
    case played(Played)
    case text(String)
    /// Whether no audio comes for now, so that the server hears silence and not a gap.
    case mute(on: Bool)
    case ping(t: JSONValue?)
    case endSession

    /// How much of an item the client has played.
    public struct Played: Codable, Hashable, Sendable {
        public var itemId: String
        public var offsetMs: Int

        public init(itemId: String, offsetMs: Int) {
            self.itemId = itemId
            self.offsetMs = offsetMs
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            itemId = try container.decode(String.self, forKey: .itemId)
            offsetMs = try container.decodeRounded(forKey: .offsetMs)
        }
    }
}

extension KeyedDecodingContainer {
    /// A number of a client, whole or with a fraction, rounded. Some JSON libraries write every number with a fraction.
    ///
    /// - Throws: `DecodingError` for anything else, and for a number beyond ±2^53, which fractions cannot express.
    public func decodeRounded(forKey key: Key) throws -> Int {
        let largest = 9_007_199_254_740_992
        let value: Double
        do {
            value = try decode(Double.self, forKey: key).rounded()
        } catch DecodingError.dataCorrupted {
            // The parser has no `Double` for it.
            value = .infinity
        }
        guard abs(value) <= Double(largest), let whole = Int(exactly: value) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "must be a number between -\(largest) and \(largest)")
        }
        return whole
    }
}

/// An event as a client sends it, over the WebSocket or in a REST batch, before it is checked.
public struct ClientEvent: Codable, Hashable, Sendable {
    public struct Content: Codable, Hashable, Sendable {
        public var type: String
        public var data: JSONValue?

        public init(type: String, data: JSONValue?) {
            self.type = type
            self.data = data
        }
    }

    public var eventId: String?
    /// Seconds since the session began, by the client's clock. If absent, the time of arrival counts.
    public var time: Double?
    public var data: Content

    public init(eventId: String? = nil, time: Double? = nil, data: Content) {
        self.eventId = eventId
        self.time = time
        self.data = data
    }

    /// A number, or a text that contains one. Anything else counts as no time and is no reason to refuse the event.
    public static func time(in value: JSONValue?) -> Double? {
        (value?.number ?? value?.string.flatMap { Double($0) }).flatMap { $0.isFinite ? $0 : nil }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        eventId = try container.decodeIfPresent(String.self, forKey: .eventId)
        time = Self.time(in: (try? container.decodeIfPresent(JSONValue.self, forKey: .time)) ?? nil)
        data = try container.decode(Content.self, forKey: .data)
    }
}

extension ClientMessage {
    /// The types that are not audio, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case resume, event, played, text, mute, ping
        case endSession = "end_session"
    }

    /// Maximum number of values in one message, as `JSONNesting` counts them: what an event of
    /// `ClientEvent.largestData` can hold. A parser takes some microseconds per value, and the thread that reads
    /// messages carries all calls.
    public static let mostValues = ClientEvent.largestData / 8 + 16

    /// The names of the types, in the order in which a client is told of them.
    public static let types = Kind.allCases.map(\.rawValue)

    public var kind: Kind {
        switch self {
        case .resume: .resume
        case .event: .event
        case .played: .played
        case .text: .text
        case .mute: .mute
        case .ping: .ping
        case .endSession: .endSession
        }
    }
}

extension ClientMessage: Codable {
    private enum Key: String, CodingKey {
        case type, lastSeq, played, t, text, on
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else {
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container,
                debugDescription:
                    "unknown message type \(type.prefix(64)); allowed: audio, \(Self.types.joined(separator: ", "))")
        }
        switch kind {
        case .resume:
            self = .resume(
                lastSeq: try container.decodeRounded(forKey: .lastSeq),
                played: try container.decodeIfPresent(Played.self, forKey: .played))
        case .event: self = .event(try ClientEvent(from: decoder))
        case .played: self = .played(try Played(from: decoder))
        case .text: self = .text(try container.decode(String.self, forKey: .text))
        case .mute: self = .mute(on: try container.decode(Bool.self, forKey: .on))
        case .ping: self = .ping(t: try container.decodeIfPresent(JSONValue.self, forKey: .t))
        case .endSession: self = .endSession
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .resume(let lastSeq, let played):
            try container.encode(lastSeq, forKey: .lastSeq)
            try container.encodeIfPresent(played, forKey: .played)
        case .event(let event):
            try event.encode(to: encoder)
        case .played(let played):
            try played.encode(to: encoder)
        case .text(let text):
            try container.encode(text, forKey: .text)
        case .mute(let isOn):
            try container.encode(isOn, forKey: .on)
        case .ping(let t):
            try container.encodeIfPresent(t, forKey: .t)
        case .endSession: break
        }
    }
}

extension ClientEvent {
    /// Maximum size of an event's data, in bytes. Events report what happened; they do not carry files.
    public static let largestData = 65_536
    /// Maximum length of an event's id, in characters, and in bytes of UTF-8.
    public static let longestId = 64
    public static let mostIdBytes = 256

    /// Whether a text may be an event's id.
    public static func isId(_ text: String) -> Bool {
        text.utf8.count <= mostIdBytes && (1...longestId).contains(text.count)
    }

    /// Why an event is refused: a code and a sentence for the client.
    public struct Refusal: Error, Hashable, Sendable {
        public var code: ErrorCode
        public var message: String

        public init(code: ErrorCode, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// The checked event.
    ///
    /// - Parameters:
    ///   - date: its session time in seconds, by `EventClock`.
    ///   - allowed: the types that clients may send.
    ///   - newId: makes an id for an event that has none, so that evidence can always name it.
    /// - Throws: `Refusal` with code `invalid_event` or `event_too_large`.
    public func checked(
        at date: Double, allowed: Set<EventType> = EventType.fromClients, newId: () -> String
    ) throws(Refusal) -> SessionEvent {
        if let eventId, !Self.isId(eventId) {
            throw Refusal(
                code: .invalidEvent,
                message: "eventId must have 1 to \(Self.longestId) characters in at most \(Self.mostIdBytes) bytes")
        }
        let type = EventType(rawValue: data.type)
        guard allowed.contains(type) else {
            throw Refusal(
                code: .invalidEvent,
                message: "event type \(data.type.beginning(bytes: 64)) is not one that a client may send; allowed: "
                    + allowed.map(\.rawValue).sorted().joined(separator: ", "))
        }
        let data = self.data.data?.unwrapped ?? .null
        if data.weight > Self.largestData {
            throw Refusal(
                code: .eventTooLarge, message: "an event's data may take \(Self.largestData) bytes at most")
        }
        return SessionEvent(
            eventId: eventId ?? newId(), time: date, clientTime: time.flatMap { $0 == date ? nil : $0 }, type: type,
            data: data)
    }
}

extension SessionEvent {
    /// Whether `other` is this event sent again, and not another event with the same id.
    public func isSame(as other: SessionEvent) -> Bool { type == other.type && data == other.data }

    /// Maximum number of client events that a session keeps, from before, during and after its call.
    public static let mostPerSession = 10_000
    /// Maximum size of their data together, in bytes.
    public static let mostBytesPerSession = 4 << 20

    /// The refusal of an event that exceeds the capacity of its session.
    public static func tooMany(
        events: Int = mostPerSession, bytes: Int = mostBytesPerSession
    ) -> ClientEvent.Refusal {
        ClientEvent.Refusal(
            code: .tooManyEvents,
            message: "A session keeps \(events) events of its client, with \(bytes) bytes of data.")
    }

    /// The refusal of an event whose id another event already has.
    public static let reusedId = ClientEvent.Refusal(
        code: .eventIdReused,
        message: "another event of this session has this eventId; choose a new eventId and send again")
}

extension JSONValue {
    /// The object or array inside a string of JSON, because some clients encode an event's data twice.
    fileprivate var unwrapped: JSONValue {
        guard case .string(let text) = self, let first = text.first(where: { !$0.isWhitespace }), "{[".contains(first),
            text.utf8.count <= ClientEvent.largestData,
            let values = Array(text.utf8).withUnsafeBytes({
                JSONNesting.values(in: $0, nestedUpTo: JSONNesting.limit / 2)
            }), values <= ClientMessage.mostValues,
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), value.isStorable
        else { return self }
        return value
    }
}
