import NIOCore
import NIOEmbedded
import Testing

@testable import Wire

@Suite struct PacketHandlerTests {
    private static let bodies = [#"{"type":"a"}"#, #"{"s":1,"m":{}}"#, #"{"type":"c"}"#]

    private static var stream: ByteBuffer {
        get throws {
            var buffer = ByteBuffer()
            for body in bodies { try PacketCodec.write(body.utf8, into: &buffer) }
            return buffer
        }
    }

    @Test(arguments: [1, 3, 5, 17, 1000])
    func `packets are the same however the bytes arrive`(chunk: Int) throws {
        let channel = EmbeddedChannel(handler: PacketHandler())
        var bytes = try Self.stream
        while let part = bytes.readSlice(length: min(chunk, bytes.readableBytes)), part.readableBytes > 0 {
            try channel.writeInbound(part)
        }
        var seen: [String] = []
        while let body = try channel.readInbound(as: ByteBuffer.self) { seen.append(String(buffer: body)) }
        #expect(seen == Self.bodies)
    }

    private final class Taker: PacketReceiver {
        var taken: [String] = []

        func receive(_ body: UnsafeRawBufferPointer) -> Bool {
            guard body.count > 4, body[2] == UInt8(ascii: "s") else { return false }
            taken.append(String(decoding: body, as: UTF8.self))
            return true
        }
    }

    @Test(arguments: [1, 2, 4, 7, 64, 100_000])
    func `a receiver gets its packets and the pipeline the others, however the bytes arrive`(chunk: Int) throws {
        let (handler, taker) = (PacketHandler(), Taker())
        handler.receiver = taker
        let channel = EmbeddedChannel(handler: handler)
        let sessions = (0..<40).map { #"{"s":\#($0),"m":{"x":"\#(String(repeating: "y", count: $0 * 3))"}}"# }
        let others = (0..<40).map { #"{"type":"other\#($0)"}"# }
        var bytes = ByteBuffer()
        for (session, other) in zip(sessions, others) {
            try PacketCodec.write(session.utf8, into: &bytes)
            try PacketCodec.write(session.utf8, into: &bytes)
            try PacketCodec.write(other.utf8, into: &bytes)
        }
        while let part = bytes.readSlice(length: min(chunk, bytes.readableBytes)), part.readableBytes > 0 {
            try channel.writeInbound(part)
        }
        var seen: [String] = []
        while let body = try channel.readInbound(as: ByteBuffer.self) { seen.append(String(buffer: body)) }
        #expect(seen == others)
        #expect(taker.taken == sessions.flatMap { [$0, $0] })
    }

    @Test func `no packet is delivered after the one at which the channel was closed`() throws {
        final class Closer: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            var heard = 0

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                heard += 1
                context.close(promise: nil)
            }
        }
        let (handler, taker, closer) = (PacketHandler(), Taker(), Closer())
        handler.receiver = taker
        let channel = EmbeddedChannel(handlers: [handler, closer])
        try channel.connect(to: .init(unixDomainSocketPath: "/none")).wait()
        var bytes = ByteBuffer()
        for body in [#"{"s":1,"m":{}}"#, #"{"type":"x"}"#, #"{"s":2,"m":{}}"#, #"{"type":"y"}"#] {
            try PacketCodec.write(body.utf8, into: &bytes)
        }
        channel.pipeline.fireChannelRead(bytes)
        #expect(taker.taken == [#"{"s":1,"m":{}}"#])
        #expect(closer.heard == 1)
    }

    @Test func `packets written during a read are flushed when the read completes`() throws {
        let channel = EmbeddedChannel(handlers: [PacketHandler(), Answer()])
        channel.pipeline.fireChannelRead(try Self.stream)
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        channel.pipeline.fireChannelReadComplete()
        var count = 0
        while try channel.readOutbound(as: ByteBuffer.self) != nil { count += 1 }
        #expect(count == Self.bodies.count)
    }

    @Test func `a packet larger than 16 MiB ends the connection`() throws {
        let channel = EmbeddedChannel(handler: PacketHandler())
        try channel.connect(to: .init(unixDomainSocketPath: "/none")).wait()
        let error = #expect(throws: WireError.self) {
            try channel.writeInbound(ByteBuffer(integer: UInt32(PacketCodec.lengthLimit + 1)))
        }
        #expect(error?.code == .packetTooLarge)
        #expect(!channel.isActive)
    }

    @Test func `an end in the middle of a packet is an error`() throws {
        let channel = EmbeddedChannel(handler: PacketHandler())
        try channel.connect(to: .init(unixDomainSocketPath: "/none")).wait()
        try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 9, 123]))
        let error = #expect(throws: WireError.self) { _ = try channel.finish() }
        #expect(error?.code == .connectionLost)
    }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.write(data, promise: nil)
        }
    }
}
