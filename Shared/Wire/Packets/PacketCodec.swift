public import NIOCore

/// Packets on the wire: 4-byte big-endian length, then that many bytes of UTF-8 JSON, one object.
public enum PacketCodec {
    /// Maximum size of the body of one packet, in bytes.
    static let lengthLimit = 16 * 1024 * 1024
    static let headerLength = 4

    /// Takes the body of the next packet off `buffer`; nil while it is not complete.
    ///
    /// - Throws: as `bodyLength(in:limit:)`.
    static func readPacket(
        from buffer: inout ByteBuffer, limit: Int = lengthLimit
    ) throws(WireError) -> ByteBuffer? {
        let measured = buffer.withUnsafeReadableBytes { bytes in
            Result { () throws(WireError) in try bodyLength(in: bytes, limit: limit) }
        }
        guard let length = try measured.get(),
            let body = buffer.getSlice(at: buffer.readerIndex + headerLength, length: length)
        else { return nil }
        buffer.moveReaderIndex(forwardBy: headerLength + length)
        return body
    }

    /// Bytes in the body of the packet that `bytes` begin with; nil while it is not complete.
    ///
    /// - Throws: `WireError` `packetTooLarge` as soon as the length is known, `malformedPacket` for a body that is no
    ///   object. After either the rest of the stream is meaningless.
    static func bodyLength(in bytes: UnsafeRawBufferPointer, limit: Int = lengthLimit) throws(WireError) -> Int? {
        guard bytes.count >= headerLength else { return nil }
        let length = Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard length <= limit else {
            throw WireError(.packetTooLarge, "packet of \(length) bytes, at most \(limit) are allowed")
        }
        guard bytes.count - headerLength >= length else { return nil }
        guard length > 0, bytes[headerLength] == UInt8(ascii: "{") else {
            throw WireError(.malformedPacket, "packet is not a JSON object")
        }
        return length
    }

    /// Appends a whole packet.
    ///
    /// - Throws: `WireError` `packetTooLarge`; nothing is written then.
    public static func write(_ body: some Collection<UInt8>, into buffer: inout ByteBuffer) throws(WireError) {
        guard let header = UInt32(exactly: body.count), body.count <= lengthLimit else {
            throw WireError(.packetTooLarge, "packet of \(body.count) bytes, at most \(lengthLimit) are allowed")
        }
        buffer.reserveCapacity(minimumWritableBytes: headerLength + body.count)
        buffer.writeInteger(header)
        buffer.writeBytes(body)
    }
}
