import NIOCore

/// Takes packets as bytes, before they become messages: the audio path of the connection that sessions share.
protocol PacketReceiver: AnyObject {
    /// A packet's body, which lasts until the call returns.
    ///
    /// - Returns: false for a packet that must go down the pipeline.
    func receive(_ body: UnsafeRawBufferPointer) -> Bool
}

/// Cuts the incoming bytes into packet bodies and flushes once per read batch.
///
/// Outbound bytes pass through unchanged: writers append whole packets, as many as a batch holds, to one buffer
/// (`PacketCodec.write`, `LinkBatch`) and write it. What they did not flush is flushed here. NIO's ready-made handlers
/// flush per message, and at this message size system calls are the cost.
///
/// A packet that is too large or no object is an `errorCaught` with a `WireError`; then the channel closes.
final class PacketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Gets every packet first. Held until the channel ends.
    var receiver: (any PacketReceiver)?
    private var pending: ByteBuffer?
    private var hasFailed = false
    /// The receiver of a packet may close the channel; the packets after it are dropped then.
    private var isOver = false

    init() {}

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        var bytes = unwrapInboundIn(data)
        do {
            if var begun = pending.take() {
                guard try Self.complete(&begun, from: &bytes) else {
                    pending = begun
                    return
                }
                try handOn(&begun, context)
            }
            try handOn(&bytes, context)
        } catch {
            hasFailed = true
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        guard !isOver, bytes.readableBytes > 0 else { return }
        // A copy of the tail, which does not retain a whole receive buffer.
        var tail = context.channel.allocator.buffer(capacity: max(2048, bytes.readableBytes))
        tail.writeBuffer(&bytes)
        pending = tail
    }

    /// Appends the missing bytes of a packet to its beginning, and none of the bytes after it: those are read in place.
    ///
    /// - Returns: whether the packet is complete now, or known to be too large.
    private static func complete(_ begun: inout ByteBuffer, from bytes: inout ByteBuffer) throws(WireError) -> Bool {
        while true {
            let wanted =
                begun.getInteger(at: begun.readerIndex, as: UInt32.self).map { PacketCodec.headerLength + Int($0) }
                ?? PacketCodec.headerLength
            guard wanted <= PacketCodec.headerLength + PacketCodec.lengthLimit else { return true }
            let missing = wanted - begun.readableBytes
            guard missing > 0 else { return true }
            guard var part = bytes.readSlice(length: min(missing, bytes.readableBytes)), part.readableBytes > 0 else {
                return false
            }
            begun.writeBuffer(&part)
        }
    }

    private func handOn(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) throws {
        while !isOver {
            let length = try bytes.withUnsafeReadableBytes { try handOver($0) }
            bytes.moveReaderIndex(forwardBy: length.taken)
            guard length.next > 0 else { break }
            if let body = try PacketCodec.readPacket(from: &bytes) { context.fireChannelRead(wrapInboundOut(body)) }
        }
    }

    /// Hands packets to the receiver, up to the first that it refuses.
    ///
    /// - Returns: the bytes of those that it took, and of the next packet, 0 when that is not complete.
    private func handOver(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> (taken: Int, next: Int) {
        var start = 0
        while !isOver {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let length = try PacketCodec.bodyLength(in: rest) else { return (start, 0) }
            let end = PacketCodec.headerLength + length
            let body = UnsafeRawBufferPointer(rebasing: rest[PacketCodec.headerLength..<end])
            guard let receiver, receiver.receive(body) else { return (start, end) }
            start += end
        }
        return (start, 0)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        context.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        receiver = nil
        if let pending = pending.take(), pending.readableBytes > 0, !hasFailed {
            context.fireErrorCaught(WireError(.connectionLost, "connection ended in the middle of a packet"))
        }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { receiver = nil }
}
