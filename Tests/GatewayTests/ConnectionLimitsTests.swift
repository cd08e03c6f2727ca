import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import GatewayService

@Suite struct `a connection's time` {
    static let post = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/api/sessions")

    struct Connection {
        let channel: EmbeddedChannel

        init() throws {
            channel = EmbeddedChannel(handler: ConnectionLimits())
            try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        /// Status of the answer that is out, if there is one.
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

        /// Bytes have arrived that do not make a head yet.
        func readBytes() {
            channel.pipeline.fireChannelReadComplete()
        }

        func pass(_ time: TimeAmount) {
            channel.embeddedEventLoop.advanceTime(by: time)
        }
    }

    @Test func `a head that dribbles in is cut off after 10 s`() throws {
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

    @Test func `a body that dribbles in is cut off after 30 s`() throws {
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

    @Test func `a slow answer is nobody's fault but ours`() throws {
        let connection = try Connection()
        try connection.channel.writeInbound(HTTPRequestPart.head(Self.post))
        try connection.channel.writeInbound(HTTPRequestPart.end(nil))
        connection.pass(.seconds(120))
        #expect(try connection.answered() == nil)
        #expect(connection.channel.isActive)
    }

    @Test func `after an answer that says close nothing more is answered`() throws {
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

    @Test func `what cannot be read waits for the answers before it`() throws {
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
