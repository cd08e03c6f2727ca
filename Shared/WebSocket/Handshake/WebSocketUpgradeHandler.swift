import HTTPTypes
import HummingbirdCore
public import NIOCore
import NIOHTTP1
public import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Upgrades requests to WebSocket inside Hummingbird's HTTP/1.1 channel, on the port that serves HTTP, with or without
/// TLS.
///
///     HTTPServerBuilder.http1(configuration: .init(
///         additionalChannelHandlers: [WebSocketUpgradeHandler(upgrade)], idleTimeout: .seconds(60)))
///
/// NIO's typed upgrader cannot be used here: it only examines a connection's first request, and it swallows and never
/// answers a request with an `Upgrade` header that it does not accept (`h2c` from curl or Java is enough). NIO's
/// request decoder parses nothing after a request that asks for an upgrade, but continues to gather bytes; so reading
/// stops after such a request, and its connection ends with the response. This relies on the order of Hummingbird's
/// handlers, which a test over a real socket checks.
public final class WebSocketUpgradeHandler<Session: Sendable>: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPRequestPart
    public typealias InboundOut = HTTPRequestPart
    public typealias OutboundIn = HTTPResponsePart
    public typealias OutboundOut = HTTPResponsePart

    private typealias Decision = Result<WebSocketUpgrade<Session>.Answer, WebSocketRefusal>

    private enum State {
        /// No request has arrived yet; `deadline` is running.
        case fresh
        case http
        case deciding(key: String, requestEnded: Bool, Decision?)
        case upgrading
    }

    private let upgrade: WebSocketUpgrade<Session>
    private var state = State.fresh
    /// Number of requests passed on and not answered yet: an upgrade in the middle of pipelined requests is left to the
    /// router.
    private var unanswered = 0
    /// The decoder will find no further request on this connection.
    private var isLastRequest = false
    private var isReadHeld = false
    private var holdsReads = false
    private var deadline: Scheduled<Void>?

    public init(_ upgrade: WebSocketUpgrade<Session>) {
        self.upgrade = upgrade
    }

    public func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        if let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) {
            // It can only fail for a handler that is not in the pipeline.
            try? pipeline.addHandler(RequestHeadCheck(), position: .before(codec))
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: upgrade.handshakeTimeout) {
            let (handler, context) = bound.value
            if case .fresh = handler.state { context.close(promise: nil) }
        }
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.fresh, .head(let request)), (.http, .head(let request)):
            deadline?.cancel()
            deadline = nil
            isLastRequest = request.stopsDecoder
            guard isForUs(request) else { return passOn(request, context) }
            decide(request, context)
        case (.http, .end):
            holdsReads = isLastRequest
            context.fireChannelRead(data)
        case (.fresh, _), (.http, _): context.fireChannelRead(data)
        case (.deciding(let key, _, let decision), .end):
            holdsReads = true
            state = .deciding(key: key, requestEnded: true, decision)
            proceed(context)
        case (.deciding, .body): break
        // The client sends more before it has our response.
        case (.deciding, .head), (.upgrading, _): context.close(promise: nil)
        }
    }

    public func read(context: ChannelHandlerContext) {
        if holdsReads { isReadHeld = true } else { context.read() }
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var response) where isLastRequest && response.status.kind != .informational && unanswered == 1:
            response.headerFields[.connection] = "close"
            return context.write(wrapOutboundOut(.head(response)), promise: promise)
        case .end: unanswered -= 1
        case .head, .body: break
        }
        context.write(data, promise: promise)
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, case .deciding = state { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    private func isForUs(_ request: HTTPRequest) -> Bool {
        unanswered == 0 && request.method == .get && request.headerFields.list(.upgrade).contains("websocket")
            && request.headerFields.list(.connection).contains("upgrade") && upgrade.handles(request)
    }

    private func passOn(_ request: HTTPRequest, _ context: ChannelHandlerContext) {
        state = .http
        unanswered += 1
        var request = request
        if isLastRequest { request.headerFields[.connection] = "close" }
        context.fireChannelRead(wrapInboundOut(.head(request)))
    }

    // MARK: Deciding

    private func decide(_ request: HTTPRequest, _ context: ChannelHandlerContext) {
        // A body that never comes would keep the connection past every limit, and its session with it.
        guard !request.hasBody else {
            let refusal = WebSocketRefusal.problem(
                .badRequest, code: "bad_handshake", detail: "a WebSocket handshake has no body")
            state = .deciding(key: "", requestEnded: true, .failure(refusal))
            return proceed(context)
        }
        guard request.headerFields[.secWebSocketVersion] == "13" else {
            var refusal = WebSocketRefusal.problem(
                .upgradeRequired, code: "websocket_version", detail: "only WebSocket version 13 is spoken here")
            refusal.headers[.secWebSocketVersion] = "13"
            refusal.headers[.upgrade] = "websocket"
            state = .deciding(key: "", requestEnded: false, .failure(refusal))
            return
        }
        guard let key = request.headerFields[.secWebSocketKey], WebSocketAcceptKey.isWellFormed(key) else {
            let refusal = WebSocketRefusal.problem(
                .badRequest, code: "bad_handshake", detail: "Sec-WebSocket-Key is missing or not the base64 of 16 bytes"
            )
            state = .deciding(key: "", requestEnded: false, .failure(refusal))
            return
        }
        state = .deciding(key: key, requestEnded: false, nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let authorize = upgrade.authorize
        let address = context.channel.remoteAddress
        // The task ends by itself, because `authorize` limits the time of its look-ups. Its answer is dropped if the
        // deadline comes first.
        context.eventLoop.makeFutureWithTask { try await authorize(request, address) }.whenComplete { result in
            let (handler, context) = bound.value
            handler.decided(
                result.mapError { error in
                    error as? WebSocketRefusal
                        ?? .problem(.internalServerError, code: "internal", detail: "the handshake failed on our side")
                }, context)
        }
        deadline = context.eventLoop.scheduleTask(in: upgrade.handshakeTimeout) {
            let (handler, context) = bound.value
            handler.decided(
                .failure(.problem(.serviceUnavailable, code: "timeout", detail: "the handshake took too long")), context
            )
        }
    }

    private func decided(_ decision: Decision, _ context: ChannelHandlerContext) {
        guard case .deciding(let key, let requestEnded, nil) = state else { return }
        deadline?.cancel()
        deadline = nil
        state = .deciding(key: key, requestEnded: requestEnded, decision)
        proceed(context)
    }

    private func proceed(_ context: ChannelHandlerContext) {
        guard case .deciding(let key, requestEnded: true, let decision?) = state, context.channel.isActive else {
            return
        }
        switch decision {
        case .failure(let refusal):
            refuse(refusal, context)
        case .success(let answer):
            state = .upgrading
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            accept(answer, key: key, context).whenFailure { _ in bound.value.close(promise: nil) }
        }
    }

    private func refuse(_ refusal: WebSocketRefusal, _ context: ChannelHandlerContext) {
        let body = ByteBuffer(string: refusal.body)
        var head = HTTPResponse(status: refusal.status, headerFields: refusal.headers)
        head.headerFields[.contentLength] = String(body.readableBytes)
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    // MARK: Upgrading

    private func accept(
        _ answer: WebSocketUpgrade<Session>.Answer, key: String, _ context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound((self, context, answer), eventLoop: context.eventLoop)
        do {
            // The request decoder is removed first, and asynchronously, because this call may come from inside its
            // loop.
            let pipeline = context.pipeline.syncOperations
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            return pipeline.removeHandler(context: decoder).flatMapThrowing {
                let (handler, context, answer) = bound.value
                try handler.switchProtocols(answer, key: key, context)
            }
        } catch {
            return context.eventLoop.makeFailedFuture(error)
        }
    }

    private func switchProtocols(
        _ answer: WebSocketUpgrade<Session>.Answer, key: String, _ context: ChannelHandlerContext
    ) throws {
        var head = HTTPResponse(
            status: .switchingProtocols,
            headerFields: [
                .upgrade: "websocket", .connection: "upgrade", .secWebSocketAccept: WebSocketAcceptKey.answer(to: key),
            ])
        head.headerFields[.secWebSocketProtocol] = answer.subprotocol
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)

        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(context: try pipeline.context(handlerType: RequestHeadCheck.self), promise: nil)
        pipeline.removeHandler(context: try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self), promise: nil)
        pipeline.removeHandler(context: try pipeline.context(handlerType: HTTPResponseEncoder.self), promise: nil)
        // This handler applies the idle timeout of HTTP connections.
        pipeline.removeHandler(
            context: try pipeline.context(handlerType: HTTPConnectionStateHandler.self), promise: nil)

        try pipeline.addHandler(
            WebSocketHandler(role: .server, configuration: upgrade.configuration), position: .before(self))
        let tail = WebSocketTail()
        try pipeline.addHandler(tail, position: .before(self))
        holdsReads = false
        if isReadHeld { context.read() }
        // Removed before the application can write: a write to the channel itself passes every handler after the tail.
        let channel = context.channel
        pipeline.removeHandler(self, promise: nil)
        try pipeline.addHandler(try upgrade.makeHandler(answer.session, channel), position: .before(tail))
        // After the tail, Hummingbird's own last handler remains. It gets no more reads and ends with the channel.
    }
}

extension HTTPRequest {
    fileprivate var hasBody: Bool {
        headerFields.contains(.transferEncoding) || headerFields[.contentLength].map { $0 != "0" } ?? false
    }

    /// Whether NIO's decoder takes this request for the last one before another protocol.
    fileprivate var stopsDecoder: Bool {
        method == .connect || headerFields.contains(.upgrade) && headerFields.list(.connection).contains("upgrade")
    }
}

extension HTTPFields {
    /// The members of a comma-separated field, lower case.
    fileprivate func list(_ name: HTTPField.Name) -> [Substring] {
        self[values: name].flatMap { value in
            value.lowercased().split(separator: ",").map { $0.drop(while: { $0 == " " }).prefix(while: { $0 != " " }) }
        }
    }
}
