import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Which cells live, for clients that come to the wrong one and for new sessions.
final class KnownCells: Service {
    private let store: any SessionStore
    /// Name of our own cell; nil until a relay has said it.
    private let own: @Sendable () -> String?
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var watch = CellWatch()
        /// Sessions that were placed since the last look, by cell.
        var placed: [String: Int] = [:]
    }

    init(in store: any SessionStore, own: @escaping @Sendable () -> String?, logger: Logger) {
        self.store = store
        self.own = own
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                try? await Task.sleep(for: CellWatch.interval)
            }
        }
    }

    func look() async {
        let began = ContinuousClock.now
        do {
            let members = try await store.cellMembers()
            state.withLock { state in
                state.watch.look(members, at: began)
                state.placed = [:]
            }
        } catch {
            logger.debug("cells cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private var living: [Cell] { state.withLock { $0.watch.living(at: .now) } }

    /// The living cell that owns a session, if it is not ours.
    func other(_ owner: Ownership?) -> Cell? {
        guard let owner, owner.cell != own() else { return nil }
        return living.first { $0.name == owner.cell }
    }

    /// The cell whose name goes into the address of a session: its owner, or for a new session the one that has least to
    /// do. Nil if no cell is known.
    func place(_ owner: Ownership?) -> String? {
        if let owner, !owner.isReleased { return owner.cell }
        let own = own()
        return state.withLock { state in
            let chosen = Placement.cell(among: state.watch.living(at: .now), placed: state.placed, own: own)
            if let chosen { state.placed[chosen, default: 0] += 1 }
            return chosen ?? own
        }
    }

    /// Whether a new session has a place in another cell.
    var hasOthers: Bool {
        let own = own()
        return living.contains { $0.name != own && !$0.isDraining }
    }
}
