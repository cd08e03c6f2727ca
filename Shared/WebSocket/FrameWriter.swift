import NIOCore

/// Appends frames to one buffer, so that a batch of messages leaves in one write.
struct FrameWriter {
    private let role: WebSocketRole
    private var keys = MaskingKeySource?.none

    init(role: WebSocketRole) {
        self.role = role
        if role == .client { keys = MaskingKeySource() }
    }

    mutating func append(_ opcode: FrameOpcode, _ payload: ByteBuffer, to buffer: inout ByteBuffer) {
        let count = payload.readableBytes
        let mask = keys?.draw()
        buffer.reserveCapacity(minimumWritableBytes: FrameHeader.longest + count)
        FrameHeader(isFinal: true, opcode: opcode, length: count, mask: mask).write(to: &buffer)
        guard let mask else {
            buffer.writeImmutableBuffer(payload)
            return
        }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            payload.withUnsafeReadableBytes { mask.copy($0, to: room, offset: 0) }
            return count
        }
    }

    /// - Parameter code: `noCode` (and any other that may not be sent) makes a close frame without one.
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
