public import Domain

/// What gateway and relay say to each other, apart from the sessions' own packets, which are `{"s":17,"m":<message>}`
/// and never become a value of this type. All of it, events of a REST batch included, goes over the one session link
/// (`Hello.Purpose.sessions`) that a gateway keeps to each relay.
public enum RelayMessage: Sendable, Equatable {
    // Gateway to relay

    /// A client connects to a session. The gateway chooses `s`, which is unique for the life of this connection.
    case attach(Attach)
    /// The same for a client whose right to the session is not checked yet: it is let in if the session lives in this
    /// relay and its token has this hash. So a client can return while the database is slow or unavailable. A separate
    /// message, because an older relay, which does not know the hash, would let every client in.
    case rejoin(Attach, tokenHash: String)
    /// The client of `s` has left, with its close code, if it sent one.
    case detach(s: Int, code: Int?)
    /// Events of a REST batch. Answered by `eventsStored` or `failed` with the same `id`.
    case submitEvents(id: String, sessionId: SessionID, events: [ClientEvent])

    // Relay to gateway

    case attached(s: Int)
    /// No session for this client: what the gateway answers to the upgrade, or closes with.
    case refused(s: Int, refusal: Refusal)
    /// Close the client's socket once everything before this message is sent.
    case close(s: Int, code: CloseCode, reason: String)
    /// `rejudging` says that the session had ended and is judged again because of them.
    case eventsStored(id: String, results: [EventResult], rejudging: Bool = false)
    case failed(id: String, refusal: Refusal)

    // Both ways: stop or continue reading what this session's other end sends

    case pause(s: Int)
    case resume(s: Int)

    public struct Attach: Codable, Hashable, Sendable {
        public var s: Int
        public var sessionId: SessionID
        /// For the log, and to tell two connections of one trainee apart.
        public var requestId: String

        public init(s: Int, sessionId: SessionID, requestId: String) {
            self.s = s
            self.sessionId = sessionId
            self.requestId = requestId
        }
    }

    /// Why a request is refused: a stable code, a sentence, and the HTTP status and WebSocket close code for it.
    public struct Refusal: Error, Codable, Hashable, Sendable {
        public var code: ErrorCode
        public var message: String
        public var httpStatus: Int
        public var closeCode: CloseCode
        public var retryAfterMs: Int?

        public init(code: ErrorCode, message: String, httpStatus: Int, closeCode: CloseCode, retryAfterMs: Int? = nil) {
            self.code = code
            self.message = message
            self.httpStatus = httpStatus
            self.closeCode = closeCode
            self.retryAfterMs = retryAfterMs
        }
    }
}

extension RelayMessage {
    /// The types, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case attach, rejoin, detach
        case submitEvents = "events.submit"
        case attached, refused, close
        case eventsStored = "events.stored"
        case failed, pause, resume
    }

    public var kind: Kind {
        switch self {
        case .attach: .attach
        case .rejoin: .rejoin
        case .detach: .detach
        case .submitEvents: .submitEvents
        case .attached: .attached
        case .refused: .refused
        case .close: .close
        case .eventsStored: .eventsStored
        case .failed: .failed
        case .pause: .pause
        case .resume: .resume
        }
    }
}

extension RelayMessage: Codable {
    private enum Key: String, CodingKey {
        case type, s, code, id, sessionId, events, refusal, reason, results, tokenHash, rejudging
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func s() throws -> Int { try container.decode(Int.self, forKey: .s) }
        func id() throws -> String { try container.decode(String.self, forKey: .id) }
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else { throw UnknownMessageType(type: type) }
        switch kind {
        case .attach: self = .attach(try Attach(from: decoder))
        case .rejoin:
            self = .rejoin(
                try Attach(from: decoder), tokenHash: try container.decode(String.self, forKey: .tokenHash))
        case .detach: self = .detach(s: try s(), code: try container.decodeIfPresent(Int.self, forKey: .code))
        case .submitEvents:
            self = .submitEvents(
                id: try id(), sessionId: try container.decode(SessionID.self, forKey: .sessionId),
                events: try container.decode([ClientEvent].self, forKey: .events))
        case .attached: self = .attached(s: try s())
        case .refused: self = .refused(s: try s(), refusal: try container.decode(Refusal.self, forKey: .refusal))
        case .close:
            self = .close(
                s: try s(), code: try container.decode(CloseCode.self, forKey: .code),
                reason: try container.decode(String.self, forKey: .reason))
        case .eventsStored:
            self = .eventsStored(
                id: try id(), results: try container.decode([EventResult].self, forKey: .results),
                rejudging: try container.decodeIfPresent(Bool.self, forKey: .rejudging) ?? false)
        case .failed: self = .failed(id: try id(), refusal: try container.decode(Refusal.self, forKey: .refusal))
        case .pause: self = .pause(s: try s())
        case .resume: self = .resume(s: try s())
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .attach(let attach):
            try attach.encode(to: encoder)
        case .rejoin(let attach, let tokenHash):
            try attach.encode(to: encoder)
            try container.encode(tokenHash, forKey: .tokenHash)
        case .detach(let s, let code):
            try container.encode(s, forKey: .s)
            try container.encodeIfPresent(code, forKey: .code)
        case .submitEvents(let id, let sessionId, let events):
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(events, forKey: .events)
        case .attached(let s):
            try container.encode(s, forKey: .s)
        case .refused(let s, let refusal):
            try container.encode(s, forKey: .s)
            try container.encode(refusal, forKey: .refusal)
        case .close(let s, let code, let reason):
            try container.encode(s, forKey: .s)
            try container.encode(code, forKey: .code)
            try container.encode(reason, forKey: .reason)
        case .eventsStored(let id, let results, let rejudging):
            try container.encode(id, forKey: .id)
            try container.encode(results, forKey: .results)
            if rejudging { try container.encode(true, forKey: .rejudging) }
        case .failed(let id, let refusal):
            try container.encode(id, forKey: .id)
            try container.encode(refusal, forKey: .refusal)
        case .pause(let s):
            try container.encode(s, forKey: .s)
        case .resume(let s):
            try container.encode(s, forKey: .s)
        }
    }
}
