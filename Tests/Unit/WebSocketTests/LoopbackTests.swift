import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Testing
import WebSocket

/// Our server inside Hummingbird and our client, over real sockets.
@Suite struct LoopbackTests {
    final class Echo: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        typealias OutboundOut = WebSocketMessage

        let greeting: String
        init(greeting: String) { self.greeting = greeting }

        func handlerAdded(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(.text(ByteBuffer(string: greeting))), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.write(data, promise: nil) }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
    }

    /// Passes everything that arrives to a stream.
    final class Collector: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage

        let into: AsyncStream<WebSocketMessage>.Continuation
        init(into: AsyncStream<WebSocketMessage>.Continuation) { self.into = into }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { into.yield(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { into.finish() }
    }

    func withServer(_ body: @Sendable @escaping (Int) async throws -> Void) async throws {
        let router = Router()
        router.get("/plain") { _, _ in "served" }
        router.get("/ws/:id") { _, _ in Response(status: .upgradeRequired) }
        let upgrade = WebSocketUpgrade<String>(
            configuration: WebSocketConfiguration(maxMessageBytes: 300_000),
            handles: { $0.path?.hasPrefix("/ws/") == true },
            authorize: { request, address in
                try await Task.sleep(for: .milliseconds(2))
                switch request.path {
                case "/ws/missing":
                    throw WebSocketRefusal(
                        status: .notFound, headers: [.contentType: "application/problem+json"],
                        body: #"{"code":"session_not_found"}"#)
                default:
                    let offered = request.headerFields[.secWebSocketProtocol]?.contains("bat.v1") == true
                    return .accept(address?.ipAddress ?? "?", subprotocol: offered ? "bat.v1" : nil)
                }
            },
            makeHandler: { session, _ in Echo(greeting: session) })
        var logger = Logger(label: "loopback")
        logger.logLevel = .error
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            server: .http1(configuration: .init(additionalChannelHandlers: [WebSocketUpgradeHandler(upgrade)])),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                var iterator = ports.makeAsyncIterator()
                try await body(try #require(await iterator.next()))
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func connect(
        _ port: Int, _ path: String = "/ws/1", subprotocols: [String] = []
    ) async throws -> (channel: any Channel, subprotocol: String?, messages: AsyncStream<WebSocketMessage>) {
        let (messages, into) = AsyncStream.makeStream(of: WebSocketMessage.self)
        let (channel, subprotocol) = try await WebSocketClient().connect(
            .init(url: "ws://127.0.0.1:\(port)\(path)", subprotocols: subprotocols)
        ) { _ in Collector(into: into) }
        return (channel, subprotocol, messages)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a message of 256 KiB is echoed unchanged, and the close is answered`() async throws {
        try await withServer { port in
            let (channel, subprotocol, messages) = try await connect(port, subprotocols: ["bat.v1", "bearer.x"])
            #expect(subprotocol == "bat.v1")
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next() == .text(ByteBuffer(string: "127.0.0.1")))
            let large = ByteBuffer(bytes: (0..<262_144).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try await channel.writeAndFlush(WebSocketMessage.binary(large))
            try await channel.writeAndFlush(WebSocketMessage.text(ByteBuffer(string: "žluťoučký")))
            #expect(await iterator.next() == .binary(large))
            #expect(await iterator.next() == .text(ByteBuffer(string: "žluťoučký")))
            try await channel.writeAndFlush(WebSocketMessage.close(.normal))
            #expect(await iterator.next() == nil)
            try await channel.closeFuture.get()
        }
    }

    /// More than the sockets can buffer, so that some of it takes the shortcut and some waits in the channel,
    /// repeatedly.
    @Test(.timeLimit(.minutes(1)))
    func `a client that reads late gets everything in order`() async throws {
        try await withServer { port in
            let (channel, _, messages) = try await connect(port)
            var iterator = messages.makeAsyncIterator()
            _ = await iterator.next()
            func message(_ number: Int) -> ByteBuffer {
                ByteBuffer(string: "\(number) " + String(repeating: "x", count: number % 7 == 0 ? 20_000 : 1_300))
            }
            let count = 6_000
            try await channel.setOption(.autoRead, value: false).get()
            for number in 0..<count {
                channel.write(WebSocketMessage.text(message(number)), promise: nil)
                if number % 10 == 0 { channel.flush() }
                // Reading a little now and then lets the server's channel drain and fill up again.
                if number % 500 == 0 { channel.read() }
            }
            channel.flush()
            try await channel.setOption(.autoRead, value: true).get()
            for number in 0..<count {
                guard case .text(let text)? = await iterator.next() else {
                    Issue.record("message \(number) of \(count) never came")
                    break
                }
                #expect(text == message(number), "message \(number)")
            }
            try await channel.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a message over the limit is answered with 1009 while the client is still sending`() async throws {
        try await withServer { port in
            let (channel, _, messages) = try await connect(port)
            channel.writeAndFlush(WebSocketMessage.binary(ByteBuffer(repeating: 1, count: 5_000_000)), promise: nil)
            var last: WebSocketMessage?
            for await message in messages { last = message }
            guard case .close(let code, _) = last else {
                Issue.record("no close frame, but \(String(describing: last))")
                return
            }
            #expect(code == .tooBig)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a refused handshake returns its status and body`() async throws {
        try await withServer { port in
            await #expect(throws: WebSocketClient.Failure.refused(status: 404, body: #"{"code":"session_not_found"}"#))
            {
                _ = try await connect(port, "/ws/missing")
            }
            await #expect(throws: WebSocketClient.Failure.refused(status: 404, body: "")) {
                _ = try await connect(port, "/elsewhere")
            }
        }
    }

    private func handshake(_ path: String, version: Int = 13, key: String = "dGhlIHNhbXBsZSBub25jZQ==") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: \(version)\r\nSec-WebSocket-Key: \(key)\r\n\r\n"
    }

    @Test(.timeLimit(.minutes(1)))
    func `a connection that served requests can still be upgraded`() async throws {
        try await withServer { port in
            let socket = try await RawSocket(port: port)
            for _ in 0..<3 { try await socket.send("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n", until: "served") }
            let answer = try await socket.send(handshake("/ws/1"), until: "127.0.0.1")
            #expect(answer.contains("101 Switching Protocols"))
            // The example of RFC 6455 section 1.3.
            #expect(answer.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
            try await socket.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a request for another upgrade is served, and its connection closed`() async throws {
        try await withServer { port in
            let answer = try await RawSocket(port: port).sendToEnd(
                "GET /plain HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")
            #expect(answer.contains("200 OK"))
            #expect(answer.hasSuffix("served"))
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a bad handshake gets an error and ends the connection`() async throws {
        try await withServer { port in
            let old = try await RawSocket(port: port).sendToEnd(handshake("/ws/1", version: 8))
            #expect(old.contains("426 Upgrade Required"))
            #expect(old.lowercased().contains("sec-websocket-version: 13"))
            #expect(old.hasSuffix(#""code":"websocket_version"}"#))
            let short = try await RawSocket(port: port).sendToEnd(handshake("/ws/1", key: "c2hvcnQ="))
            #expect(short.contains("400 Bad Request"))
            #expect(short.hasSuffix(#""code":"bad_handshake"}"#))
            for body in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
                let waiting = try await RawSocket(port: port).sendToEnd(
                    handshake("/ws/1").replacing("\r\n\r\n", with: "\r\n\(body)\r\n\r\n"))
                #expect(waiting.contains("400 Bad Request"), "\(body)")
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a port without a listener and a bad URL are errors`() async throws {
        await #expect(throws: (any Error).self) { _ = try await connect(1) }
        await #expect(throws: WebSocketClient.Failure.badURL) {
            _ = try await WebSocketClient().connect(.init(url: "http://127.0.0.1/")) { _ in Echo(greeting: "") }
        }
    }
}
