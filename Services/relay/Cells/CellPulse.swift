import Domain
import Foundation
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Tells other cells that this relay lives and how much it has to do, and watches whether they live.
///
/// Stops after the sessions: as long as one lives here, so does the cell.
final class CellPulse: Service {
    /// The cell's name.
    let cell: String
    /// Sessions that live here.
    let sessions = Atomic(0)
    /// The relay takes no new sessions.
    let isStopping = Atomic(false)

    private let instance: String
    private let address: String?
    /// While this file exists the cell is to drain.
    private let drainFile: String
    private let store: any SessionStore
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var watch = CellWatch()
        /// The first is random, so that a relay that starts again changes it.
        var beat = Int.random(in: 0..<(1 << 40))
        /// When the last heartbeat was sent that arrived.
        var last: CellWatch.Instant?
        var wasAway = false
    }

    init(
        cell: String, instance: String, address: String?, directory: String, store: any SessionStore, logger: Logger
    ) {
        self.cell = cell
        self.instance = instance
        self.address = address
        self.drainFile = "\(directory)/drain"
        self.store = store
        self.logger = logger
        state = Mutex(State())
    }

    func run() async throws {
        logger.info("cell", metadata: ["cell": "\(cell)"])
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.beat()
                try? await Task.sleep(for: CellWatch.interval)
            }
        }
        // The sessions have stopped before. Without this, others would wait for ten seconds until they take them over. A
        // database that does not answer must not delay the stop.
        let isReached = state.withLock { $0.last.map { .now - $0 < CellWatch.longestGap } ?? false }
        if isReached { try? await store.leave(member()) }
    }

    private func member(beat: Int = 0, isDraining: Bool = true) -> CellMember {
        CellMember(
            cell: cell, instance: instance, beat: beat, heartbeat: Date(),
            sessions: sessions.load(ordering: .relaxed), isDraining: isDraining, address: address)
    }

    /// Sends one heartbeat and looks at those of others.
    func beat() async {
        let began = ContinuousClock.now
        let beat = state.withLock { state in
            state.beat += 1
            return state.beat
        }
        let isDraining = isStopping.load(ordering: .relaxed) || FileManager.default.fileExists(atPath: drainFile)
        do {
            try await store.beat(member(beat: beat, isDraining: isDraining))
            let members = try await store.cellMembers()
            let gap = state.withLock { state -> Duration? in
                state.watch.look(members, at: began)
                defer { state.last = began }
                // A little less than what makes a cell dead to others.
                guard let last = state.last, began - last >= CellWatch.deadAfter - CellWatch.interval else {
                    return nil
                }
                state.wasAway = true
                return began - last
            }
            if let gap { logger.notice("other cells may have taken over", metadata: ["silent": "\(gap)"]) }
        } catch {
            logger.debug("no heartbeat", metadata: ["error": "\(error)"])
        }
    }

    // MARK: What the others do

    /// Whether a session that has this owner may run here.
    func mayTake(_ owner: Ownership?) -> Bool {
        state.withLock { $0.watch.mayTake(owner, as: cell, at: .now) }
    }

    /// See `CellWatch`.
    func sparing(longerThan time: Duration) -> Set<String>? {
        state.withLock { $0.watch.sparing(longerThan: time, at: .now) }?.union([cell])
    }

    /// Whether there is another cell that a session could move to.
    var hasOthers: Bool {
        state.withLock { $0.watch.living(at: .now) }.contains { $0.name != cell && !$0.isDraining }
    }

    /// True once after this relay was silent for so long that others may have taken its sessions over.
    func takeReturn() -> Bool {
        state.withLock { state in
            defer { state.wasAway = false }
            return state.wasAway
        }
    }

    /// The sessions could not be looked at; they must be next time.
    func returnAgain() {
        state.withLock { $0.wasAway = true }
    }
}
