import Domain
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import TestSupport
import Wire

/// A relay's socket without a relay: records what the gateway sends, and sends what the test wants.
final class ScriptedRelay: Service {
    /// Packets from the gateway, in order, except the questions whether a session lives here.
    enum Heard: Equatable {
        case told(RelayMessage)
        case message(session: Int, String)
    }

    /// The answer to an `attach`; nil means no answer.
    typealias Admission = @Sendable (RelayMessage.Attach) -> RelayMessage?

    /// Whether a session lives here whose token has this hash.
    typealias Lives = @Sendable (RelayMessage.Attach, String) -> Bool

    /// A relay that only answers whether it has a session.
    ///
    /// - Parameter rejoin: the answer; nil means no answer.
    convenience init(in sockets: SocketDirectory, instance: String, rejoin: @escaping Admission) {
        self.init(
            in: sockets, instance: instance,
            answer: { heard in
                if case .told(.rejoin(let attach, _)) = heard { rejoin(attach) } else { nil }
            })
    }

    private let server: UnixServer
    private let state: State

    private final class State: Sendable {
        let heard = Mutex<[Heard]>([])
        let client = Mutex(0)
        let link = Mutex<(any Channel)?>(nil)
    }

    convenience init(
        in sockets: SocketDirectory, instance: String = "r1", admit: @escaping Admission = { .attached(s: $0.s) },
        lives: @escaping Lives = { _, _ in false },
        storeEvents: @escaping @Sendable ([ClientEvent]) -> [EventResult] = { _ in [] }
    ) {
        self.init(
            in: sockets, instance: instance,
            answer: { heard in
                switch heard {
                case .told(.rejoin(let attach, let hash)):
                    lives(attach, hash) ? .attached(s: attach.s) : .refused(s: attach.s, refusal: Self.notHere)
                case .told(.attach(let attach)): admit(attach)
                case .told(.submitEvents(let id, _, let events)):
                    .eventsStored(id: id, results: storeEvents(events))
                default: nil
                }
            })
    }

    private init(in sockets: SocketDirectory, instance: String, answer: @escaping @Sendable (Heard) -> RelayMessage?) {
        let state = State()
        self.state = state
        server = UnixServer(
            at: sockets, service: .relay, instance: instance,
            status: StatusEndpoints(readyz: { (true, "{}") }, metrics: { "" }),
            logger: Logger(label: "relay") { _ in SwiftLogNoOpLogHandler() },
            sessions: { channel, _ in
                state.link.withLock { $0 = channel }
                try channel.pipeline.syncOperations.addHandler(
                    Ear { heard in
                        switch heard {
                        case .told(.rejoin(let attach, _)), .told(.attach(let attach)):
                            state.client.withLock { $0 = attach.s }
                        default: break
                        }
                        if case .told(.rejoin) = heard {} else { state.heard.withLock { $0.append(heard) } }
                        return answer(heard)
                    })
            })
    }

    func run() async throws {
        try await server.run()
    }

    var heard: [Heard] { state.heard.withLock { $0 } }

    /// Number of the client that attached last.
    var client: Int { state.client.withLock { $0 } }

    private static let notHere = RelayMessage.Refusal(
        code: "session_not_here", message: "not here", httpStatus: 404, closeCode: 4404)

    var messages: [String] {
        heard.compactMap { if case .message(_, let text) = $0 { text } else { nil } }
    }

    func say(_ message: RelayMessage) throws {
        var buffer = ByteBuffer()
        try PacketCodec.write(Packet(message).body.readableBytesView, into: &buffer)
        write(buffer)
    }

    func say(_ message: String, to session: Int) throws {
        var buffer = ByteBuffer()
        try SessionPacket.write(session: session, message: ByteBuffer(string: message), into: &buffer)
        write(buffer)
    }

    func hangUp() {
        state.link.withLock { $0 }?.close(promise: nil)
    }

    private func write(_ buffer: ByteBuffer) {
        state.link.withLock { $0 }?.writeAndFlush(buffer, promise: nil)
    }

    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: (Heard) -> RelayMessage?

        init(answer: @escaping (Heard) -> RelayMessage?) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let body = unwrapInboundIn(data)
            let heard: Heard
            if let packet = SessionMessage(body) {
                heard = .message(session: packet.session, String(buffer: packet.message))
            } else if let message = try? Packet(body: body).decode(RelayMessage.self) {
                heard = .told(message)
            } else {
                return
            }
            guard let reply = answer(heard), let packet = try? Packet(reply) else { return }
            var buffer = ByteBuffer()
            try? PacketCodec.write(packet.body.readableBytesView, into: &buffer)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
        }
    }
}
