import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import WebSocket

/// A client's WebSocket that keeps the messages it receives.
final class TestSocket: Sendable {
    private let inbox = Mutex<[WebSocketMessage]>([])
    private let channel = Mutex<(any Channel)?>(nil)

    private static let client = WebSocketClient(group: MultiThreadedEventLoopGroup.singleton)

    static func open(
        _ live: LiveGateway, _ target: String, headers: [(name: String, value: String)] = [],
        subprotocols: [String] = [],
        reading: Bool = true
    ) async throws -> TestSocket {
        let socket = TestSocket()
        let (channel, _) = try await client.connect(
            .init(url: "ws://127.0.0.1:\(live.port)\(target)", headers: headers, subprotocols: subprotocols)
        ) { channel in
            if !reading { try? channel.syncOptions?.setOption(.autoRead, value: false) }
            return Inbox(socket)
        }
        socket.channel.withLock { $0 = channel }
        return socket
    }

    /// The status with which the server refused the upgrade; nil if it accepted, 0 for any other failure.
    static func refusal(
        _ live: LiveGateway, _ target: String, headers: [(name: String, value: String)] = [],
        subprotocols: [String] = []
    ) async -> Int? {
        do {
            try await open(live, target, headers: headers, subprotocols: subprotocols).hangUp()
            return nil
        } catch WebSocketClient.Failure.refused(let status, _) {
            return status
        } catch {
            return 0
        }
    }

    func send(_ text: String) {
        write(.text(ByteBuffer(string: text)))
    }

    func send(binary: [UInt8]) {
        write(.binary(ByteBuffer(bytes: binary)))
    }

    func close() {
        write(.close(.normal))
    }

    func hangUp() async {
        try? await channel.withLock { $0 }?.close()
    }

    func startReading() {
        channel.withLock { $0 }?.setOption(.autoRead, value: true).whenComplete { _ in }
    }

    var texts: [String] {
        inbox.withLock { $0.compactMap { if case .text(let text) = $0 { String(buffer: text) } else { nil } } }
    }

    var binaries: [[UInt8]] {
        inbox.withLock {
            $0.compactMap { if case .binary(let bytes) = $0 { Array(bytes.readableBytesView) } else { nil } }
        }
    }

    var closeCode: UInt16? {
        inbox.withLock { $0.compactMap { if case .close(let code, _) = $0 { code.rawValue } else { nil } }.first }
    }

    private func write(_ message: WebSocketMessage) {
        channel.withLock { $0 }?.writeAndFlush(message, promise: nil)
    }

    private final class Inbox: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        private let socket: TestSocket

        init(_ socket: TestSocket) {
            self.socket = socket
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let message = unwrapInboundIn(data)
            socket.inbox.withLock { $0.append(message) }
        }
    }
}
