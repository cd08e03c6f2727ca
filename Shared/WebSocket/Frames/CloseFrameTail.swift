import NIOCore

/// Finds the peer's close frame after a violation, when the borders between its frames are lost.
enum CloseFrameTail {
    /// Whether the bytes end with a close frame.
    static func ends(_ bytes: ByteBuffer, receivedBy role: WebSocketRole) -> Bool {
        let mask = role == .server ? 4 : 0
        let masked: UInt8 = role == .server ? 0x80 : 0
        for length in 0...125 where length != 1 {
            let start = bytes.writerIndex - (2 + mask + length)
            guard start >= bytes.readerIndex else { return false }
            guard bytes.getInteger(at: start, as: UInt16.self) == 0x8800 | UInt16(masked) | UInt16(length) else {
                continue
            }
            guard length > 0 else { return true }
            let key = mask > 0 ? bytes.getInteger(at: start + 2, as: UInt16.self) ?? 0 : 0
            if let code = bytes.getInteger(at: start + 2 + mask, as: UInt16.self),
                WebSocketCloseCode(rawValue: code ^ key).isSendable
            {
                return true
            }
        }
        return false
    }
}
