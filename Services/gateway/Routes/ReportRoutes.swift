import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import Wire

/// What is made of a session after its end: the PDF, the data files, the export.
struct ReportRoutes: Sendable {
    let store: any SessionStore
    /// `DATA_DIR`, where the reports process puts what it has made.
    let dataFolder: String
    /// Asks a reports process; the closure is given the request's id.
    let ask: @Sendable (@escaping @Sendable (String) -> ReportsRequest) async throws -> ReportsReply

    func report(_ call: Call) async throws -> Response {
        let id = try await scored(call)
        let audience: ReportsRequest.Audience = try call.context.caller().seesOnlyOwn ? .trainee : .trainer
        let reply = try await ask { .report(id: $0, sessionId: id, audience: audience) }
        return try await file(reply, of: id, type: "application/pdf", name: "\(id.text)-report.pdf", call)
    }

    func data(_ call: Call) async throws -> Response {
        let id = try await scored(call)
        let reply = try await ask { .archive(id: $0, sessionId: id) }
        return try await file(reply, of: id, type: "application/zip", name: "\(id.text).zip", call)
    }

    func export(_ call: Call) async throws -> Response {
        let id = try await scored(call)
        switch try await ask({ .export(id: $0, sessionId: id) }) {
        case .exported(_, let export):
            switch export.status {
            case .sent: return try JSON.response(export)
            case .pending: return try JSON.response(export, status: .accepted)
            case .failed:
                throw Problem(
                    .badGateway, "export_failed",
                    "BatMan did not take the session. The export stays on record and can be tried again.")
            }
        case .failed(_, let code, let message): throw Self.problem(code, message)
        case .filed, .fileReady: throw Self.unexpected
        }
    }

    /// The session in the path, when there is something to tell of it.
    ///
    /// - Throws: 409 before its end, and until the score is there or has finally failed.
    private func scored(_ call: Call) async throws -> SessionID {
        let record = try await store.session(visibleTo: call)
        guard record.status == .ended else {
            throw Problem(.conflict, "session_not_ended", "The session still goes on.")
        }
        switch record.pipeline.scoring.state {
        case .done, .failed: return record.sessionId
        case .idle, .pending, .leased:
            throw Problem(.conflict, "score_pending", "The session has ended and is being scored.", retryAfter: 2)
        }
    }

    private func file(
        _ reply: ReportsReply, of id: SessionID, type: String, name: String, _ call: Call
    ) async throws -> Response {
        switch reply {
        case .fileReady(_, let path, _):
            guard let path = Self.safePath(path, of: id, in: dataFolder) else { throw Self.unexpected }
            let body: ResponseBody
            do {
                body = try await FileIO().loadFile(path: path, context: call.context)
            } catch {
                throw Problem(
                    .serviceUnavailable, "file_unavailable", "The file is not there at the moment.", retryAfter: 5)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"",
                    .cacheControl: "private, no-store",
                ], body: body)
        case .failed(_, let code, let message): throw Self.problem(code, message)
        case .filed, .exported: throw Self.unexpected
        }
    }

    /// The file on disk, if it is a regular one inside the session's own folder.
    static func safePath(_ path: String, of id: SessionID, in folder: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.first == id.text[...],
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) })
        else { return nil }
        var whole = folder
        for part in parts {
            whole += "/\(part)"
            // Nothing that we write is a link; whoever put one there wants another file to be served.
            var status = stat()
            guard lstat(whole, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { return nil }
        }
        return whole
    }

    private static func problem(_ code: String, _ message: String) -> Problem {
        switch code {
        case "session_not_found": .sessionNotFound
        case "session_not_ended", "not_scored", "score_pending": Problem(.conflict, code, message)
        case "storage_unavailable": .storageUnavailable
        // Missing configuration does not go away by asking again soon.
        case "export_not_configured": Problem(.serviceUnavailable, code, message, retryAfter: 3600)
        default: Problem(.serviceUnavailable, code, "The reports service could not do it.", retryAfter: 5)
        }
    }

    private static let unexpected = Problem(
        .serviceUnavailable, "reports_unavailable", "The reports service gave no usable answer.", retryAfter: 5)
}
