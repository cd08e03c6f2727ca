/// What the server sends to a client over the WebSocket, except audio (`Docs/Protocol.md`). Encoded flat; a missing
/// value is absent, not null.
public enum ServerMessage: Sendable, Equatable {
    case ready(Ready)
    case transcript(TranscriptLine)
    case attitude(AttitudeChange)
    case compliance(Compliance)
    case audioClear(itemId: String, heardMs: Int)
    /// For a client that receives raw samples: the item that the following samples belong to.
    case audioItem(itemId: String, offsetMs: Int)
    case ack(eventIds: [String])
    case nack(eventIds: [String], code: ErrorCode, message: String, retry: Bool)
    case resumed(from: Int, to: Int, replayed: Int)
    case resumeFailed(code: ErrorCode, seq: Int)
    case status(upstream: UpstreamStatus)
    /// A `status` too: how the trainee's audio arrives.
    case microphone(MicrophoneStatus)
    case pong(t: JSONValue?)
    case goingAway(reason: String, retryAfterMs: Int)
    /// Instead of `ready`, for a client that asked for it: the session is at this address, which contains its token.
    case moved(wsUrl: String)
    case sessionEnded(seq: Int, outcome: Outcome, endTrigger: String)
    /// A line of advice for the trainee, in a session with hints. Never repeated.
    case hint(text: String)
    /// The adjudicated outcome, which may differ from that of `sessionEnded`.
    case sessionOutcome(seq: Int, outcome: Outcome)
    /// `data` is the score. It is absent, and `error` present, if there is no score yet or there will be none.
    case score(seq: Int, data: Scorecard?, error: String?)
    case error(seq: Int?, code: ErrorCode, message: String, fatal: Bool, retryAfterMs: Int?)

    public struct Ready: Codable, Hashable, Sendable {
        public struct Limits: Codable, Hashable, Sendable {
            public var maxMessageBytes = 1_048_576
            public var maxEventsPerBatch = 1_000

            public init() {}
        }

        public var sessionId: SessionID
        public var `protocol` = 1
        public var seq: Int
        public var state = SessionStatus.active
        /// Seconds since the session began.
        public var sessionTime: Double
        public var resumeWindowMs: Int
        public var heartbeatMs = 15_000
        public var limits = Limits()

        public init(sessionId: SessionID, seq: Int, sessionTime: Double, resumeWindowMs: Int) {
            self.sessionId = sessionId
            self.seq = seq
            self.sessionTime = sessionTime
            self.resumeWindowMs = resumeWindowMs
        }
    }

    public struct TranscriptLine: Codable, Hashable, Sendable {
        public var seq: Int
        public var speaker: Speaker
        public var text: String
        public var startTime: Double
        public var endTime: Double
        public var utteranceId: String
        public var final: Bool
        public var interrupted: Bool?

        public init(seq: Int, utterance: Utterance, final: Bool = true) {
            self.seq = seq
            speaker = utterance.speaker
            text = utterance.text
            startTime = utterance.startTime
            endTime = utterance.endTime
            utteranceId = utterance.utteranceId
            self.final = final
            interrupted = utterance.interrupted
        }
    }

    public struct AttitudeChange: Codable, Hashable, Sendable {
        public var seq: Int
        public var value: Int
        public var direction: Attitude.Direction

        public init(seq: Int, value: Int, direction: Attitude.Direction) {
            self.seq = seq
            self.value = value
            self.direction = direction
        }
    }

    public struct Compliance: Codable, Hashable, Sendable {
        public var seq: Int
        public var findingId: String
        public var id: String
        public var rule: Finding.Rule
        public var status: Finding.Status
        public var severity: Finding.Severity
        public var message: String
        public var dateDiffers: Bool?
        public var evidence: Evidence

