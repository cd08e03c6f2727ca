public import NIOCore

/// Frames on the wire: 4-byte big-endian length, then that many bytes of UTF-8 JSON, one object.
public enum FrameCodec {
    /// Bytes in the body of one frame, at most.
    public static let lengthLimit = 16 * 1024 * 1024
    public static let headerLength = 4

    /// Takes the body of the next frame off `buffer`; nil while it is not complete.
    ///
    /// - Throws: `WireError` `frameTooLarge` as soon as the length is known, `malformedFrame` for what is no object.
    ///   The rest of the stream cannot be understood after either.
    public static func readFrame(
        from buffer: inout ByteBuffer, limit: Int = lengthLimit
    ) throws(WireError) -> ByteBuffer? {
        guard let header = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        let length = Int(header)
        guard length <= limit else {
            throw WireError(.frameTooLarge, "frame of \(length) bytes, at most \(limit) are allowed")
        }
        guard let body = buffer.getSlice(at: buffer.readerIndex + headerLength, length: length) else { return nil }
        guard body.getInteger(at: body.readerIndex, as: UInt8.self) == UInt8(ascii: "{") else {
            throw WireError(.malformedFrame, "frame is not a JSON object")
        }
        buffer.moveReaderIndex(forwardBy: headerLength + length)
        return body
    }

    /// Appends a whole frame.
    ///
    /// - Throws: `WireError` `frameTooLarge`; nothing is written then.
    public static func write(_ body: some Collection<UInt8>, into buffer: inout ByteBuffer) throws(WireError) {
        guard let header = UInt32(exactly: body.count), body.count <= lengthLimit else {
            throw WireError(.frameTooLarge, "frame of \(body.count) bytes, at most \(lengthLimit) are allowed")
        }
        buffer.reserveCapacity(minimumWritableBytes: headerLength + body.count)
        buffer.writeInteger(header)
        buffer.writeBytes(body)
    }
}
