import Domain
import Foundation
import Logging
import Storage
import Wire

/// Answers requests of gateway and relay: passes them to the part that does the work, and maps errors to codes.
struct ReportsHandler: Sendable {
    private static let notConfigured = "no BatMan API is configured: set BATMAN_API_URL"

    let sessions: any SessionStore
    let archive: SessionArchive
    let filing: FilingJob
    /// Nil if no export is configured.
    let outbox: ExportOutbox?
    let erasure: ErasureSweep
    let trainees: TraineeArchive
    let logger: Logger

    func answer(_ request: ReportsRequest) async -> ReportsReply {
        switch request {
        case .file(let id, let sessionId):
            await answer(id, sessionId) { try await file(sessionId, id: id) }
        case .report(let id, let sessionId, let audience):
            await answer(id, sessionId) { .ready(id, try await archive.report(of: ended(sessionId), for: audience)) }
        case .archive(let id, let sessionId, let audience):
            await answer(id, sessionId) { .ready(id, try await archive.zip(of: ended(sessionId), for: audience)) }
        case .recording(let id, let sessionId):
            await answer(id, sessionId) {
                guard let file = try await archive.recording(of: ended(sessionId).sessionId) else {
                    throw Refusal(code: .notRecorded, message: "\(sessionId) was not recorded, or no longer is kept")
                }
                return .ready(id, file)
            }
        case .trainee(let id, let traineeId):
            await answer(id) { .ready(id, try await trainees.zip(of: traineeId)) }
        case .erase(let id, let sessionIds):
            await answer(id) {
                let outcome = try await erasure.delete(sessionIds)
                TraineeArchive.removeOld(in: erasure.root, at: Date(), kept: 0)
                guard outcome.failed == 0 else {
                    throw Refusal(code: .fileUnavailable, message: "some files cannot be deleted at the moment")
                }
                return .erased(id: id, files: outcome.files)
            }
        case .export(let id, let sessionId):
            await answer(id, sessionId) {
                guard let outbox else { throw Refusal(code: .exportNotConfigured, message: Self.notConfigured) }
                let record = try await ended(sessionId)
                guard record.visibility == .submitted else {
                    throw Refusal(code: .sessionPrivate, message: "\(sessionId) is private and is not exported")
                }
                return .exported(id: id, export: try await outbox.export(record))
            }
        }
    }

    /// Another process, or our own sweep, may be writing the files: then waits up to 10 s for it to finish.
    private func file(_ sessionId: SessionID, id: String) async throws -> ReportsReply {
        for _ in 0..<40 {
            if case .failed(_, let reason) = try await filing.run(sessionId) {
                throw Refusal(code: .filesNotWritten, message: reason)
            }
            let job = try await ended(sessionId).pipeline.files
            switch job.state {
            case .done: return .filed(id: id, sessionId: sessionId)
            case .idle:
                throw Refusal(code: .notScored, message: "\(sessionId) is not scored yet; files follow the score")
            case .failed: throw Refusal(code: .filesNotWritten, message: job.lastError ?? "given up")
            case .pending, .leased: try await Task.sleep(for: .milliseconds(250))
            }
        }
        throw Refusal(code: .busy, message: "the files of \(sessionId) are being written; ask again")
    }

    private func ended(_ id: SessionID) async throws -> SessionRecord {
        guard let record = try await sessions.session(id) else {
            throw Refusal(code: .sessionNotFound, message: "there is no session \(id)")
        }
        guard record.status == .ended else {
            throw Refusal(code: .sessionNotEnded, message: "session \(id) has not ended yet")
        }
        return record
    }

    private struct Refusal: Error {
        let code: ErrorCode
        let message: String
    }

    private func answer(
        _ id: String, _ sessionId: SessionID? = nil, _ work: () async throws -> ReportsReply
    ) async -> ReportsReply {
        do {
            return try await work()
        } catch let refusal as Refusal {
            return .failed(id: id, code: refusal.code, message: refusal.message)
        } catch {
            logger.error(
                "request failed", metadata: ["sessionId": "\(sessionId?.text ?? "none")", "error": "\(error)"])
            let (code, message) = Self.explain(error)
            return .failed(id: id, code: code, message: message)
        }
    }

    /// Code and message for a client, without paths and library errors; those are in the log.
    private static func explain(_ error: any Error) -> (code: ErrorCode, message: String) {
        switch error {
        case let error as StorageError where error.code == .unavailable:
            (.storageUnavailable, "the database cannot be reached at the moment")
        case let error as FileError where error.isShortOfSpace:
            (.diskFull, "there is not enough disk space for the file")
        case is FileError: (.fileNotWritten, "the file could not be written")
        case is RenderingPool.Full: (.busy, "too many reports are being rendered at the moment")
        case is CancellationError: (.stopping, "this process is stopping; ask again")
        default: (.internalError, "the request could not be carried out")
        }
    }
}

extension ReportsReply {
    fileprivate static func ready(_ id: String, _ file: SessionArchive.File) -> ReportsReply {
        .fileReady(id: id, path: file.path, size: file.size)
    }
}