        public init(seq: Int, finding: Finding) {
            self.seq = seq
            findingId = finding.findingId
            id = finding.id
            rule = finding.rule
            status = finding.status
            severity = finding.severity
            message = finding.message
            dateDiffers = finding.dateDiffers
            evidence = finding.evidence
        }
    }
}

extension ServerMessage {
    /// The types that are not audio, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case ready, transcript, attitude, compliance
        case audioClear = "audio_clear"
        case audioItem = "audio_item"
        case ack, nack, resumed
        case resumeFailed = "resume_failed"
        case status, pong
        case goingAway = "going_away"
        case moved
        case sessionEnded = "session_ended"
        case sessionOutcome = "session_outcome"
        case score, error, hint
    }

    public var kind: Kind {
        switch self {
        case .ready: .ready
        case .transcript: .transcript
        case .attitude: .attitude
        case .compliance: .compliance
        case .audioClear: .audioClear
        case .audioItem: .audioItem
        case .ack: .ack
        case .nack: .nack
        case .resumed: .resumed
        case .resumeFailed: .resumeFailed
        case .status, .microphone: .status
        case .pong: .pong
        case .goingAway: .goingAway
        case .moved: .moved
        case .sessionEnded: .sessionEnded
        case .sessionOutcome: .sessionOutcome
        case .score: .score
        case .error: .error
        case .hint: .hint
        }
    }
}

