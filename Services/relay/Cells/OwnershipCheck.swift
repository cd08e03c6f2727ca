import Domain
import Logging
import NIOCore
import Storage

/// After a silence of this relay: finds the sessions that other cells have taken over meanwhile, and has them fenced
/// here, even those in which nothing happens.
struct OwnershipCheck: Sendable {
    /// Sessions per query.
    private static let most = 500

    let pulse: CellPulse
    let store: any SessionStore
    let registry: NIOLoopBound<SessionRegistry>
    let loop: any EventLoop
    let logger: Logger

    func runIfDue() async {
        guard pulse.takeReturn() else { return }
        let (registry, loop) = (registry, loop)
        do {
            let ids = try await loop.submit { registry.value.liveIds }.get()
            for start in stride(from: 0, to: ids.count, by: Self.most) {
                let owners = try await store.owners(of: Array(ids.dropFirst(start).prefix(Self.most)))
                try await loop.submit { registry.value.fence(owners) }.get()
            }
        } catch {
            logger.debug("owners cannot be read", metadata: ["error": "\(error)"])
            pulse.returnAgain()
        }
    }
}
