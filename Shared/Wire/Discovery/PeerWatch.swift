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
    /// How long a socket must refuse connections before it is removed.
    private let patience: Duration
    private let watched = Mutex<Set<String>>([])
    private let found: AsyncStream<String>
    private let find: AsyncStream<String>.Continuation

    public convenience init(of service: ServiceName, in sockets: SocketDirectory, logger: Logger) {
        self.init(of: service, in: sockets, logger: logger, patience: SocketFile.startTime)
    }

    init(of service: ServiceName, in sockets: SocketDirectory, logger: Logger, patience: Duration) {
        self.folder = ServiceFolder(of: service, in: sockets)
        self.logger = logger
        self.patience = patience
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
        var death: (file: SocketFile.Identity, since: ContinuousClock.Instant)?
        while !Task.isCancelled, folder.has(instance) {
            do {
                try await link(instance, try folder.path(of: instance))
                pause = Self.shortestPause
                death = nil
            } catch {
                logger.debug(
                    "no link", metadata: ["to": "\(folder.service.rawValue)/\(instance)", "error": "\(error)"])
                death = removeIfDead(instance, since: death)
            }
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// Removes a socket that has refused connections for `patience`: its process was killed. The same file must have
    /// refused all the time, since a new process binds a new one.
    ///
    /// - Returns: the file that refuses, and since when; nil when none does.
    private func removeIfDead(
        _ instance: String, since death: (file: SocketFile.Identity, since: ContinuousClock.Instant)?
    ) -> (file: SocketFile.Identity, since: ContinuousClock.Instant)? {
        guard let file = (try? folder.path(of: instance)).map(SocketFile.init),
            let identity = SocketFile.Identity(of: file.path), file.isDead()
        else { return nil }
        guard let death, death.file == identity else { return (identity, .now) }
        guard death.since.duration(to: .now) >= patience else { return death }
        file.remove(identity)
        logger.info(
            "removed the socket of a dead process", metadata: ["of": "\(folder.service.rawValue)/\(instance)"])
        return nil
    }
}
