public import NIOCore
public import Wire

/// A session's frame as a value, for tests that keep what they get.
public struct SessionMessage: Sendable {
    public let session: Int
    public let message: ByteBuffer

    /// Nil for a frame of another kind.
    public init?(_ body: ByteBuffer) {
        let frame = body.withUnsafeReadableBytes { SessionFrame($0) }
        guard let frame,
            let message = body.getSlice(at: body.readerIndex + frame.message.lowerBound, length: frame.message.count)
        else { return nil }
        self.session = frame.session
        self.message = message
    }
}

extension SessionFrame {
    /// The message as a buffer.
    public static func write(session: Int, message: ByteBuffer, into buffer: inout ByteBuffer) throws(WireError) {
        try write(session: session, messageLength: message.readableBytes, into: &buffer) { room in
            message.withUnsafeReadableBytes { room.copyMemory(from: $0) }
        }
    }
}
