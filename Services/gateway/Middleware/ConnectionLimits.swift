import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes

/// What one HTTP connection may take its time with, and how it ends. Sits between the HTTP codec and Hummingbird.
///
/// A request's head must come within 10 s of its first byte, its body within 30 s of its head; `Connection: close` in an
/// answer ends the connection, after what the client is still sending had a moment to arrive; bytes that are no HTTP get a
/// problem document. Idle connections are Hummingbird's matter, and the first head of a connection the upgrade handler's.
final class ConnectionLimits: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// Between requests, or answering one that has come completely.
        case quiet
        /// Bytes have come that do not make a head yet.
        case readingHead
        case readingBody
        /// The last answer is out.
        case closing
    }

    static let headTime = TimeAmount.seconds(10)
    static let bodyTime = TimeAmount.seconds(30)
    /// How long a client that was refused may go on sending before the connection is cut.
    static let linger = TimeAmount.seconds(2)

    private let headTime: TimeAmount
    private let bodyTime: TimeAmount
    private var phase = Phase.quiet
    private var unanswered = 0
    private var isAnswering = false
    private var closesAfterAnswer = false
    /// What came after the requests that are being answered cannot be read.
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
            // Hummingbird may still wait for the end of the body.
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
        // Something was read, and it did not make a head.
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
        refuse(Problem(.requestTimeout, "too_slow", "The request took too long to arrive."), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .closing else { return }
        // Where one request ends and the next begins is no longer known, so nothing more of it is read.
        guard phase != .quiet || unanswered == 0 else {
            closesWhenAllAnswered = true
            return
        }
        refuse(HTTPFault.problem(for: error), context)
    }

    /// Answers in place of the router, if nothing has been answered yet, and ends the connection.
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
        // Closing at once would reset the connection while the client sends, and it would never see the answer.
        context.close(mode: .output, promise: nil)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if phase == .closing, event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
