import NIOCore
import NIOPosix

/// Asks a process of this machine for a page about itself, over its Unix socket.
struct UnixStatus {
    /// For the connection and the whole answer together.
    private static let patience = TimeAmount.seconds(2)

    let path: String

    /// - Returns: nil if it does not answer in time with 200.
    func page(_ page: String) async -> String? {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: String.self)
        let deadline = loop.scheduleTask(in: Self.patience) {
            answer.fail(ChannelError.connectTimeout(Self.patience))
        }
        defer { deadline.cancel() }
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(Self.patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WholeAnswerHandler(to: page, answer))
                }
            }
            .connect(unixDomainSocketPath: path)
        connecting.whenFailure { answer.fail($0) }
        answer.futureResult.whenComplete { _ in connecting.whenSuccess { $0.close(promise: nil) } }
        return try? await answer.futureResult.get()
    }
}

/// Sends one request, and keeps the body of the answer until the connection ends.
private final class WholeAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// In bytes.
    private static let longestAnswer = 4 << 20

    private let page: String
    private let answer: EventLoopPromise<String>
    private var received = ByteBuffer()

    init(to page: String, _ answer: EventLoopPromise<String>) {
        self.page = page
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = "GET \(page) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        if received.readableBytes > Self.longestAnswer { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let text = String(buffer: received)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0].hasPrefix("HTTP/1.1 200"), received.readableBytes <= Self.longestAnswer {
            answer.succeed(String(parts[1]))
        } else {
            answer.fail(ChannelError.eof)
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
