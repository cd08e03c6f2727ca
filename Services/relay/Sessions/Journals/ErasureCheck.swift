import Domain
import Logging
import NIOCore
import Storage

/// Finds the sessions that were erased while they are live here, and stops them: even those in which nothing happens.
struct ErasureCheck: Sendable {
    /// Sessions per query.
    private static let most = 500

    let store: any SessionStore
    let registry: NIOLoopBound<SessionRegistry>
    let loop: any EventLoop
    let logger: Logger

    func run() async {
        let (registry, loop) = (registry, loop)
        do {
            let ids = try await loop.submit { registry.value.liveIds }.get()
            for start in stride(from: 0, to: ids.count, by: Self.most) {
                let erased = try await store.erased(among: Array(ids.dropFirst(start).prefix(Self.most)))
                guard !erased.isEmpty else { continue }
                try await loop.submit { registry.value.erase(erased) }.get()
            }
        } catch {
            // The next round asks again.
            logger.debug("erasures cannot be read", metadata: ["error": "\(error)"])
        }
    }
}
