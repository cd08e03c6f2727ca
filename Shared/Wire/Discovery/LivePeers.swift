public import Domain
public import Logging
public import ServiceLifecycle
import Synchronization

/// The live instances of a service, with a control link to each (`PeerWatch`).
///
/// Stops by closing its links, so list it before the services that use it: services stop in reverse order.
public final class LivePeers: Service {
    /// What happens on the links. Events of one instance come in order, one at a time; while `receive` works, no more
    /// is read from that instance.
    public enum Event: Sendable {
        case connected(Connection)
        case packet(Packet, from: Connection)
        case lost(Connection)
    }

    private let watch: PeerWatch
    private let own: Hello
    private let logger: Logger
    private let receive: @Sendable (Event) async -> Void
    private let live = Mutex<[String: Connection]>([:])

    public init(
        of service: ServiceName, in sockets: SocketDirectory, as own: Hello, logger: Logger,
        receive: @escaping @Sendable (Event) async -> Void
    ) {
        self.watch = PeerWatch(of: service, in: sockets, logger: logger)
        self.own = own
        self.logger = logger
        self.receive = receive
    }

    public func run() async throws {
        await watch.run { instance, path in
            let connection = try await PacketChannel.control(to: path, as: self.own)
            await self.hold(connection, named: instance)
        }
    }

    /// The instances with an open link, sorted.
    var liveInstances: [String] {
        live.withLock { $0.keys.sorted() }
    }

    /// The open links, in order of their instances' names.
    public var liveLinks: [Connection] {
        live.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// The link to the instance that all processes agree on for `key` (rendezvous hashing over the live ones).
    ///
    /// - Parameter other: an instance that is not wanted.
    func pick(for key: String, besides other: String? = nil) -> Connection? {
        live.withLock { live in
            Rendezvous.pick(for: key, among: live.keys.filter { $0 != other }).flatMap { live[$0] }
        }
    }

    /// Waits until an instance is live, at most `limit`.
    ///
    /// - Throws: `WireError` `noInstance`.
    func waitForInstance(atMost limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while live.withLock({ $0.isEmpty }) {
            guard ContinuousClock.now < deadline else {
                throw WireError(.noInstance, "no \(watch.folder.service.rawValue) process is there")
            }
            watch.look()
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func hold(_ connection: Connection, named instance: String) async {
        live.withLock { $0[instance] = connection }
        logger.info("linked", metadata: ["to": "\(watch.folder.service.rawValue)/\(instance)"])
        await receive(.connected(connection))
        do {
            for try await packet in connection.packets {
                await receive(.packet(packet, from: connection))
            }
        } catch {
            logger.warning("link broken", metadata: ["to": "\(instance)", "error": "\(error)"])
        }
        connection.close()
        live.withLock { _ = $0.removeValue(forKey: instance) }
        logger.info("link lost", metadata: ["to": "\(watch.folder.service.rawValue)/\(instance)"])
        await receive(.lost(connection))
    }
}