extension ServerMessage: Codable {
    private enum Key: String, CodingKey {
        case type, itemId, heardMs, offsetMs, eventIds, code, message, retry, from, to, replayed, seq, upstream, t,
            reason, microphone, text, wsUrl
        case retryAfterMs, outcome, endTrigger, data, error, fatal, revision, verdict
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .ready(let ready):
            try ready.encode(to: encoder)
        case .transcript(let line):
            try line.encode(to: encoder)
        case .attitude(let change):
            try change.encode(to: encoder)
        case .compliance(let finding):
            try finding.encode(to: encoder)
        case .audioClear(let itemId, let heardMs):
            try container.encode(itemId, forKey: .itemId)
            try container.encode(heardMs, forKey: .heardMs)
        case .audioItem(let itemId, let offsetMs):
            try container.encode(itemId, forKey: .itemId)
            try container.encode(offsetMs, forKey: .offsetMs)
        case .ack(let eventIds):
            try container.encode(eventIds, forKey: .eventIds)
        case .nack(let eventIds, let code, let message, let retry):
            try container.encode(eventIds, forKey: .eventIds)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
            try container.encode(retry, forKey: .retry)
        case .resumed(let from, let to, let replayed):
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
            try container.encode(replayed, forKey: .replayed)
        case .resumeFailed(let code, let seq):
            try container.encode(code, forKey: .code)
            try container.encode(seq, forKey: .seq)
        case .status(let upstream):
            try container.encode(upstream, forKey: .upstream)
        case .microphone(let status):
            try container.encode(status, forKey: .microphone)
        case .pong(let t):
            try container.encodeIfPresent(t, forKey: .t)
        case .goingAway(let reason, let retryAfterMs):
            try container.encode(reason, forKey: .reason)
            try container.encode(retryAfterMs, forKey: .retryAfterMs)
        case .moved(let wsUrl): try container.encode(wsUrl, forKey: .wsUrl)
        case .sessionEnded(let seq, let outcome, let endTrigger):
            try container.encode(seq, forKey: .seq)
            try container.encode(outcome, forKey: .outcome)
            try container.encode(endTrigger, forKey: .endTrigger)
        case .sessionOutcome(let seq, let outcome):
            try container.encode(seq, forKey: .seq)
            try container.encode(outcome, forKey: .outcome)
        case .score(let seq, let data, let error):
            try container.encode(seq, forKey: .seq)
            try container.encodeIfPresent(data?.revision, forKey: .revision)
            try container.encodeIfPresent(data?.verdict, forKey: .verdict)
            try container.encodeIfPresent(data, forKey: .data)
            try container.encodeIfPresent(error, forKey: .error)
        case .error(let seq, let code, let message, let fatal, let retryAfterMs):
            try container.encodeIfPresent(seq, forKey: .seq)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
            try container.encode(fatal, forKey: .fatal)
            try container.encodeIfPresent(retryAfterMs, forKey: .retryAfterMs)
        case .hint(let text): try container.encode(text, forKey: .text)
        }
    }

    /// - Throws: `DecodingError` for a type that this version does not know. A client must ignore such a message.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else {
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container, debugDescription: "unknown message type \(type.prefix(64))")
        }
        switch kind {
        case .ready: self = .ready(try Ready(from: decoder))
        case .transcript: self = .transcript(try TranscriptLine(from: decoder))
        case .attitude: self = .attitude(try AttitudeChange(from: decoder))
        case .compliance: self = .compliance(try Compliance(from: decoder))
        case .audioClear:
            self = .audioClear(
                itemId: try container.decode(String.self, forKey: .itemId),
                heardMs: try container.decode(Int.self, forKey: .heardMs))
        case .audioItem:
            self = .audioItem(
                itemId: try container.decode(String.self, forKey: .itemId),
                offsetMs: try container.decode(Int.self, forKey: .offsetMs))
        case .ack: self = .ack(eventIds: try container.decode([String].self, forKey: .eventIds))
        case .nack:
            self = .nack(
                eventIds: try container.decode([String].self, forKey: .eventIds),
                code: try container.decode(ErrorCode.self, forKey: .code),
                message: try container.decode(String.self, forKey: .message),
                retry: try container.decode(Bool.self, forKey: .retry))
        case .resumed:
            self = .resumed(
                from: try container.decode(Int.self, forKey: .from), to: try container.decode(Int.self, forKey: .to),
                replayed: try container.decode(Int.self, forKey: .replayed))
        case .resumeFailed:
            self = .resumeFailed(
                code: try container.decode(ErrorCode.self, forKey: .code),
                seq: try container.decode(Int.self, forKey: .seq))
        case .status:
            if let microphone = try container.decodeIfPresent(MicrophoneStatus.self, forKey: .microphone) {
                self = .microphone(microphone)
            } else {
                self = .status(upstream: try container.decode(UpstreamStatus.self, forKey: .upstream))
            }
        case .pong: self = .pong(t: try container.decodeIfPresent(JSONValue.self, forKey: .t))
        case .goingAway:
            self = .goingAway(
                reason: try container.decode(String.self, forKey: .reason),
                retryAfterMs: try container.decode(Int.self, forKey: .retryAfterMs))
        case .moved: self = .moved(wsUrl: try container.decode(String.self, forKey: .wsUrl))
        case .sessionEnded:
            self = .sessionEnded(
                seq: try container.decode(Int.self, forKey: .seq),
                outcome: try container.decode(Outcome.self, forKey: .outcome),
                endTrigger: try container.decode(String.self, forKey: .endTrigger))
        case .sessionOutcome:
            self = .sessionOutcome(
                seq: try container.decode(Int.self, forKey: .seq),
                outcome: try container.decode(Outcome.self, forKey: .outcome))
        case .score:
            self = .score(
                seq: try container.decode(Int.self, forKey: .seq),
                data: try container.decodeIfPresent(Scorecard.self, forKey: .data),
                error: try container.decodeIfPresent(String.self, forKey: .error))
        case .error:
            self = .error(
                seq: try container.decodeIfPresent(Int.self, forKey: .seq),
                code: try container.decode(ErrorCode.self, forKey: .code),
                message: try container.decode(String.self, forKey: .message),
                fatal: try container.decode(Bool.self, forKey: .fatal),
                retryAfterMs: try container.decodeIfPresent(Int.self, forKey: .retryAfterMs))
        case .hint: self = .hint(text: try container.decode(String.self, forKey: .text))
        }
    }
}
