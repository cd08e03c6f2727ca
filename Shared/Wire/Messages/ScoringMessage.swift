public import Domain

/// What the relay asks of a scorer. Each request is answered by one reply with the same `id`.
public enum ScoringRequest: Sendable, Equatable {
    /// Judge an ended session, whose record is in the store, and store the result there.
    case score(id: String, sessionId: SessionID)
}

public enum ScoringReply: Sendable, Equatable {
    /// The score is stored.
    case scored(id: String, sessionId: SessionID)
    /// It is not, and the session's record says so. `final` when no further attempt will be made.
    case failed(id: String, sessionId: SessionID, code: String, message: String, final: Bool)
}

extension ScoringRequest {
    /// The types, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case score
    }

    public var kind: Kind {
        switch self {
        case .score: .score
        }
    }
}

extension ScoringRequest: Codable {
    private enum Key: String, CodingKey {
        case type, id, sessionId
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else { throw UnknownMessageType(type: type) }
        switch kind {
        case .score:
            self = .score(
                id: try container.decode(String.self, forKey: .id),
                sessionId: try container.decode(SessionID.self, forKey: .sessionId))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .score(let id, let sessionId):
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
        }
    }
}

extension ScoringReply {
    /// The types, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case scored
        case failed = "score.failed"
    }

    public var kind: Kind {
        switch self {
        case .scored: .scored
        case .failed: .failed
        }
    }
}

extension ScoringReply: Codable {
    private enum Key: String, CodingKey {
        case type, id, sessionId, code, message, final
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let id = try container.decode(String.self, forKey: .id)
        let sessionId = try container.decode(SessionID.self, forKey: .sessionId)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else { throw UnknownMessageType(type: type) }
        switch kind {
        case .scored: self = .scored(id: id, sessionId: sessionId)
        case .failed:
            self = .failed(
                id: id, sessionId: sessionId, code: try container.decode(String.self, forKey: .code),
                message: try container.decode(String.self, forKey: .message),
                final: try container.decode(Bool.self, forKey: .final))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .scored(let id, let sessionId):
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
        case .failed(let id, let sessionId, let code, let message, let final):
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
            try container.encode(final, forKey: .final)
        }
    }
}
