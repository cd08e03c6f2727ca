import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Outgoing
import TestSupport
import Testing
import WebSocket

/// Connections through a proxy, and servers with certificates of all kinds.
@Suite struct ProxyAndTrustTests {
    private static let key = "sk-never-shown"

    /// The error of a connection attempt that must fail.
    private func failure(
        _ url: String, _ rules: OutgoingRules, timeout: TimeAmount = .seconds(10)
    ) async throws -> WebSocketClient.Failure {
        let client = WebSocketClient(rules: rules)
        let request = WebSocketClient.Request(
            url: url, headers: [("Authorization", "Bearer \(Self.key)")], timeout: timeout)
        let error = await #expect(throws: (any Error).self) {
            _ = try await client.connect(request) { _ in LoopbackTests.Echo(greeting: "") }
        }
        return try #require(error as? WebSocketClient.Failure, "\(String(describing: error))")
    }

    private func rules(proxy: Int, user: String? = nil, _ authority: TestAuthority? = nil) throws -> OutgoingRules {
        OutgoingRules(
            proxy: Proxy("http://\(user.map { "\($0)@" } ?? "")127.0.0.1:\(proxy)"),
            authorities: try authority.map { try Authorities(file: $0.file) })
    }

    @Test(.timeLimit(.minutes(1)))
    func `messages pass through a proxy and TLS, and the proxy sees no header of ours`() async throws {
        let authority = try TestAuthority()
        try await LoopbackTests().withServer { port in
            let front = try await TLSFront(try authority.identity(for: "api.test"), to: port)
            let proxy = try ScriptedHTTPServer { _ in .tunnel(port: front.port) }
            defer { proxy.stop() }
            let (messages, into) = AsyncStream.makeStream(of: WebSocketMessage.self)
            let client = WebSocketClient(rules: try rules(proxy: proxy.port, user: "me:secret", authority))
            let (channel, _) = try await client.connect(
                .init(url: "wss://api.test/ws/1", headers: [("Authorization", "Bearer \(Self.key)")])
            ) { _ in LoopbackTests.Collector(into: into) }
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next() == .text(ByteBuffer(string: "127.0.0.1")))
            let large = ByteBuffer(repeating: 7, count: 262_144)
            try await channel.writeAndFlush(WebSocketMessage.binary(large))
            #expect(await iterator.next() == .binary(large))
            try await channel.close()
            await front.stop()

            let request = try #require(proxy.requests.first)
            #expect(proxy.requests.count == 1)
            #expect(request.method == "CONNECT")
            #expect(request.target == "api.test:443")
            #expect(
                request.headers == [
                    "host": "api.test:443",
                    "proxy-authorization": "Basic \(Data("me:secret".utf8).base64EncodedString())",
                ])
        }
    }

    @Test(arguments: [
        (ScriptedHTTPServer.Reply.answer(status: 407), "user name", true),
        (.answer(status: 403, body: Data("<html>".utf8)), "does not allow connections to api.test:443 (403)", true),
        (.answer(status: 502), "could not reach api.test:443 (502)", false),
        (.answer(status: 302, headers: ["Location": "http://login.corp/"]), "(302)", false),
        (.raw(Data("220 mail.corp ESMTP\r\n".utf8)), "is not an HTTP proxy", false),
        (.hangUp, "closed the connection without an answer", false),
        (.silence, "did not answer in time", false),
    ])
    func `what a proxy answers instead becomes one sentence`(
        reply: ScriptedHTTPServer.Reply, sentence: String, isFinal: Bool
    ) async throws {
        let proxy = try ScriptedHTTPServer { _ in reply }
        defer { proxy.stop() }
        let isSilent = if case .silence = reply { true } else { false }
        let failure = try await failure(
            "wss://api.test/v1/realtime", try rules(proxy: proxy.port, user: "me:secret"),
            timeout: isSilent ? .milliseconds(300) : .seconds(10))
        guard case .proxy(let text, isFinal) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(text.contains(sentence), "\(text)")
        #expect(text.contains("127.0.0.1:\(proxy.port)"))
        #expect(!text.contains("secret") && !text.contains(Self.key))
        #expect(proxy.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func `a proxy that is not there is named`() async throws {
        let port = try FreePort.next()
        let failure = try await failure("wss://api.test/", try rules(proxy: port))
        #expect(failure == .proxy("the proxy 127.0.0.1:\(port) cannot be reached", isFinal: false))
    }

    @Test func `an address behind a proxy is refused, because its certificate cannot be checked`() async throws {
        let proxy = try ScriptedHTTPServer { _ in .hangUp }
        defer { proxy.stop() }
        for host in ["192.0.2.7", "[2001:db8::7]"] {
            let failure = try await failure("wss://\(host)/v1/realtime", try rules(proxy: proxy.port))
            #expect(failure.description.contains("NO_PROXY"))
            guard case .tls(_, isFinal: true) = failure else {
                Issue.record("\(failure)")
                return
            }
        }
        #expect(proxy.requests.isEmpty)
    }

    @Test func `an error of TLS names no source file in the log`() {
        #expect(
            WebSocketClient.description(of: BoringSSLError.sslError([.eofDuringHandshake])).hasPrefix("TLS failed: "))
        #expect(WebSocketClient.description(of: WebSocketClient.Failure.timeout).contains("in time"))
    }

    @Test func `this machine, and an address without encryption, are reached without the proxy`() async throws {
        let authority = try TestAuthority()
        let server = try ScriptedHTTPServer { _ in .answer(status: 404, body: Data("plain".utf8)) }
        let proxy = try ScriptedHTTPServer { _ in .hangUp }
        let front = try await TLSFront(try authority.identity(for: "localhost"), to: server.port)
        defer {
            server.stop()
            proxy.stop()
        }
        let rules = try rules(proxy: proxy.port, authority)
        for url in ["wss://localhost:\(front.port)/", "ws://127.0.0.1:\(server.port)/"] {
            #expect(try await failure(url, rules) == .refused(status: 404, body: "plain"))
        }
        #expect(proxy.requests.isEmpty)
        await front.stop()
    }

    @Test(arguments: ["", "api.", "expired", "tls1.1", "unknown"])
    func `a server that cannot be trusted is refused with its reason, and no further attempt would help`(
        fault: String
    ) async throws {
        let authority = try TestAuthority()
        let identity = try authority.identity(
            for: fault == "api." ? "api.test" : "localhost", isExpired: fault == "expired")
        let server = try ScriptedHTTPServer { _ in .answer(status: 404) }
        defer { server.stop() }
        let front = try await TLSFront(identity, to: server.port, newest: fault == "tls1.1" ? .tlsv11 : nil)
        let trusted = fault == "unknown" ? try TestAuthority() : authority
        let failure = try await failure(
            "wss://localhost:\(front.port)/", OutgoingRules(authorities: try Authorities(file: trusted.file)))
        await front.stop()
        let reason =
            switch fault {
            case "api.": "the certificate of localhost is not accepted: it is for another name"
            case "expired": "the certificate of localhost is not accepted: it has expired"
            case "tls1.1": "localhost does not speak TLS 1.2 or newer"
            case "unknown":
                "the certificate of localhost is not accepted: nobody that this machine trusts has signed it; "
                    + "CA_FILE adds an authority"
            default: ""
            }
        #expect(failure == (reason.isEmpty ? .refused(status: 404, body: "") : .tls(reason, isFinal: true)))
    }

    /// Answers the first bytes with a text, and closes.
    private final class Blunt: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let answer: String
        init(answer: String) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(NIOAny(ByteBuffer(string: answer)), promise: nil)
            context.close(promise: nil)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "localhost does not speak TLS on this port", true),
        ("", "localhost closed the connection during the TLS handshake", false),
    ])
    func `a port without TLS has its own error message`(
        answer: String, sentence: String, isFinal: Bool
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Blunt(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        #expect(
            try await failure("wss://localhost:\(port)/", OutgoingRules()) == .tls(sentence, isFinal: isFinal))
        try await server.close()
    }

    @Test func `a redirect is refused, and a refusal is one short line`() async throws {
        let server = try ScriptedHTTPServer { request in
            request.target == "/moved"
                ? .answer(status: 302, headers: ["Location": "http://127.0.0.1:1/"])
                : .answer(status: 400, body: Data(String(repeating: "no\n way ", count: 5_000).utf8))
        }
        defer { server.stop() }
        let moved = try await failure("ws://127.0.0.1:\(server.port)/moved", OutgoingRules())
        #expect(moved.description.contains("redirect (302)"))
        let refused = try await failure("ws://127.0.0.1:\(server.port)/", OutgoingRules())
        #expect(refused.description.utf8.count < 300)
        #expect(refused.description.hasSuffix("with status 400: " + String(repeating: "no way ", count: 28) + "no w"))
        #expect(server.requests.count == 2)
    }
}
