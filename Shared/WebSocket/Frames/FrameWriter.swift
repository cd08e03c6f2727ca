import NIOCore

/// Appends frames to one buffer, so that a batch of messages is sent with one write.
struct FrameWriter {
    private let isMasking: Bool
    private var keys = MaskingKeySource()

    init(role: WebSocketRole) {
        isMasking = role == .client
    }

    mutating func append(_ opcode: FrameOpcode, _ payload: ByteBuffer, to buffer: inout ByteBuffer) {
        append(opcode, length: payload.readableBytes, to: &buffer) { room in
            payload.withUnsafeReadableBytes { room.copyMemory(from: $0) }
        }
    }

    /// - Parameter content: writes the whole payload into a buffer of exactly that length.
    mutating func append(
        _ opcode: FrameOpcode, length: Int, to buffer: inout ByteBuffer,
        content: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        let header = FrameHeader(isFinal: true, opcode: opcode, length: length, mask: isMasking ? keys.draw() : nil)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: FrameHeader.longest + length) { room in
            let start = header.store(in: room)
            let payload = UnsafeMutableRawBufferPointer(rebasing: room[start..<(start + length)])
            content(payload)
            // Masked in place, while the bytes are still in the processor's nearest cache.
            header.mask?.copy(UnsafeRawBufferPointer(payload), to: payload, offset: 0)
            return start + length
        }
    }

    /// - Parameter code: `noCode`, and any other code that must not be sent, gives a close frame without a code.
    mutating func appendClose(_ code: WebSocketCloseCode, reason: String, to buffer: inout ByteBuffer) {
        var payload = ByteBuffer()
        if code.isSendable {
            payload.writeInteger(code.rawValue)
            var room = 123
            for character in reason {
                room -= character.utf8.count
                if room < 0 { break }
                payload.writeString(String(character))
            }
        }
        append(.close, payload, to: &buffer)
    }
}
