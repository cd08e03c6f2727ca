import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import Wire

/// The results of an ended session: the PDF, the data files and the export.
struct ReportRoutes: Sendable {
    let sessions: VisibleSessions
    /// `DATA_DIR`, where the reports process writes its files.
    let dataDirectory: String
    let audit: Audit
    let ask: Ask

    /// Sends a request to a reports process and returns the reply. Requests with the same key go to the same process. The
    /// last closure builds the request from the id that it gets.
    typealias Ask =
        @Sendable (String, Limits, @escaping @Sendable (String) -> ReportsRequest) async throws -> ReportsReply

    /// How long a client may be kept waiting before it is asked to come again.
    struct Limits: Sendable {
        /// For a reports process to appear.
        var presence = Duration.seconds(3)
        /// For its answer.
        var answer: Duration
        /// Until a second process is asked as well.
        var second: Duration

        /// Drawing a card takes a fraction of a second.
        static let files = Limits(answer: .seconds(12), second: .seconds(4))
        /// The recording of an hour is made in some seconds.
        static let recording = Limits(answer: .seconds(30), second: .seconds(20))
        /// BatMan has ten seconds. An export is sent by one process at a time; another is asked when that one is gone.
        static let export = Limits(answer: .seconds(20), second: .seconds(60))
        /// Deleting some hundred folders. Whoever comes too late is helped by the reports' sweep.
        static let erase = Limits(presence: .seconds(1), answer: .seconds(20), second: .seconds(60))
        /// Thousands of sessions are read one by one.
        static let trainee = Limits(answer: .seconds(300), second: .seconds(600))
    }

    func report(_ call: Call) async throws -> Response {
        try refuseIfHidden(call)
        let id = try await readable(call, as: .reportRead)
        let audience = try Self.audience(of: call)
        let reply = try await ask(id.text, .files) { .report(id: $0, sessionId: id, audience: audience) }
        return try await file(reply, of: id, type: "application/pdf", name: "\(id.text)-report.pdf", call)
    }

    func data(_ call: Call) async throws -> Response {
        try refuseIfHidden(call)
        let id = try await readable(call, as: .dataRead)
        let audience = try Self.audience(of: call)
        let reply = try await ask(id.text, .files) { .archive(id: $0, sessionId: id, audience: audience) }
        return try await file(reply, of: id, type: "application/zip", name: "\(id.text).zip", call)
    }

    /// The sound of a recorded call. Pages play it piece by piece, so it can be asked for in ranges (RFC 9110, section
    /// 14).
    func recording(_ call: Call) async throws -> Response {
        // A voice tells who somebody is.
        try refuseIfHidden(call)
        let record = try await sessions.session(in: call)
        guard try call.context.caller().mayHear(record.visibility) else { throw Problem.sessionPrivate }
        guard record.status == .ended else {
            throw Problem(.conflict, .sessionNotEnded, "The session has not ended yet.")
        }
        let id = record.sessionId
        let reply = try await ask(id.text, .recording) { .recording(id: $0, sessionId: id) }
        guard case .fileReady(_, let path, let size) = reply else {
            return try await file(reply, of: id, type: "audio/wav", name: "\(id.text).wav", call)
        }
        guard let path = Self.safePath(path, of: id, in: dataDirectory) else { throw Self.unexpected }
        var headers: HTTPFields = [
            .contentType: "audio/wav", .cacheControl: "private, no-store", .acceptRanges: "bytes",
            .contentDisposition: "inline; filename=\"\(id.text).wav\"",
        ]
        audit.looked(.recordingRead, at: id, by: try call.context.caller())
        switch ByteRange(call.request.headers[.range], of: size) {
        case .whole:
            let body = try await FileIO().loadFile(path: path, context: call.context)
            return Response(status: .ok, headers: headers, body: body)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
            let body = try await FileIO().loadFile(path: path, range: range, context: call.context)
            return Response(status: .partialContent, headers: headers, body: body)
        case .notSatisfiable:
            throw Problem(
                .rangeNotSatisfiable, .rangeNotSatisfiable, "The recording has \(size) bytes.",
                headers: [.contentRange: "bytes */\(size)"])
        }
    }

