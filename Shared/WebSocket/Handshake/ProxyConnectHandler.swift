import NIOCore
import NIOHTTP1
import Outgoing

/// Has an HTTP proxy open a connection to the server, then removes itself and the HTTP codec, so that TLS begins as if
/// the server had been reached directly. The proxy sees the server's name and port, and no header of ours.
final class ProxyConnectHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let proxy: Proxy
    private let target: String
    private let timeout: TimeAmount
    private let next: @Sendable (any Channel) throws -> Void
    private let failed: @Sendable (any Error) -> Void
    private var isDone = false
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - target: host and port of the server.
    ///   - timeout: for the proxy's answer.
    ///   - next: called when the connection is open, to add the handlers that talk to the server.
    ///   - failed: called at most once, and never after `next`.
    init(
        _ proxy: Proxy, target: String, timeout: TimeAmount, next: @escaping @Sendable (any Channel) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.proxy = proxy
        self.target = target
        self.timeout = timeout
        self.next = next
        self.failed = failed
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HTTPHeaders([("Host", target)])
        if let authorization = proxy.authorization { headers.add(name: "Proxy-Authorization", value: authorization) }
        let head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: timeout) {
            let (handler, context) = bound.value
            handler.fail("the proxy \(handler.proxy) did not answer in time", context)
        }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone, case .head(let head) = unwrapInboundIn(data) else { return }
        let status = Int(head.status.code)
        guard (200..<300).contains(status) else {
            return fail(proxy.refusal(status, of: target), isFinal: Proxy.isFinal(status), context)
        }
        isDone = true
        open(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("the proxy \(proxy) closed the connection without an answer", context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(
            error is HTTPParserError ? "what listens at \(proxy) is not an HTTP proxy" : "the proxy \(proxy) was lost",
            context)
    }

    private func open(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        do {
            let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self)
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self)
            pipeline.removeHandler(context: encoder).and(pipeline.removeHandler(context: decoder)).whenComplete { _ in
                let (handler, context) = bound.value
                let channel = context.channel
                guard channel.isActive else { return handler.report("the proxy \(handler.proxy) was lost", context) }
                do {
                    try handler.next(channel)
                    context.pipeline.syncOperations.removeHandler(handler, promise: nil)
                } catch {
                    handler.failed(error)
                    context.close(promise: nil)
                }
            }
        } catch {
            failed(error)
            context.close(promise: nil)
        }
    }

    private func fail(_ sentence: String, isFinal: Bool = false, _ context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        report(sentence, isFinal: isFinal, context)
    }

    private func report(_ sentence: String, isFinal: Bool = false, _ context: ChannelHandlerContext) {
        failed(WebSocketClient.Failure.proxy(sentence, isFinal: isFinal))
        context.close(promise: nil)
    }
}
