public import Domain

/// What gateway and relay request from a reports process. Each request is answered by one reply with the same `id`.
public enum ReportsRequest: Sendable, Equatable {
    /// Write the three data files of a scored session, and record that they are written.
    case file(id: String, sessionId: SessionID)
    /// Render the PDF report card.
    case report(id: String, sessionId: SessionID, audience: Audience)
    /// Build the zip of the three data files.
    case archive(id: String, sessionId: SessionID, audience: Audience)
    /// Make the recording of the call's sound.
    case recording(id: String, sessionId: SessionID)
    /// Send the session to BatMan.
    case export(id: String, sessionId: SessionID)
    /// Build a zip of everything that is stored about a trainee.
    case trainee(id: String, traineeId: String)
    /// Delete the files of sessions that were erased.
    case erase(id: String, sessionIds: [SessionID])
}

extension ReportsRequest {
    /// Who reads a report or the data: trainees and clients do not see what is only suspected.
    public enum Audience: String, Codable, Sendable {
        case trainer, trainee
    }
}

public enum ReportsReply: Sendable, Equatable {
    case filed(id: String, sessionId: SessionID)
    /// A complete file, by its path relative to `DATA_DIR`.
    case fileReady(id: String, path: String, size: Int)
    case exported(id: String, export: ExportRecord)
    /// How many files were deleted.
    case erased(id: String, files: Int)
    /// `code` is stable: `session_not_found`, `session_not_ended`, `export_not_configured`, `storage_unavailable`, …
    case failed(id: String, code: ErrorCode, message: String)
}

extension ReportsRequest {
    /// The types, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case file, report, archive, recording, export, trainee, erase
    }

    public var kind: Kind {
        switch self {
        case .file: .file
        case .report: .report
        case .archive: .archive
        case .recording: .recording
        case .export: .export
        case .trainee: .trainee
        case .erase: .erase
        }
    }
}

extension ReportsRequest: Codable {
    private enum Key: String, CodingKey {
        case type, id, sessionId, sessionIds, traineeId, audience
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let id = try container.decode(String.self, forKey: .id)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else { throw UnknownMessageType(type: type) }
        func sessionId() throws -> SessionID { try container.decode(SessionID.self, forKey: .sessionId) }
        switch kind {
        case .trainee:
            self = .trainee(id: id, traineeId: try container.decode(String.self, forKey: .traineeId))
        case .erase:
            self = .erase(id: id, sessionIds: try container.decode([SessionID].self, forKey: .sessionIds))
        case .file: self = .file(id: id, sessionId: try sessionId())
        case .report:
            self = .report(
                id: id, sessionId: try sessionId(),
                audience: try container.decodeIfPresent(Audience.self, forKey: .audience) ?? .trainer)
        case .archive:
            // A gateway that does not say for whom gets what anybody may see.
            self = .archive(
                id: id, sessionId: try sessionId(),
                audience: try container.decodeIfPresent(Audience.self, forKey: .audience) ?? .trainee)
        case .recording: self = .recording(id: id, sessionId: try sessionId())
        case .export: self = .export(id: id, sessionId: try sessionId())
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .file(let id, let sessionId), .report(let id, let sessionId, _), .archive(let id, let sessionId, _),
            .recording(let id, let sessionId), .export(let id, let sessionId):
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
        case .trainee(let id, let traineeId):
            try container.encode(id, forKey: .id)
            try container.encode(traineeId, forKey: .traineeId)
        case .erase(let id, let sessionIds):
            try container.encode(id, forKey: .id)
            try container.encode(sessionIds, forKey: .sessionIds)
        }
        switch self {
        case .report(_, _, let audience), .archive(_, _, let audience):
            try container.encode(audience, forKey: .audience)
        case .file, .recording, .export, .trainee, .erase: break
        }
    }
}

extension ReportsReply {
    /// The types, as they stand in `type`.
    public enum Kind: String, CaseIterable, Sendable {
        case filed
        case fileReady = "file.ready"
        case exported, erased, failed
    }

    public var kind: Kind {
        switch self {
        case .filed: .filed
        case .fileReady: .fileReady
        case .exported: .exported
        case .erased: .erased
        case .failed: .failed
        }
    }
}

extension ReportsReply: Codable {
    private enum Key: String, CodingKey {
        case type, id, sessionId, path, size, export, files, code, message
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let id = try container.decode(String.self, forKey: .id)
        let type = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: type) else { throw UnknownMessageType(type: type) }
        switch kind {
        case .filed: self = .filed(id: id, sessionId: try container.decode(SessionID.self, forKey: .sessionId))
        case .fileReady:
            self = .fileReady(
                id: id, path: try container.decode(String.self, forKey: .path),
                size: try container.decode(Int.self, forKey: .size))
        case .exported: self = .exported(id: id, export: try container.decode(ExportRecord.self, forKey: .export))
        case .erased: self = .erased(id: id, files: try container.decode(Int.self, forKey: .files))
        case .failed:
            self = .failed(
                id: id, code: try container.decode(ErrorCode.self, forKey: .code),
                message: try container.decode(String.self, forKey: .message))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind.rawValue, forKey: .type)
        switch self {
        case .filed(let id, let sessionId):
            try container.encode(id, forKey: .id)
            try container.encode(sessionId, forKey: .sessionId)
        case .fileReady(let id, let path, let size):
            try container.encode(id, forKey: .id)
            try container.encode(path, forKey: .path)
            try container.encode(size, forKey: .size)
        case .exported(let id, let export):
            try container.encode(id, forKey: .id)
            try container.encode(export, forKey: .export)
        case .erased(let id, let files):
            try container.encode(id, forKey: .id)
            try container.encode(files, forKey: .files)
        case .failed(let id, let code, let message):
            try container.encode(id, forKey: .id)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
        }
    }
}
