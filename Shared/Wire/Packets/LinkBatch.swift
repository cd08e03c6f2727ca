import NIOCore

/// What one turn of the loop writes to the connection that sessions share. The room serves again for the next turn.
struct LinkBatch {
    /// Above this the room is given back, in bytes.
    private static let roomKept = 1 << 20

    private var bytes = ByteBuffer()

    init() {}

    /// Appends one message of a session, which `content` writes, all of it, into room of just that length.
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

    /// Keeps the room of what was sent, unless something was appended meanwhile.
    ///
    /// - Parameter isSent: false while the channel holds it: to clear it then would make room for a whole batch anew, and one
    ///   small batch after the other would lie in so much of it.
    mutating func reuse(_ sent: consuming ByteBuffer, isSent: Bool) {
        guard isSent, bytes.readableBytes == 0, sent.capacity <= Self.roomKept else { return }
        sent.clear()
        bytes = sent
    }
}

extension Channel {
    /// Whether nothing waits in it for the socket. On its event loop.
    var hasSentEverything: Bool {
        (try? syncOptions?.getOption(.bufferedWritableBytes)) == 0
    }
}
