import Domain
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Storage

/// Finds sessions that nobody runs. It has those taken over that a dead or stopped relay left in the journal folder, that
/// a dead cell left, or that are overdue in the store, and expires those that no client began.
struct Adoption: Service {
    /// A client comes back within a second or two and should find its session.
    static let interval = Duration.seconds(1)
    /// Rounds between two queries of the store.
    static let roundsBetweenStoreLooks = 15
    private static let mostAtOnce = 100

    let journal: Journal
    let left: LeftJournals
    let store: any SessionStore
    let registry: NIOLoopBound<SessionRegistry>
    let loop: any EventLoop
    let pulse: CellPulse
    let ownership: OwnershipCheck
    let erasure: ErasureCheck
    /// How long a session waits for its first client.
    let startWithin: Duration
    /// How long a session waits for a lost client.
    let resume: Duration
    /// Longer than any session lasts.
    let longestLife: Duration
    let logger: Logger
    var clock: any Clock<Duration> = ContinuousClock()
    var now: @Sendable () -> Date = { Date() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                await ownership.runIfDue()
                await erasure.run()
                await takeOverJournals()
                if round % Self.roundsBetweenStoreLooks == 0 { await lookIntoStore() }
                round += 1
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    func takeOverJournals() async {
        do throws(JournalError) {
            adopt(try await journal.unheld())
        } catch {
            logger.warning("cannot look for journals", metadata: ["error": "\(error)"])
        }
    }

    func lookIntoStore() async {
        do {
            let seconds = { (duration: Duration) in Double(duration.components.seconds) }
            let expired = try await store.expireUnstarted(createdBefore: now() - seconds(startWithin))
            if expired > 0 { logger.info("sessions that no client began", metadata: ["expired": "\(expired)"]) }
            adopt(try await store.overdue(startedBefore: now() - seconds(longestLife), limit: Self.mostAtOnce))
            // Their clients have not come back anywhere, so any cell may end them.
            if let cells = pulse.sparing(longerThan: resume) {
                adopt(
                    try await store.sessions(
                        ownedOutside: cells, releasedBefore: now() - seconds(resume), limit: Self.mostAtOnce))
            }
            try await left.removeErased()
            await left.takeUpOrphans()
        } catch {
            logger.debug("cannot query the store", metadata: ["error": "\(error)"])
        }
    }

    private func adopt(_ ids: [SessionID]) {
        guard !ids.isEmpty else { return }
        let registry = registry
        loop.execute {
            for id in ids { registry.value.adopt(id) }
        }
    }
}
