public import Domain
public import Logging
public import ServiceLifecycle
import Synchronization

/// The live instances of a service, with a control link to each.
///
/// Watches the service's folder every 250 ms, connects to what appears, reconnects with backoff while the socket is
/// there, and forgets what is gone. Stops by closing its links, so list it before those who use it: services stop in
/// reverse order.
public final class LivePeers: Service {
    static let interval = Duration.milliseconds(250)

    /// What happens on the links. Events of one instance come in order, one at a time; while `receive` works, no more is
    /// read from that instance.
    public enum Event: Sendable {
        case connected(Connection)
        case packet(Packet, from: Connection)
        case lost(Connection)
    }

    private struct State {
        var watched: Set<String> = []
        var live: [String: Connection] = [:]
    }

    private let folder: ServiceFolder
    private let own: Hello
    private let logger: Logger
    private let receive: @Sendable (Event) async -> Void
    private let state = Mutex(State())
    private let found: AsyncStream<String>
    private let find: AsyncStream<String>.Continuation

    public init(
        of service: ServiceName, in sockets: SocketDirectory, as own: Hello, logger: Logger,
        receive: @escaping @Sendable (Event) async -> Void = { _ in }
    ) {
        self.folder = ServiceFolder(of: service, in: sockets)
        self.own = own
        self.logger = logger
        self.receive = receive
        // Bounded by the files of one folder: each name is put in once.
        (found, find) = AsyncStream.makeStream(of: String.self)
    }

    public func run() async throws {
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
                    group.addTask { await self.keep(instance) }
                }
            }
        }
    }

    /// Looks into the folder now; what is new is connected to in the background.
    public func look() {
        let instances = folder.instances()
        let new = state.withLock { state in
            let new = instances.filter { !state.watched.contains($0) }
            state.watched.formUnion(new)
            return new
        }
        for instance in new { find.yield(instance) }
    }

    /// The instances that a link is open to, in order of their names.
    public var liveInstances: [String] {
        state.withLock { $0.live.keys.sorted() }
    }

    /// The links to all of them, in order of their names.
    public var liveLinks: [Connection] {
        state.withLock { $0.live.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// The link to the instance that all processes agree on for `key` (rendezvous hashing over the live ones).
    public func pick(for key: String) -> Connection? {
        state.withLock { state in
            Rendezvous.pick(for: key, among: state.live.keys).flatMap { state.live[$0] }
        }
    }

    /// Waits until an instance is live, at most `limit`.
    ///
    /// - Throws: `WireError` `noInstance`.
    public func waitForInstance(atMost limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while state.withLock({ $0.live.isEmpty }) {
            guard ContinuousClock.now < deadline else {
                throw WireError(.noInstance, "no \(folder.service.rawValue) process is there")
            }
            look()
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Keeps a link to one instance for as long as its socket is there.
    private func keep(_ instance: String) async {
        defer { state.withLock { _ = $0.watched.remove(instance) } }
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled, folder.has(instance) {
            do {
                let connection = try await PacketChannel.control(to: try folder.path(of: instance), as: own)
                pause = .milliseconds(50)
                await hold(connection, named: instance)
            } catch {
                logger.debug(
                    "no link", metadata: ["to": "\(folder.service.rawValue)/\(instance)", "error": "\(error)"])
            }
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, .seconds(2))
        }
    }

    private func hold(_ connection: Connection, named instance: String) async {
        state.withLock { $0.live[instance] = connection }
        logger.info("linked", metadata: ["to": "\(folder.service.rawValue)/\(instance)"])
        await receive(.connected(connection))
        do {
            for try await packet in connection.packets {
                await receive(.packet(packet, from: connection))
            }
        } catch {
            logger.warning("link broken", metadata: ["to": "\(instance)", "error": "\(error)"])
        }
        connection.close()
        state.withLock { _ = $0.live.removeValue(forKey: instance) }
        logger.info("link lost", metadata: ["to": "\(folder.service.rawValue)/\(instance)"])
        await receive(.lost(connection))
    }
}
