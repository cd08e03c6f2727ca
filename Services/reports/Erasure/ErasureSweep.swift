import Domain
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Keeps erased what was erased: deletes the files of erased sessions that this machine has, whatever brought them back,
/// and facts that a paused process stored late; tells BatMan. Every machine has its own sweep, so one that was down
/// cleans up when it returns.
struct ErasureSweep: Service {
    /// Sessions per query.
    private static let most = 500
    private static let mostRecent = 20_000
    /// What was erased within this time, in seconds, is looked at again in every round: a process may have been writing.
    private static let recent: TimeInterval = 120
    /// The same for the rounds that look at everything.
    private static let day: TimeInterval = 86_400
    private static let roundsBetweenAll = 720

    let root: String
    let store: any SessionStore
    /// Nil if no export is configured.
    let withdrawals: WithdrawalOutbox?
    let logger: Logger
    var interval = Duration.seconds(5)
    var now: @Sendable () -> Date = { Date() }

    struct Outcome: Equatable, Sendable {
        /// Files that were deleted.
        var files = 0
        /// Facts that were deleted.
        var facts = 0
        /// Sessions of which something is still there.
        var failed = 0
    }

    func run() async throws {
        var round = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await sweep(all: round % Self.roundsBetweenAll == 0)
            round += 1
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            } catch { return }
        }
    }

    /// - Parameter all: looks at every folder, not only at those of sessions that were erased a moment ago.
    @discardableResult
    func sweep(all: Bool) async -> Outcome {
        var outcome = Outcome()
        do {
            if all { outcome = try await deleteErasedFolders() }
            let recent = try await erased(since: now().addingTimeInterval(-(all ? Self.day : Self.recent)))
            for start in stride(from: 0, to: recent.count, by: Self.most) {
                let ids = Array(recent.dropFirst(start).prefix(Self.most))
                let deleted = try await delete(ids)
                outcome.files += deleted.files
                outcome.failed += deleted.failed
                outcome.facts += try await store.removeRemains(of: ids)
            }
            TraineeArchive.removeOld(in: root, at: now())
            if outcome.files + outcome.facts > 0 {
                logger.notice(
                    "what came back of erased sessions is deleted",
                    metadata: ["files": "\(outcome.files)", "facts": "\(outcome.facts)"])
            }
            try await withdrawals?.run()
        } catch {
            logger.debug("erasures wait", metadata: ["error": "\(error)"])
        }
        return outcome
    }

    /// Deletes the files of sessions, if they are erased.
    func delete(_ ids: [SessionID]) async throws -> Outcome {
        var outcome = Outcome()
        let erased = try await store.erased(among: ids)
        for id in ids where erased.contains(id) {
            do throws(SessionFolders.Failure) {
                outcome.files += try SessionFolders(root: root).remove(id)
            } catch {
                outcome.failed += 1
                logger.error("files of an erased session stay for now", metadata: ["error": "\(error)"])
            }
        }
        return outcome
    }

    private func deleteErasedFolders() async throws -> Outcome {
        var outcome = Outcome()
        let ids = SessionFolders(root: root).ids
        for start in stride(from: 0, to: ids.count, by: Self.most) {
            let deleted = try await delete(Array(ids.dropFirst(start).prefix(Self.most)))
            outcome.files += deleted.files
            outcome.failed += deleted.failed
        }
        return outcome
    }

    private func erased(since: Date) async throws -> [SessionID] {
        var (ids, known, since) = ([SessionID](), Set<SessionID>(), since)
        while true {
            let page = try await store.erasedSessions(since: since, limit: Self.mostRecent)
            let new = page.map(\.id).filter { known.insert($0).inserted }
            ids += new
            guard page.count == Self.mostRecent, !new.isEmpty, let last = page.last?.at else { return ids }
            since = last
        }
    }
}
