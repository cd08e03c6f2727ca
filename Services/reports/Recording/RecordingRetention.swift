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

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            let deleted = deleteExpired(at: Date())
            if deleted > 0 { logger.info("recordings deleted", metadata: ["files": "\(deleted)", "days": "\(days)"]) }
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            } catch { return }
        }
    }

    /// - Returns: how many files were deleted.
    func deleteExpired(at now: Date) -> Int {
        let oldest = Int(now.timeIntervalSince1970) - days * 86_400
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        var deleted = 0
        for id in names.compactMap(SessionID.init) {
            let folder = SessionFolder(root: root, id: id)
            // A process that died while it made a recording left sound behind.
            folder.removeAbandoned()
            for name in SoundFiles.all {
                guard let file = folder.inspect(name), file.stamp.seconds < oldest else { continue }
                if folder.remove(name) { deleted += 1 }
            }
        }
        return deleted
    }
}
