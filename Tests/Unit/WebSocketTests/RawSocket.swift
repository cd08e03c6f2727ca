import NIOCore
import NIOPosix
import Testing

/// A TCP connection on which a test writes raw bytes.
struct RawSocket {
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let into: AsyncStream<String>.Continuation
        init(into: AsyncStream<String>.Continuation) { self.into = into }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            into.yield(String(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) { into.finish() }
    }

    private let channel: any Channel
    private let received: AsyncStream<String>

    init(port: Int) async throws {
        let (received, into) = AsyncStream.makeStream(of: String.self)
        self.received = received
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(into: into))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Sends `text` and returns everything that arrives until `ending` has arrived.
    @discardableResult
    func send(_ text: String, until ending: String) async throws -> String {
        try await channel.writeAndFlush(ByteBuffer(string: text))
        var answer = ""
        for await part in received {
            answer += part
            if answer.contains(ending) { return answer }
        }
        Issue.record("the connection ended after \(answer)")
        return answer
    }

    /// Sends `text` and returns everything that arrives until the server closes.
    func sendToEnd(_ text: String) async throws -> String {
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return await received.reduce(into: "") { $0 += $1 }
    }

    func close() async throws {
        try await channel.close()
    }
}
