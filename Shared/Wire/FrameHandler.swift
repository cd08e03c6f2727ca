public import NIOCore

/// Cuts the incoming bytes into frame bodies and flushes once per read batch.
///
/// What goes out passes through untouched: writers append whole frames, as many as a batch holds, to one buffer
/// (`FrameCodec.write`, `SessionFrame.write`), write it, and leave the flush to this handler. Written by hand because
/// system calls are the cost at this message size, and the ready-made handlers flush per message.
///
/// A frame that is too large or no object is an `errorCaught` with a `WireError`, then the channel closes.
public final class FrameHandler: ChannelInboundHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = ByteBuffer

    private var pending: ByteBuffer?
    private var hasFailed = false

    public init() {}

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        var bytes = unwrapInboundIn(data)
        if var earlier = pending.take() {
            earlier.writeBuffer(&bytes)
            bytes = earlier
        }
        do {
            while let body = try FrameCodec.readFrame(from: &bytes) {
                context.fireChannelRead(wrapInboundOut(body))
            }
        } catch {
            hasFailed = true
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        guard bytes.readableBytes > 0 else { return }
        // A copy of the tail, so that it does not keep a whole receive buffer.
        var tail = context.channel.allocator.buffer(capacity: max(2048, bytes.readableBytes))
        tail.writeBuffer(&bytes)
        pending = tail
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        context.flush()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        if let pending = pending.take(), pending.readableBytes > 0, !hasFailed {
            context.fireErrorCaught(WireError(.connectionLost, "connection ended in the middle of a frame"))
        }
        context.fireChannelInactive()
    }
}
