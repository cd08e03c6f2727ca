import Domain
import Foundation
import Glibc
import Storage

/// Everything that is stored about a trainee, as one zip: the data files of every session that has ended, as in the
/// session's own zip. One session at a time is in memory.
///
/// The zip has a random name and is kept for ten minutes, for the gateway to send it.
struct TraineeArchive: Sendable {
    /// Of the folder in `DATA_DIR`, which is no session's.
    private static let folder = ".trainees"
    /// Seconds.
    static let keptFor = 600
    private static let page = 200

    let root: String
    let sessions: any SessionStore
    var now: @Sendable () -> Date = { Date() }

    /// - Throws: `FileError`, `StorageError`.
    func zip(of traineeId: String) async throws -> SessionArchive.File {
        try FileManager.default.createDirectory(
            atPath: "\(root)/\(Self.folder)", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o750])
        let path = "\(Self.folder)/\(UUID().uuidString).zip"
        let file = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileError("create a zip") }
        defer { close(file) }
        do {
            let writer = try ZipStream(to: file)
            var filter = SessionFilter(.all)
            filter.traineeId = traineeId
            var cursor: String?
            repeat {
                let page = try await sessions.sessions(matching: filter, limit: Self.page, after: cursor)
                for summary in page.items {
                    guard let record = try await sessions.session(summary.sessionId) else { continue }
                    for entry in SessionFiles(record).all {
                        try writer.add(
                            "\(record.sessionId)/\(entry.name)", entry.content,
                            modified: record.endedAt ?? record.createdAt)
                    }
                }
                cursor = page.nextCursor
            } while cursor != nil
            try writer.finish()
        } catch {
            unlink("\(root)/\(path)")
            throw error
        }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw FileError("read back a zip") }
        return SessionArchive.File(path: path, size: Int(info.st_size))
    }

    /// Deletes zips that nobody waits for any more.
    ///
    /// - Parameter kept: age in seconds from which on they go; an erasure deletes all, since one may be of the trainee.
    static func removeOld(in root: String, at now: Date, kept: Int = keptFor) {
        let folder = "\(root)/\(Self.folder)"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            var info = stat()
            guard lstat("\(folder)/\(name)", &info) == 0, Int(now.timeIntervalSince1970) - info.st_mtim.tv_sec >= kept
            else { continue }
            unlink("\(folder)/\(name)")
        }
    }
}