    func export(_ call: Call) async throws -> Response {
        let session = try await scored(call)
        guard session.visibility == .submitted else { throw Problem.sessionPrivate }
        let id = session.sessionId
        let reply = try await ask(id.text, .export) { .export(id: $0, sessionId: id) }
        switch reply {
        case .exported(_, let export):
            if export.status != .failed {
                await audit.changed(.sessionExported, id, by: try call.context.caller(), export.status.rawValue)
            }
            switch export.status {
            case .sent: return try APIJSON.response(export)
            case .pending: return try APIJSON.response(export, status: .accepted)
            case .failed:
                throw Problem(
                    .badGateway, "export_failed",
                    "BatMan did not accept the session. The export is stored and can be retried.")
            }
        case .failed(_, let code, let message): throw Self.problem(code, message)
        case .filed, .fileReady, .erased: throw Self.unexpected
        }
    }

    private static func audience(of call: Call) throws -> ReportsRequest.Audience {
        try call.context.caller().seesOnlyOwn ? .trainee : .trainer
    }

    /// The files name the trainee, or have the trainee's voice.
    private func refuseIfHidden(_ call: Call) throws { try Self.refuseIfHidden(call, sessions) }

    static func refuseIfHidden(_ call: Call, _ sessions: VisibleSessions) throws {
        guard sessions.identities.areHidden(from: try call.context.caller()) else { return }
        throw Problem(
            .forbidden, "identities_hidden", "The files name the trainee, and this installation hides who trainees are."
        )
    }

    /// The session whose report or data the caller may read.
    ///
    /// - Throws: 409 for a session of the blind sample that a trainer has to score first.
    private func readable(_ call: Call, as action: AuditEntry.Action) async throws -> SessionID {
        let record = try await scored(call)
        let caller = try call.context.caller()
        guard !(record.isBlind && caller.isBlinded) else { throw Problem.blindSample }
        audit.looked(action, at: record.sessionId, by: caller)
        return record.sessionId
    }

    /// The session in the path, once its scoring is finished.
    ///
    /// - Throws: 409 before the session has ended, and until scoring is done or has failed permanently.
    private func scored(_ call: Call) async throws -> SessionRecord {
        let record = try await sessions.session(in: call)
        guard record.status == .ended else {
            throw Problem(.conflict, .sessionNotEnded, "The session has not ended yet.")
        }
        switch record.pipeline.scoring.state {
        case .done, .failed: return record
        case .idle, .pending, .leased:
            throw Problem(.conflict, .scorePending, "The session has ended and is being scored.", retryAfter: 2)
        }
    }

    private func file(
        _ reply: ReportsReply, of id: SessionID, type: String, name: String, _ call: Call
    ) async throws -> Response {
        switch reply {
        case .fileReady(_, let path, _):
            guard let path = Self.safePath(path, of: id, in: dataDirectory) else { throw Self.unexpected }
            let body: ResponseBody
            do {
                body = try await FileIO().loadFile(path: path, context: call.context)
            } catch {
                throw Problem(
                    .serviceUnavailable, .fileUnavailable, "The file is not available at the moment.", retryAfter: 5)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"",
                    .cacheControl: "private, no-store",
                ], body: body)
        case .failed(_, let code, let message): throw Self.problem(code, message)
        case .filed, .exported, .erased: throw Self.unexpected
        }
    }

    /// The path on disk, if it is inside the session's own folder and no part of it is a symbolic link.
    static func safePath(_ path: String, of id: SessionID, in folder: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.first == id.text[...],
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) })
        else { return nil }
        var whole = folder
        for part in parts {
            whole += "/\(part)"
            // The reports process writes no symbolic links; following one could serve a file from elsewhere.
            let attributes = try? FileManager.default.attributesOfItem(atPath: whole)
            guard let type = attributes?[.type] as? FileAttributeType, type != .typeSymbolicLink else { return nil }
        }
        return whole
    }

    static func problem(_ code: ErrorCode, _ message: String) -> Problem {
        switch code {
        case .sessionNotFound: .sessionNotFound
        case .sessionPrivate: .sessionPrivate
        case .notRecorded: Problem(.notFound, code, "There is no recording of this call.")
        case .sessionNotEnded, .notScored, .scorePending: Problem(.conflict, code, message)
        case .storageUnavailable: .storageUnavailable
        // Missing configuration needs the operator, so clients should not retry soon.
        case .exportNotConfigured: Problem(.serviceUnavailable, code, message, retryAfter: 3600)
        default: Problem(.serviceUnavailable, code, "The reports service could not handle the request.", retryAfter: 5)
        }
    }

    static let unexpected = Problem(
        .serviceUnavailable, .reportsUnavailable, "The reports service gave no usable answer.", retryAfter: 5)
}
