import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import GatewayService

@Suite struct `the time limits of a connection` {
    static let post = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/api/sessions")

    struct Connection {
        let channel: EmbeddedChannel

        init() throws {
            channel = EmbeddedChannel(handler: ConnectionLimits())
            try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        /// Status of the answer that was sent, if any.
        func answered() throws -> Int? {
            while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
                if case .head(let head) = part { return head.status.code }
            }
            return nil
        }

        func answer(_ status: HTTPResponse.Status = .ok) throws {
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status)))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
        }

        /// Bytes have arrived that are not a complete head yet.
        func readBytes() {
            channel.pipeline.fireChannelReadComplete()
        }

        func pass(_ time: TimeAmount) {
            channel.embeddedEventLoop.advanceTime(by: time)
        }
    }

    @Test func `an incomplete head times out after 10 s`() throws {
        let connection = try Connection()
        connection.readBytes()
        connection.pass(.seconds(9))
        connection.readBytes()
        #expect(try connection.answered() == nil)
        connection.pass(.seconds(1))
        #expect(try connection.answered() == 408)
        connection.pass(ConnectionLimits.linger)
        #expect(!connection.channel.isActive)
    }

    @Test func `a slow body times out after 30 s`() throws {
        let connection = try Connection()
        try connection.channel.writeInbound(HTTPRequestPart.head(Self.post))
        for _ in 0..<29 {
            connection.pass(.seconds(1))
            try connection.channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        }
        #expect(try connection.answered() == nil)
        connection.pass(.seconds(1))
        #expect(try connection.answered() == 408)
        connection.pass(ConnectionLimits.linger)
        #expect(!connection.channel.isActive)
    }

    @Test func `a slow answer does not time out`() throws {
        let connection = try Connection()
        try connection.channel.writeInbound(HTTPRequestPart.head(Self.post))
        try connection.channel.writeInbound(HTTPRequestPart.end(nil))
        connection.pass(.seconds(120))
        #expect(try connection.answered() == nil)
        #expect(connection.channel.isActive)
    }

    @Test func `after an answer that closes the connection no further request is answered`() throws {
        let connection = try Connection()
        try connection.channel.writeInbound(HTTPRequestPart.head(Self.post))
        var head = HTTPResponse(status: .contentTooLarge)
        head.headerFields[.connection] = "close"
        try connection.channel.writeOutbound(HTTPResponsePart.head(head))
        try connection.channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try connection.answered() == 413)
        try connection.channel.writeInbound(HTTPRequestPart.head(Self.post))
        #expect(throws: (any Error).self) { try connection.answer() }
        connection.pass(ConnectionLimits.linger)
        #expect(!connection.channel.isActive)
    }

    @Test func `an unreadable request closes the connection only after the earlier answers`() throws {
        struct Garbage: Error {}
        let connection = try Connection()
        try connection.channel.writeInbound(HTTPRequestPart.head(Self.post))
        try connection.channel.writeInbound(HTTPRequestPart.end(nil))
        connection.channel.pipeline.fireErrorCaught(Garbage())
        #expect(try connection.answered() == nil)
        try connection.answer()
        #expect(try connection.answered() == 200)
        connection.pass(ConnectionLimits.linger)
        #expect(!connection.channel.isActive)
    }
}
