import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing
import TrainingClient
import WebSocket

/// The training client with a server that loses its connection.
@Suite struct ReconnectTests {
    /// Connections and messages that the server saw.
    final class Script: Sendable {
        private let state = Mutex<(connections: Int, received: [String])>((0, []))

        var received: [String] { state.withLock { $0.received } }

        func connected() -> Int {
            state.withLock {
                $0.connections += 1; return $0.connections
            }
        }

        func note(_ text: String) { state.withLock { $0.received.append(text) } }
    }

    /// Breaks the first connection on an event, and acknowledges the event on the second one.
    final class Server: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        typealias OutboundOut = WebSocketMessage

        private let script: Script
        private let number: Int

        init(script: Script) {
            self.script = script
            number = script.connected()
        }

        func handlerAdded(context: ChannelHandlerContext) {
            say(.attitude(.init(seq: number, value: 3, direction: .steady)), context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .text(let buffer) = unwrapInboundIn(data),
                let message = try? JSONDecoder().decode(ClientMessage.self, from: Data(buffer.readableBytesView))
            else { return }
            switch message {
            case .resume(let lastSeq, _): script.note("\(number) resume \(lastSeq)")
            case .event(let event):
                script.note("\(number) event \(event.eventId ?? "")")
                if number == 1 { context.close(promise: nil) } else { say(.ack(eventIds: ["e1"]), context) }
            default: break
            }
        }

        private func say(_ message: ServerMessage, _ context: ChannelHandlerContext) {
            guard let json = try? JSONEncoder().encode(message) else { return }
            context.writeAndFlush(wrapOutboundOut(.text(ByteBuffer(bytes: json))), promise: nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a lost connection is resumed, and unacknowledged events are sent again`() async throws {
        let script = Script()
        let upgrade = WebSocketUpgrade<Script>(
            handles: { _ in true }, authorize: { _, _ in .accept(script, subprotocol: nil) },
            makeHandler: { script, _ in Server(script: script) })
        var logger = Logger(label: "unreliable")
        logger.logLevel = .critical
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: Router(),
            server: .http1(configuration: .init(additionalChannelHandlers: [WebSocketUpgradeHandler(upgrade)])),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                var iterator = ports.makeAsyncIterator()
                let call = TrainingCall(url: "ws://127.0.0.1:\(try #require(await iterator.next()))/ws")
                try await call.connect()
                events: for await event in call.events {
                    switch event {
                    case .message(.attitude(let change)) where change.seq == 1:
                        call.send(.event(ClientEvent(eventId: "e1", data: .init(type: "ERROR", data: nil))))
                    case .closed: try await call.reconnect()
                    case .message(.ack): break events
                    default: break
                    }
                }
                #expect(script.received == ["1 event e1", "2 resume 1", "2 event e1"])
                call.hangUp()
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
