public import Domain
public import Logging
import ServiceLifecycle
import Synchronization

/// Watches a service's folder and keeps a link to every instance in it: connects when a socket appears, reconnects with
/// backoff while the socket is there, and forgets the instance once it is gone.
public final class PeerWatch: Sendable {
    private static let interval = Duration.milliseconds(250)
    private static let shortestPause = Duration.milliseconds(50)
    private static let longestPause = Duration.seconds(2)

    let folder: ServiceFolder
    private let logger: Logger
    private let watched = Mutex<Set<String>>([])
    private let found: AsyncStream<String>
    private let find: AsyncStream<String>.Continuation

    public init(of service: ServiceName, in sockets: SocketDirectory, logger: Logger) {
        self.folder = ServiceFolder(of: service, in: sockets)
        self.logger = logger
        // Bounded by the files of one folder: each name is yielded once.
        (found, find) = AsyncStream.makeStream(of: String.self)
    }

    /// Runs until a graceful shutdown or cancellation, which cancels every `link`.
    ///
    /// - Parameter link: connects to an instance and returns when the link is lost. Throws when it cannot connect.
    public func run(_ link: @escaping @Sendable (_ instance: String, _ path: String) async throws -> Void) async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        self.look()
                        try? await Task.sleep(for: Self.interval)
                    }
                    self.find.finish()
                }
                for await instance in self.found {
                    group.addTask { await self.keep(instance, link) }
                }
            }
        }
    }

    /// Whether the socket of an instance is there.
    public func hasSocket(of instance: String) -> Bool { folder.has(instance) }

    /// Looks into the folder now; a new instance is connected to in the background.
    func look() {
        let instances = folder.instances()
        let new = watched.withLock { watched in
            let new = instances.filter { !watched.contains($0) }
            watched.formUnion(new)
            return new
        }
        for instance in new { find.yield(instance) }
    }

    /// Keeps a link to one instance for as long as its socket is there.
    private func keep(_ instance: String, _ link: @Sendable (String, String) async throws -> Void) async {
        defer { watched.withLock { _ = $0.remove(instance) } }
        var pause = Self.shortestPause
        while !Task.isCancelled, folder.has(instance) {
            do {
                try await link(instance, try folder.path(of: instance))
                pause = Self.shortestPause
            } catch {
                logger.debug(
                    "no link", metadata: ["to": "\(folder.service.rawValue)/\(instance)", "error": "\(error)"])
            }
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
