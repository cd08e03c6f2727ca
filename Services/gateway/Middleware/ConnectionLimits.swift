import Domain
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Time limits of one HTTP connection, and how it is closed. Sits between the HTTP codec and Hummingbird.
///
/// A request's head must arrive within 10 s of its first byte, and its body within 30 s of its head. A response with
/// `Connection: close` closes the connection, but lets the client finish sending for a short time. Bytes that are not
/// HTTP get a problem document. Hummingbird limits idle connections; the upgrade handler limits the first head of a
/// connection.
final class ConnectionLimits: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// Between requests, or answering one that has arrived completely.
        case quiet
        /// Bytes have arrived that do not form a complete head yet.
        case readingHead
        case readingBody
        /// The last response has been written.
        case closing
    }

    static let headTime = TimeAmount.seconds(10)
    static let bodyTime = TimeAmount.seconds(30)
    /// How long the client may continue sending after the last response before the connection is closed.
    static let linger = TimeAmount.seconds(2)

    private let headTime: TimeAmount
    private let bodyTime: TimeAmount
    private var phase = Phase.quiet
    private var unanswered = 0
    private var isAnswering = false
    private var closesAfterAnswer = false
    /// The bytes after the requests that are being answered could not be parsed.
    private var closesWhenAllAnswered = false
    private var gotHead = false
    private var deadline: Scheduled<Void>?

    init(headTime: TimeAmount = headTime, bodyTime: TimeAmount = bodyTime) {
        self.headTime = headTime
        self.bodyTime = bodyTime
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .closing else {
            // Hummingbird may still be waiting for the end of a body.
            if case .head = unwrapInboundIn(data) { return }
            return context.fireChannelRead(data)
        }
        switch unwrapInboundIn(data) {
        case .head(let request):
            gotHead = true
            unanswered += 1
            enter(.readingBody, within: bodyTime, context)
            if request.headerFields[.expect]?.lowercased() == "100-continue",
                (request.headerFields[.contentLength].flatMap { Int($0) } ?? 0) <= 1 << 20
            {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body: break
        case .end: enter(.quiet, within: nil, context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes were read that did not complete a head.
        if phase == .quiet, unanswered == 0, !gotHead { enter(.readingHead, within: headTime, context) }
        gotHead = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase != .closing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let response):
            isAnswering = true
            if response.headerFields[.connection]?.lowercased() == "close" { closesAfterAnswer = true }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            isAnswering = false
            unanswered -= 1
            context.write(data, promise: promise)
            if closesAfterAnswer || (closesWhenAllAnswered && unanswered == 0) { hangUp(context) }
        }
    }

    private func enter(_ phase: Phase, within time: TimeAmount?, _ context: ChannelHandlerContext) {
        self.phase = phase
        deadline?.cancel()
        deadline = time.map { time in
            context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.timeIsUp(context) }
        }
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        refuse(Problem(.requestTimeout, .tooSlow, "The request took too long to arrive."), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .closing else { return }
        // The boundary between requests is lost, so no further request is read.
        guard phase != .quiet || unanswered == 0 else {
            closesWhenAllAnswered = true
            return
        }
        refuse(HTTPFault.problem(for: error), context)
    }

    /// Responds in place of the router unless a response has begun or others must come first, and closes the
    /// connection.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        if !isAnswering, unanswered <= 1 {
            var response = HTTPResponse(status: problem.status, headerFields: problem.headers)
            let body = problem.json()
            response.headerFields[.contentType] = Problem.mediaType
            response.headerFields[.contentLength] = String(body.readableBytes)
            response.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(body)), promise: nil)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
        }
        hangUp(context)
    }

    private func hangUp(_ context: ChannelHandlerContext) {
        enter(.closing, within: nil, context)
        context.flush()
        // Closing immediately would reset the connection while the client is sending, and it would never see the
        // response.
        context.close(mode: .output, promise: nil)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if phase == .closing, event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
