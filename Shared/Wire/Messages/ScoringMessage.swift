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

extension ScoringRequest: Codable {
    private enum Key: String, CodingKey {
        case type, id, sessionId
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(String.self, forKey: .type) {
        case "score":
            self = .score(
                id: try container.decode(String.self, forKey: .id),
                sessionId: try container.decode(SessionID.self, forKey: .sessionId))
        case let unknown: throw UnknownMessageType(type: unknown)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .score(let id, let sessionId):
            try container.encode("score", forKey: .type)
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
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
        switch try container.decode(String.self, forKey: .type) {
        case "scored": self = .scored(id: id, sessionId: sessionId)
        case "score.failed":
            self = .failed(
                id: id, sessionId: sessionId, code: try container.decode(String.self, forKey: .code),
                message: try container.decode(String.self, forKey: .message),
                final: try container.decode(Bool.self, forKey: .final))
        case let unknown: throw UnknownMessageType(type: unknown)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .scored(let id, let sessionId):
            try container.encode("scored", forKey: .type)
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
        case .failed(let id, let sessionId, let code, let message, let final):
            try container.encode("score.failed", forKey: .type)
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
            try container.encode(final, forKey: .final)
        }
    }
}
