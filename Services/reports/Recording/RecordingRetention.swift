import Domain
import Foundation
import Logging
import Recording
import ServiceLifecycle

/// Deletes the sound of calls that are older than `AUDIO_RETENTION_DAYS`, also when nothing is recorded any more.
struct RecordingRetention: Service {
    let root: String
    let days: Int
    let logger: Logger
    var interval = Duration.seconds(3_600)
    /// Deletes a file of a session, and says whether it was there.
    var delete: @Sendable (SessionFolder, String) throws(FileError) -> Bool = {
        (folder, name) throws(FileError) in try folder.remove(name)
    }
    let metrics = ReportsMetrics()

    /// What one pass has done.
    struct Outcome: Equatable {
        /// Files.
        var deleted = 0
        /// Files that are too old and still there.
        var failed = 0
        /// Why the first of them is still there.
        var error: FileError?
    }

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            report(deleteExpired(at: Date()))
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            } catch { return }
        }
    }

    func deleteExpired(at now: Date) -> Outcome {
        let oldest = Int(now.timeIntervalSince1970) - days * 86_400
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        var outcome = Outcome()
        for id in names.compactMap(SessionID.init) {
            let folder = SessionFolder(root: root, id: id)
            // A process that died while it made a recording left sound behind.
            folder.removeAbandoned(at: now)
            for name in SoundFiles.all {
                guard let file = folder.inspect(name), file.stamp.seconds < oldest else { continue }
                do throws(FileError) {
                    // False: another process has deleted it meanwhile.
                    if try delete(folder, name) { outcome.deleted += 1 }
                } catch {
                    outcome.failed += 1
                    outcome.error = outcome.error ?? error
                }
            }
        }
        return outcome
    }

    private func report(_ outcome: Outcome) {
        if outcome.deleted > 0 {
            logger.info("recordings deleted", metadata: ["files": "\(outcome.deleted)", "days": "\(days)"])
        }
        guard let error = outcome.error else { return }
        metrics.keptTooLong(outcome.failed)
        logger.error(
            "recordings are kept too long",
            metadata: ["files": "\(outcome.failed)", "days": "\(days)", "error": "\(error)"])
    }
}
