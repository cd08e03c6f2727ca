import NIOCore

/// Asks for `/healthz` and keeps the first line of the answer.
final class StatusLineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestLine = 256

    private let line: EventLoopPromise<String>
    private var received = ByteBuffer()

    init(_ line: EventLoopPromise<String>) {
        self.line = line
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        let text = String(buffer: received)
        guard let line = text.split(separator: "\r\n", maxSplits: 1).first, line.utf8.count < text.utf8.count else {
            if received.readableBytes > Self.longestLine { context.close(promise: nil) }
            return
        }
        self.line.succeed(String(line.prefix(Self.longestLine)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        line.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        line.fail(error)
        context.close(promise: nil)
    }
}
