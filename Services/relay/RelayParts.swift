import Conversation
import Domain
import Logging
import NIOCore
import ServiceLifecycle
import Storage
import Traces
import WebSocket
import Wire

/// Builds the parts that serve the gateways, and stops them in order: sessions first, then the links.
final class RelayParts: Service {
    private let loop: any EventLoop
    private let registry: NIOLoopBound<SessionRegistry>
    /// Runs as a service of its own.
    let adoption: Adoption
    /// Runs as a service of its own and stops after this one.
    let pulse: CellPulse
    /// Runs as a service of its own and stops after this one, because sessions are supervised to their end.
    let supervisors: LivePeers
    /// Nil if no call is recorded.
    private let sounds: SoundDisk?
    private let logger: Logger

    init(
        configuration: RelayConfiguration, store: any SessionStore, journal: Journal, client: WebSocketClient,
        scoring: RequestClient, reports: RequestClient, tracer: Tracer? = nil, sockets: SocketDirectory,
        instance: String,
        loop: any EventLoop, logger: Logger
    ) async throws {
        self.loop = loop
        self.logger = logger
        let sounds = configuration.soundDirectory.map { SoundDisk(dataDirectory: $0, logger: logger) }
        self.sounds = sounds
        let links = try await loop.submit {
            NIOLoopBound(Supervisors(logger: logger), eventLoop: loop)
        }.get()
        let supervisors = LivePeers(
            of: .supervisor, in: sockets, as: Hello(service: .relay, instance: instance), logger: logger
        ) { event in
            // The next event waits for this one, so a worker that sends too much is not read further.
            try? await loop.submit { links.value.handle(event) }.get()
        }
        self.supervisors = supervisors
        let realtime = RealtimeClient(configuration.realtime, client: client)
        let cell = try configuration.cell ?? CellFile.name(in: configuration.journalDirectory)
        let pulse = CellPulse(
            cell: cell, instance: instance, address: configuration.cellAddress,
            directory: configuration.journalDirectory, store: store, logger: logger)
        self.pulse = pulse
        let opener = SessionOpener(
            store: store, journal: journal, configuration: configuration, handover: configuration.handover,
            refused: realtime.refused, pulse: pulse, instance: instance, logger: logger)
        registry = try await loop.submit {
            links.value.peers = supervisors
            return NIOLoopBound(
                SessionRegistry(
                    opener: opener,
                    parts: LiveSession.Parts(
                        realtime: realtime, store: store,
                        supervisors: links.value,
                        afterCall: AfterCall(store: store, scoring: scoring, reports: reports, logger: logger),
                        flushes: FlushRound(loop: loop), sounds: sounds, pulse: pulse,
                        acknowledges: configuration.acknowledges,
                        metrics: RelayMetrics(model: configuration.realtime.model), tracer: tracer),
                    loop: loop, logger: logger, maxSessions: configuration.maxSessions,
                    drainTime: configuration.drain), eventLoop: loop)
        }.get()
        adoption = Adoption(
            journal: journal, left: opener.left, store: store, registry: registry, loop: loop, pulse: pulse,
            ownership: OwnershipCheck(pulse: pulse, store: store, registry: registry, loop: loop, logger: logger),
            erasure: ErasureCheck(store: store, registry: registry, loop: loop, logger: logger),
            startWithin: configuration.startWithin, resume: configuration.limits.resume,
            longestLife: RelayConfiguration.longestSession + configuration.limits.resume + .seconds(600),
            logger: logger)
    }

    /// Sets up the link of a gateway. Called on the loop.
    @Sendable
    func accept(_ channel: any Channel, _ peer: Hello) throws {
        var logger = logger
        logger[metadataKey: "gateway"] = "\(peer.instance)"
        // Its `SessionLink` holds it until the channel ends.
        _ = try GatewayLink(channel: channel, registry: registry.value, logger: logger)
    }

    /// Waits for the graceful shutdown, then until no session is left.
    func run() async throws {
        let (loop, registry) = (loop, registry)
        loop.execute { registry.value.measureQueues() }
        try? await gracefulShutdown()
        loop.execute { registry.value.drain() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.execute { registry.value.notifyWhenEmpty { continuation.resume() } }
            }
        } onCancel: {
            loop.execute { registry.value.giveUp() }
        }
        // The last seconds of recorded calls.
        await sounds?.drain()
    }
}
