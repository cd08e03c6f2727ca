import Domain
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Wire

/// A gateway on the relay's real socket: it attaches clients and keeps what it receives for each.
final class ScriptedGateway: Sendable {
    private struct State {
        var messages: [Int: [String]] = [:]
        var told: [RelayMessage] = []
        var isOpen = true
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let gateway: ScriptedGateway
        init(_ gateway: ScriptedGateway) { self.gateway = gateway }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let body = unwrapInboundIn(data)
            if let packet = SessionMessage(body) {
                gateway.state.withLock {
                    $0.messages[packet.session, default: []].append(String(buffer: packet.message))
                }
            } else if let message = try? Packet(body: body).decode(RelayMessage.self) {
                gateway.state.withLock { $0.told.append(message) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { gateway.state.withLock { $0.isOpen = false } }
    }

    private let state = Mutex(State())
    private let channel = Mutex<(any Channel)?>(nil)

    static func connect(to path: String, named name: String = "g1") async throws -> ScriptedGateway {
        let gateway = ScriptedGateway()
        let made = try await PacketChannel.connect(
            to: path, as: Hello(service: .gateway, instance: name, purpose: .sessions)
        ) { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Handler(gateway))
        }
        gateway.channel.withLock { $0 = made }
        return gateway
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }
    var told: [RelayMessage] { state.withLock { $0.told } }

    func messages(_ s: Int) -> [String] { state.withLock { $0.messages[s] ?? [] } }

    /// All messages of a type that came for a client, parsed.
    func messages(_ s: Int, _ type: String) -> [JSONValue] {
        messages(s).compactMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
            .filter { $0["type"]?.string == type }
    }

    /// The message of a type at an index that came for a client; waits for it.
    @discardableResult
    func message(_ s: Int, _ type: String, at index: Int = 0) async throws -> JSONValue {
        try await eventually("\(type) for client \(s)") { messages(s, type).count > index }
        return messages(s, type)[index]
    }

    @discardableResult
    func told(_ what: String, _ matches: @escaping (RelayMessage) -> Bool) async throws -> RelayMessage {
        try await eventually(what) { told.contains(where: matches) }
        return try told.first(where: matches).orThrow()
    }

    func attach(_ s: Int, _ id: SessionID) async throws {
        try tell(.attach(.init(s: s, sessionId: id, requestId: "req-\(s)")))
        try await told("client \(s) attached") { $0 == .attached(s: s) }
    }

    func tell(_ message: RelayMessage) throws {
        var buffer = ByteBuffer()
        try PacketCodec.write(Packet(message).body.readableBytesView, into: &buffer)
        write(buffer)
    }

    func send(_ s: Int, _ message: String) throws {
        var buffer = ByteBuffer()
        try SessionPacket.write(session: s, message: ByteBuffer(string: message), into: &buffer)
        write(buffer)
    }

    private func write(_ buffer: ByteBuffer) {
        channel.withLock { $0 }?.writeAndFlush(buffer, promise: nil)
    }

    func close() { channel.withLock { $0 }?.close(promise: nil) }
}

extension Optional {
    struct Missing: Error {}

    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
