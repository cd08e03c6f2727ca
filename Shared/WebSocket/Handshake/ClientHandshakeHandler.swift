import NIOCore
import NIOHTTP1
import NIOSSL

/// Requests the upgrade, checks the response, and replaces itself with the WebSocket handlers.
final class ClientHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private static let longestRefusal = 64 * 1024

    private let address: WebSocketAddress
    private let request: WebSocketClient.Request
    private let makeHandler: @Sendable (any Channel) throws -> any ChannelHandler
    private let done: EventLoopPromise<(channel: any Channel, subprotocol: String?)>
    private let key = WebSocketAcceptKey.random()
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    /// Bytes that arrive after the accepted upgrade and are no longer part of an HTTP response. Nil until then.
    private var early: [NIOAny]?
    private var deadline: Scheduled<Void>?

    init(
        address: WebSocketAddress, request: WebSocketClient.Request,
        makeHandler: @escaping @Sendable (any Channel) throws -> any ChannelHandler,
        done: EventLoopPromise<(channel: any Channel, subprotocol: String?)>
    ) {
        self.address = address
        self.request = request
        self.makeHandler = makeHandler
        self.done = done
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // Behind a proxy the channel is active already.
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "Host", value: address.authority)
        headers.replaceOrAdd(name: "Upgrade", value: "websocket")
        headers.replaceOrAdd(name: "Connection", value: "Upgrade")
        headers.replaceOrAdd(name: "Sec-WebSocket-Version", value: "13")
        headers.replaceOrAdd(name: "Sec-WebSocket-Key", value: key)
        if !request.subprotocols.isEmpty {
            headers.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: request.subprotocols.joined(separator: ", "))
        }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: request.timeout) {
            let (handler, context) = bound.value
            handler.fail(WebSocketClient.Failure.timeout, context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard early == nil else {
            early?.append(data)
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(var part):
            if body.readableBytes + part.readableBytes <= Self.longestRefusal { body.writeBuffer(&part) }
        case .end:
            guard let head else { return }
            guard head.status == .switchingProtocols else {
                return fail(
                    WebSocketClient.Failure.refused(status: Int(head.status.code), body: String(buffer: body)), context)
            }
            do {
                try upgrade(head, context)
            } catch {
                fail(error, context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // A refusal whose body never ended is still a refusal.
        if let head, head.status != .switchingProtocols {
            fail(WebSocketClient.Failure.refused(status: Int(head.status.code), body: String(buffer: body)), context)
        } else {
            fail(WebSocketClient.Failure.closed, context)
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLHandler.self)
        fail(TLSProblem.failure(error, of: address.host, certificate: tls?.peerCertificate) ?? error, context)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        done.fail(error)
        context.close(promise: nil)
    }

    private func upgrade(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) throws {
        let headers = head.headers
        guard headers.first(name: "Upgrade")?.lowercased() == "websocket",
            headers[canonicalForm: "Connection"].contains(where: { $0.lowercased() == "upgrade" })
        else { throw WebSocketClient.Failure.badHandshake("not an upgrade to WebSocket") }
        guard headers.first(name: "Sec-WebSocket-Accept") == WebSocketAcceptKey.answer(to: key) else {
            throw WebSocketClient.Failure.badHandshake("the accept key is wrong")
        }
        guard headers["Sec-WebSocket-Extensions"].isEmpty else {
            throw WebSocketClient.Failure.badHandshake("an extension that was not asked for")
        }
        let chosen = headers.first(name: "Sec-WebSocket-Protocol")
        if let chosen, !request.subprotocols.contains(chosen) {
            throw WebSocketClient.Failure.badHandshake("a subprotocol that was not offered")
        }
        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(context: try pipeline.context(handlerType: HTTPRequestEncoder.self), promise: nil)
        // The decoder is removed later and until then sees what is written. It passes on the bytes after the 101, which
        // `early` keeps for the new handlers; these are installed when no HTTP codec is left.
        early = []
        let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        pipeline.removeHandler(context: decoder).whenComplete { result in
            let (handler, context) = bound.value
            do {
                try result.get()
                try handler.install(chosen, context)
            } catch {
                handler.fail(error, context)
            }
        }
    }

    private func install(_ subprotocol: String?, _ context: ChannelHandlerContext) throws {
        let pipeline = context.pipeline.syncOperations
        let socket = WebSocketHandler(role: .client, configuration: request.configuration)
        let handler = try makeHandler(context.channel)
        // In this order: the application's handler looks for the other one when it is added.
        try pipeline.addHandler(socket, position: .after(self))
        try pipeline.addHandler(handler, position: .after(socket))
        try pipeline.addHandler(WebSocketTail(), position: .after(handler))
        done.succeed((context.channel, subprotocol))
        for data in early ?? [] { context.fireChannelRead(data) }
        context.fireChannelReadComplete()
        pipeline.removeHandler(self, promise: nil)
    }
}
