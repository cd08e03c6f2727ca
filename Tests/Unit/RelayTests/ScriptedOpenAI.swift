import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import TestSupport
import WebSocket

/// The other end of the Realtime API, on a real port: it confirms settings by itself and sends what the test tells it
/// to.
final class ScriptedOpenAI: Sendable {
    /// In what another server differs from OpenAI's.
    struct Habits: Sendable {
        /// Path of the API; the realtime API is below it.
        var base = "/v1"
        /// The first events of a connection.
        var greetings = [#"{"type":"session.created","event_id":"e0","session":{"id":"sess_1","type":"realtime"}}"#]
        /// The answer to `session.update`.
        var confirmation: @Sendable (String) -> String = { _ in
            #"{"type":"session.updated","event_id":"e1","session":{}}"#
        }
        var usesBinaryFrames = false
    }

    let habits: Habits

    init(_ habits: Habits = Habits()) {
        self.habits = habits
    }

    /// One connection to it.
    final class Line: Sendable {
        let headers: HTTPFields
        /// Path and query of the handshake.
        let path: String
        private let usesBinaryFrames: Bool
        private let state = Mutex<(received: [String], isOpen: Bool)>(([], true))
        private let writer: @Sendable (WebSocketMessage) -> Void
        private let channel: any Channel

        init(
            headers: HTTPFields, path: String, usesBinaryFrames: Bool, on channel: any Channel,
            writer: @escaping @Sendable (WebSocketMessage) -> Void
        ) {
            self.headers = headers
            self.path = path
            self.usesBinaryFrames = usesBinaryFrames
            self.channel = channel
            self.writer = writer
        }

        var received: [String] { state.withLock { $0.received } }
        var isOpen: Bool { state.withLock { $0.isOpen } }
        /// The events of a type, parsed.
        func events(_ type: String) -> [JSONValue] {
            received.compactMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
                .filter { $0["type"]?.string == type }
        }

        func say(_ event: String) {
            let event = ByteBuffer(string: event)
            writer(usesBinaryFrames ? .binary(event) : .text(event))
        }
        func hangUp(_ code: UInt16, _ reason: String = "") {
            writer(.close(WebSocketCloseCode(rawValue: code), reason: reason))
        }

        /// As a network that swallows everything.
        func stopReading() { channel.setOption(.autoRead, value: false).whenComplete { _ in } }
        /// Without a close frame.
        func drop() { channel.close(promise: nil) }

        fileprivate func heard(_ text: String) { state.withLock { $0.received.append(text) } }
        fileprivate func ended() { state.withLock { $0.isOpen = false } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        typealias OutboundOut = WebSocketMessage

        private let house: ScriptedOpenAI
        private let headers: HTTPFields
        private let path: String
        private var line: Line?

        init(house: ScriptedOpenAI, headers: HTTPFields, path: String) {
            self.house = house
            self.headers = headers
            self.path = path
        }

        func handlerAdded(context: ChannelHandlerContext) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let loop = context.eventLoop
            let line = Line(
                headers: headers, path: path, usesBinaryFrames: house.habits.usesBinaryFrames, on: context.channel
            ) { message in
                loop.execute {
                    let (handler, context) = bound.value
                    context.writeAndFlush(handler.wrapOutboundOut(message), promise: nil)
                }
            }
            self.line = line
            house.lines.withLock { $0.append(line) }
            for greeting in house.habits.greetings { line.say(greeting) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .text(let bytes) = unwrapInboundIn(data) else { return }
            let text = String(buffer: bytes)
            line?.heard(text)
            if text.contains(#""type":"session.update""#) {
                line?.say(house.habits.confirmation(text))
            }
        }

        func channelInactive(context: ChannelHandlerContext) { line?.ended() }
    }

    private let lines = Mutex<[Line]>([])
    private let port = Mutex(0)
    /// The status that handshakes are refused with; nil to accept them.
    private let refusal = Mutex<HTTPResponse.Status?>(nil)

    func refuse(with status: HTTPResponse.Status?) { refusal.withLock { $0 = status } }

    var url: String { "http://127.0.0.1:\(port.withLock { $0 })\(habits.base)" }

    /// The connection with a number, in order of arrival, once it is configured.
    func line(_ number: Int = 0) async throws -> Line {
        try await eventually("connection \(number) to OpenAI") {
            lines.withLock { $0.count > number && !$0[number].events("session.update").isEmpty }
        }
        return lines.withLock { $0[number] }
    }

    var count: Int { lines.withLock { $0.count } }

    func service() -> any Service {
        port.withLock { $0 = 0 }
        let upgrade = WebSocketUpgrade<(headers: HTTPFields, path: String)>(
            configuration: WebSocketConfiguration(maxMessageBytes: 1 << 20),
            handles: { [base = habits.base] in $0.path?.hasPrefix(base + "/realtime") == true },
            authorize: { request, _ in
                if let status = self.refusal.withLock({ $0 }) {
                    throw WebSocketRefusal(status: status, headers: [:], body: "{}")
                }
                return .accept((request.headerFields, request.path ?? ""), subprotocol: nil)
            },
            makeHandler: { asked, _ in Handler(house: self, headers: asked.headers, path: asked.path) })
        var logger = Logger(label: "openai")
        logger.logLevel = .critical
        return Application(
            router: Router(),
            server: .http1(configuration: .init(additionalChannelHandlers: [WebSocketUpgradeHandler(upgrade)])),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in self.port.withLock { $0 = channel.localAddress?.port ?? 0 } }, logger: logger)
    }

    func listening() async throws {
        try await eventually("OpenAI listens") { port.withLock { $0 != 0 } }
    }
}
