import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocket

@Suite struct WebSocketHandlerTests {
    private final class Application: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        typealias OutboundOut = WebSocketMessage

        var messages = [WebSocketMessage]()
        var failures = [WebSocketFailure]()
        var sawQuiesce = false
        var echoes = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let message = unwrapInboundIn(data)
            messages.append(message)
            if echoes { context.write(wrapOutboundOut(message), promise: nil) }
        }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is ChannelShouldQuiesceEvent { sawQuiesce = true }
            context.fireUserInboundEventTriggered(event)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let failure = error as? WebSocketFailure { failures.append(failure) }
        }
    }

    private let channel = EmbeddedChannel()
    private let application = Application()

    private func open(_ role: WebSocketRole = .server, _ configuration: WebSocketConfiguration = .init()) throws {
        try channel.pipeline.syncOperations.addHandlers([
            WebSocketHandler(role: role, configuration: configuration), application, WebSocketTail(),
        ])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func receive(_ frames: RawFrame...) throws {
        channel.read()
        try channel.writeInbound(ByteBuffer(bytes: frames.flatMap(\.bytes)))
    }

    private func sent() throws -> [RawFrame] {
        var bytes = [UInt8]()
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return RawFrame.parse(bytes)
    }

    @Test func `a batch of messages is sent in one write`() throws {
        try open()
        application.echoes = true
        try receive(.text("one"), .text("two"), RawFrame(first: 0x82, payload: [3]))
        let buffer = try #require(try channel.readOutbound(as: ByteBuffer.self))
        let frames = RawFrame.parse(Array(buffer.readableBytesView))
        #expect(frames.map(\.first) == [0x81, 0x81, 0x82])
        #expect(frames.map(\.payload) == [Array("one".utf8), Array("two".utf8), [3]])
        #expect(frames.allSatisfy { $0.key == nil })
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test func `a client masks with a new key for each frame`() throws {
        try open(.client)
        let text = String(repeating: "Karel ", count: 50)
        for _ in 0..<3 {
            channel.pipeline.syncOperations.write(NIOAny(WebSocketMessage.text(ByteBuffer(string: text))), promise: nil)
        }
        channel.flush()
        let frames = try sent()
        #expect(frames.map { String(decoding: $0.payload, as: UTF8.self) } == [text, text, text])
        #expect(Set(frames.compactMap(\.key)).count == 3)
    }

    @Test func `only the latest of many pings is answered`() throws {
        try open()
        try receive(RawFrame(first: 0x89, payload: [1]), RawFrame(first: 0x89, payload: [2]), .text("a"))
        let frames = try sent()
        #expect(frames.map(\.first) == [0x8A])
        #expect(frames.first?.payload == [2])
    }

    @Test func `pings are sent one at a time, and two missing pongs end the connection`() throws {
        try open()
        channel.read()
        channel.embeddedEventLoop.advanceTime(by: .seconds(15))
        #expect(try sent().map(\.first) == [0x89])
        try receive(RawFrame(first: 0x8A, payload: []))
        channel.read()
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(try sent().map(\.first) == [0x89])
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(15))
        #expect(!channel.isActive)
        #expect(application.failures == [.pongMissing])
    }

    @Test func `a ping overtakes messages that are not flushed yet`() throws {
        try open()
        channel.pipeline.syncOperations.write(NIOAny(WebSocketMessage.text(ByteBuffer(string: "a"))), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(15))
        channel.flush()
        #expect(try sent().map(\.first) == [0x89, 0x81])
    }

    @Test func `a close from the peer is delivered once, answered with its code, and ends the connection`() throws {
        try open()
        try receive(.close(4001, "done"), .text("late"))
        #expect(application.messages == [.close(WebSocketCloseCode(rawValue: 4001), reason: "done")])
        #expect(try sent().map(\.payload) == [[0x0F, 0xA1]])
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test func `after our close only the peer's close is handled`() throws {
        try open()
        channel.pipeline.syncOperations.writeAndFlush(
            NIOAny(WebSocketMessage.close(.goingAway, reason: "restart")), promise: nil)
        let frames = try sent()
        #expect(frames.map(\.first) == [0x88])
        #expect(frames.first.map { Array($0.payload.dropFirst(2)) } == Array("restart".utf8))
        try receive(.text("late"))
        #expect(application.messages.isEmpty)
        #expect(channel.isActive)
        #expect(throws: WebSocketFailure.closed) {
            try channel.writeOutbound(WebSocketMessage.text(ByteBuffer(string: "more")))
        }
        try receive(.close(1001))
        #expect(!channel.isActive)
        #expect(try sent().isEmpty)
    }

    @Test func `a peer that does not answer our close is dropped after two seconds`() throws {
        try open()
        channel.pipeline.syncOperations.writeAndFlush(NIOAny(WebSocketMessage.close(.normal)), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1900))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(200))
        #expect(!channel.isActive)
    }

    @Test func `after a violation the peer may finish sending, and is then dropped`() throws {
        try open(.server, WebSocketConfiguration(maxMessageBytes: 10))
        try receive(.text("hello"), RawFrame(first: 0x82, payload: Array(repeating: 0, count: 11)))
        #expect(application.messages == [.text(ByteBuffer(string: "hello"))])
        #expect(application.failures.count == 1)
        let frames = try sent()
        #expect(frames.first.map { Array($0.payload.prefix(2)) } == [0x03, 0xF1])
        try receive(.text("and"), .text("on"))
        #expect(application.messages.count == 1)
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test(arguments: [
        [RawFrame.close(1009)], [.close(1000)], [RawFrame(first: 0x88, payload: [])],
        [RawFrame.text("and on"), .close(1002, "bye")],
    ])
    func `after a violation the peer's close ends the connection at once`(_ answer: [RawFrame]) throws {
        try open(.server, WebSocketConfiguration(maxMessageBytes: 10))
        try receive(RawFrame(first: 0x82, payload: Array(repeating: 0, count: 11)))
        #expect(channel.isActive)
        channel.read()
        try channel.writeInbound(ByteBuffer(bytes: answer.flatMap(\.bytes)))
        #expect(!channel.isActive)
        #expect(application.messages.isEmpty)
    }

    @Test func `the end of input closes the connection`() throws {
        try open()
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!channel.isActive)
    }

    @Test func `a stopping server notifies the application and closes with 1001`() throws {
        try open()
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(application.sawQuiesce)
        #expect(try sent().first.map { Array($0.payload.prefix(2)) } == [0x03, 0xE9])
    }

    @Test func `a close reason is truncated at a character to fit into a control frame`() throws {
        try open()
        channel.pipeline.syncOperations.writeAndFlush(
            NIOAny(WebSocketMessage.close(.normal, reason: String(repeating: "ž", count: 100))), promise: nil)
        let payload = try #require(try sent().first?.payload)
        #expect(payload.count == 124)
        #expect(String(validating: payload.dropFirst(2), as: UTF8.self) != nil)
    }
}
