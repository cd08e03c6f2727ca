import NIOCore

/// The 2 to 14 bytes in front of a frame's payload.
struct FrameHeader: Hashable {
    static let longest = 14

    var isFinal: Bool
    var opcode: FrameOpcode
    var length: Int
    var mask: MaskingKey?

    /// Reads a header and checks what can be checked without knowing the frames before it.
    ///
    /// - Returns: the header and its own length, or nil if `bytes` does not contain all of it yet.
    /// - Throws: `WebSocketFailure.violation` with 1002.
    static func parse(_ bytes: ByteBuffer, receivedBy role: WebSocketRole) throws(WebSocketFailure) -> (Self, Int)? {
        guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self),
            let second = bytes.getInteger(at: bytes.readerIndex + 1, as: UInt8.self)
        else { return nil }
        guard first & 0x70 == 0 else { throw .violation(.protocolError, "reserved bits are set") }
        guard let opcode = FrameOpcode(rawValue: first & 0x0F) else {
            throw .violation(.protocolError, "reserved opcode")
        }
        let isMasked = second & 0x80 != 0
        guard isMasked == (role == .server) else {
            throw .violation(.protocolError, isMasked ? "a server frame is masked" : "a client frame is not masked")
        }
        let isFinal = first & 0x80 != 0
        var size = 2
        var length = Int(second & 0x7F)
        if opcode.isControl {
            guard length <= 125 else { throw .violation(.protocolError, "a control frame is longer than 125 bytes") }
            guard isFinal else { throw .violation(.protocolError, "a control frame is fragmented") }
        }
        if length == 126 {
            guard let word = bytes.getInteger(at: bytes.readerIndex + 2, as: UInt16.self) else { return nil }
            guard word > 125 else { throw .violation(.protocolError, "a length is not in its shortest form") }
            length = Int(word)
            size += 2
        } else if length == 127 {
            guard let long = bytes.getInteger(at: bytes.readerIndex + 2, as: UInt64.self) else { return nil }
            guard long > 0xFFFF else { throw .violation(.protocolError, "a length is not in its shortest form") }
            guard long >> 63 == 0 else { throw .violation(.protocolError, "a length has its top bit set") }
            length = Int(long)
            size += 8
        }
        var mask: MaskingKey?
        if isMasked {
            guard let word = bytes.getInteger(at: bytes.readerIndex + size, endianness: .host, as: UInt32.self) else {
                return nil
            }
            mask = MaskingKey(word: word)
            size += 4
        }
        return (FrameHeader(isFinal: isFinal, opcode: opcode, length: length, mask: mask), size)
    }

    /// Writes the header to the beginning of `room`, which has at least `longest` bytes.
    ///
    /// - Returns: its length.
    func store(in room: UnsafeMutableRawBufferPointer) -> Int {
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        room[0] = (isFinal ? 0x80 : 0) | opcode.rawValue
        var size = 2
        switch length {
        case ...125: room[1] = maskBit | UInt8(truncatingIfNeeded: length)
        case ...0xFFFF:
            room[1] = maskBit | 126
            room.storeBytes(of: UInt16(truncatingIfNeeded: length).bigEndian, toByteOffset: 2, as: UInt16.self)
            size = 4
        default:
            room[1] = maskBit | 127
            room.storeBytes(of: UInt64(length).bigEndian, toByteOffset: 2, as: UInt64.self)
            size = 10
        }
        if let mask {
            room.storeBytes(of: mask.word, toByteOffset: size, as: UInt32.self)
            size += 4
        }
        return size
    }
}
