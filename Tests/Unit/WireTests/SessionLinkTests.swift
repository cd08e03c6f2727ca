import Domain
import Logging
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Wire

@Suite struct SessionLinkTests {
    private final class Owner: SessionLinkDelegate {
        enum Call: Equatable {
            case session(Int, String)
            case message(RelayMessage)
            case receivedAll, writabilityChanged, shouldQuiesce, closed
        }

        var calls: [Call] = []

        func receive(_ message: UnsafeRawBufferPointer, of session: Int) {
            calls.append(.session(session, String(decoding: message, as: UTF8.self)))
        }
        func receive(_ message: RelayMessage) { calls.append(.message(message)) }
        func receivedAll() { calls.append(.receivedAll) }
        func writabilityChanged() { calls.append(.writabilityChanged) }
        func shouldQuiesce() { calls.append(.shouldQuiesce) }
        func closed() { calls.append(.closed) }
    }

    private let channel = EmbeddedChannel(handler: PacketHandler())
    private let owner = Owner()
    private let link: SessionLink

    init() throws {
        link = SessionLink(
            to: .relay, on: channel.eventLoop, logger: Logger(label: "link") { _ in SwiftLogNoOpLogHandler() })
        try channel.connect(to: .init(unixDomainSocketPath: "/none")).wait()
        try link.join(channel, as: owner)
    }

    private func send(_ text: String, of session: Int) {
        link.send(of: session, length: text.utf8.count) { $0.copyBytes(from: text.utf8) }
    }

    /// The bodies of the packets in the next write; nil when there is none.
    private func nextWrite() throws -> [String]? {
        guard var bytes = try channel.readOutbound(as: ByteBuffer.self) else { return nil }
        var bodies: [String] = []
        while let body = try PacketCodec.readPacket(from: &bytes) { bodies.append(String(buffer: body)) }
        #expect(bytes.readableBytes == 0)
        return bodies
    }

    @Test func `what is sent in one tick leaves in one write, in order`() throws {
        send(#"{"a":1}"#, of: 7)
        link.send(.resume(s: 8))
        send(#"{"a":2}"#, of: 9)
        #expect(try nextWrite() == nil)
        channel.embeddedEventLoop.run()
        let bodies = try #require(try nextWrite())
        #expect(bodies.count == 3)
        #expect(bodies.first == #"{"s":7,"m":{"a":1}}"#)
        #expect(bodies.last == #"{"s":9,"m":{"a":2}}"#)
        #expect(try nextWrite() == nil)
        send(#"{"a":3}"#, of: 7)
        channel.embeddedEventLoop.run()
        #expect(try nextWrite() == [#"{"s":7,"m":{"a":3}}"#])
    }

    @Test func `session packets, messages and the end of a read reach the owner in order`() throws {
        var bytes = ByteBuffer()
        try SessionPacket.write(session: 3, message: ByteBuffer(string: #"{"b":1}"#), into: &bytes)
        try PacketCodec.write(#"{"type":"pause","s":3}"#.utf8, into: &bytes)
        try PacketCodec.write(#"{"type":"of a newer peer"}"#.utf8, into: &bytes)
        try SessionPacket.write(session: 4, message: ByteBuffer(string: #"{"b":2}"#), into: &bytes)
        channel.pipeline.fireChannelRead(bytes)
        channel.pipeline.fireChannelReadComplete()
        #expect(
            owner.calls == [
                .session(3, #"{"b":1}"#), .message(.pause(s: 3)), .session(4, #"{"b":2}"#), .receivedAll,
            ])
        #expect(channel.isActive)
    }

    @Test func `a packet that is not a message closes the link`() throws {
        var bytes = ByteBuffer()
        try PacketCodec.write(#"{"type":"pause"}"#.utf8, into: &bytes)
        channel.pipeline.fireChannelRead(bytes)
        #expect(owner.calls == [.closed])
        #expect(!channel.isActive)
    }

    @Test func `the owner is notified of writability and of the process's stop`() {
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(!link.isWritable)
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(owner.calls == [.writabilityChanged, .shouldQuiesce])
        channel.close(promise: nil)
        #expect(link.isWritable)
        #expect(owner.calls.last == .closed)
    }

    @Test func `close sends what was written before it`() throws {
        send("{}", of: 1)
        link.close()
        link.close()
        #expect(channel.isActive)
        channel.embeddedEventLoop.run()
        #expect(try nextWrite() == [#"{"s":1,"m":{}}"#])
        #expect(!channel.isActive)
        #expect(owner.calls == [.closed])
    }

    @Test func `a closed link retains neither its owner nor what is sent to it`() throws {
        let logger = Logger(label: "link") { _ in SwiftLogNoOpLogHandler() }
        let channel = EmbeddedChannel(handler: PacketHandler())
        try channel.connect(to: .init(unixDomainSocketPath: "/none")).wait()
        let link = SessionLink(to: .gateway, on: channel.eventLoop, logger: logger)
        weak var released: Owner?
        do {
            let owner = Owner()
            released = owner
            try link.join(channel, as: owner)
        }
        #expect(released != nil)
        _ = try channel.finish()
        #expect(released == nil)
        link.send(.resume(s: 1))
        link.flush()
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test func `a round flushes each member once`() {
        final class Member: Flushable {
            var flushed = 0
            func flush() { flushed += 1 }
        }
        let loop = EmbeddedEventLoop()
        let round = FlushRound(loop: loop)
        let members = (0..<3).map { _ in Member() }
        for count in 1...3 {
            for member in members { round.add(member) }
            #expect(members.allSatisfy { $0.flushed == count - 1 })
            loop.run()
            #expect(members.allSatisfy { $0.flushed == count })
        }
        loop.run()
        #expect(members.allSatisfy { $0.flushed == 3 })
    }
}
