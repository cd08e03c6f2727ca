import NIOCore

/// Exchanges `hello`, then gives way to the handlers for the connection's purpose.
///
/// A server answers after it has seen the peer's hello, because the peer may be an operator's `curl` instead
/// (`StatusHandler`): "GET " read as a length is larger than any packet.
final class GreetingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// In bytes. A hello is about a hundred; a peer that has not sent one must not make us buffer more than this.
    private static let helloLimit = 64 * 1024

    private let own: Hello
    private let speaksFirst: Bool
    private let timeout: TimeAmount
    private let status: StatusEndpoints?
    /// Called before a hello is answered. When it throws, the channel is closed without one.
    private let admit: () throws -> Void
    /// Adds the handlers. When it throws, the channel is closed.
    private let install: (Hello) throws -> Void
    /// Called when there will be no hello.
    private let failed: (any Error) -> Void

    private var received = ByteBuffer()
    private var deadline: Scheduled<Void>?
    private var isDone = false

    init(
        own: Hello, speaksFirst: Bool, timeout: TimeAmount, status: StatusEndpoints?,
        admit: @escaping () throws -> Void = {}, install: @escaping (Hello) throws -> Void,
        failed: @escaping (any Error) -> Void
    ) {
        self.own = own
        self.speaksFirst = speaksFirst
        self.timeout = timeout
        self.status = status
        self.admit = admit
        self.install = install
        self.failed = failed
    }

    func channelActive(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            self?.fail(WireError(.badHello, "no hello in time"), context: context)
        }
        if speaksFirst { sendHello(context: context) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        if let status, let start = received.getBytes(at: received.readerIndex, length: 4),
            StatusHandler.isRequest(start)
        {
            return answer(with: StatusHandler(status), context: context)
        }
        do {
            guard let body = try PacketCodec.readPacket(from: &received, limit: Self.helloLimit) else { return }
            let hello = try Hello(Packet(body: body))
            try admit()
            if !speaksFirst { sendHello(context: context) }
            try context.pipeline.syncOperations.addHandler(PacketHandler(), position: .after(self))
            try install(hello)
            finish(context: context)
        } catch {
            fail(error, context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if !isDone {
            isDone = true
            failed(WireError(.connectionLost, "connection ended before the hello"))
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isDone else { return context.fireErrorCaught(error) }
        fail(error, context: context)
    }

    private func answer(with handler: StatusHandler, context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
            finish(context: context)
        } catch {
            fail(error, context: context)
        }
    }

    /// Passes what came after the hello to the new handlers.
    private func finish(context: ChannelHandlerContext) {
        isDone = true
        deadline?.cancel()
        if received.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(received))
            received = ByteBuffer()
        }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func sendHello(context: ChannelHandlerContext) {
        guard let packet = try? Packet(own) else { return }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        try? PacketCodec.write(packet.body.readableBytesView, into: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func fail(_ error: any Error, context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        deadline?.cancel()
        failed(error)
        context.close(promise: nil)
    }
}
