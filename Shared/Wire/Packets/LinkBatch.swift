import NIOCore

/// What one event-loop tick writes to the connection that sessions share. The next tick uses the same buffer.
struct LinkBatch {
    /// A buffer larger than this is released, in bytes.
    private static let capacityKept = 1 << 20

    private var bytes = ByteBuffer()

    init() {}

    /// Appends one message of a session. `content` writes all of it into a buffer of exactly that length.
    ///
    /// - Throws: `WireError` `packetTooLarge`; nothing is written then.
    mutating func append(
        session: Int, length: Int, content: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(WireError) {
        try SessionPacket.write(session: session, messageLength: length, into: &bytes, content: content)
    }

    /// - Throws: `WireError`; nothing is written then.
    mutating func append(_ message: RelayMessage) throws(WireError) {
        try PacketCodec.write(Packet(message).body.readableBytesView, into: &bytes)
    }

    /// Everything so far, to be sent; nil when there is nothing.
    mutating func take() -> ByteBuffer? {
        guard bytes.readableBytes > 0 else { return nil }
        defer { bytes = ByteBuffer() }
        return bytes
    }

    /// Keeps the buffer that was sent, unless something was appended meanwhile.
    ///
    /// - Parameter isSent: false while the channel still holds it. Clearing it then would allocate the capacity of a
    ///   whole batch again, and each of many small batches in the channel would occupy this amount.
    mutating func reuse(_ sent: consuming ByteBuffer, isSent: Bool) {
        guard isSent, bytes.readableBytes == 0, sent.capacity <= Self.capacityKept else { return }
        sent.clear()
        bytes = sent
    }
}

extension Channel {
    /// Whether it holds nothing for the socket. On its event loop.
    var hasSentEverything: Bool {
        (try? syncOptions?.getOption(.bufferedWritableBytes)) == 0
    }
}
