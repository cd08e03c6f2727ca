public import NIOCore
public import Wire

/// A session packet as a value, for tests that keep what they receive.
public struct SessionMessage: Sendable {
    public let session: Int
    public let message: ByteBuffer

    /// Nil for a packet of another kind.
    public init?(_ body: ByteBuffer) {
        let packet = body.withUnsafeReadableBytes { SessionPacket($0) }
        guard let packet,
            let message = body.getSlice(at: body.readerIndex + packet.message.lowerBound, length: packet.message.count)
        else { return nil }
        self.session = packet.session
        self.message = message
    }
}

extension SessionPacket {
    /// The message as a buffer.
    public static func write(session: Int, message: ByteBuffer, into buffer: inout ByteBuffer) throws(WireError) {
        try write(session: session, messageLength: message.readableBytes, into: &buffer) { buffer in
            message.withUnsafeReadableBytes { buffer.copyMemory(from: $0) }
        }
    }
}
