import NIOCore

/// Turns the bytes of a connection into messages and control frames, and refuses what RFC 6455 or the limits forbid:
/// masking by role, reserved bits and opcodes, control frames, the order of fragments, close codes, UTF-8, sizes at the
/// header.
///
/// It never waits for more bytes than the header announces, and holds at most one message of `maxMessageBytes`.
struct FrameReader {
    enum Event: Hashable {
        case message(WebSocketMessage)
        case ping(ByteBuffer)
        case pong
    }

    /// In bytes. A message buffer with a larger capacity is released after the message; a tenth of a second of audio
    /// fits.
    private static let roomKept = 8_192

    /// What a fragment counts as at least, in bytes.
    private static let leastFragment = 256

    private let role: WebSocketRole
    private let maxMessageBytes: Int

    private var partialHeader = ByteBuffer()
    private var frame: FrameHeader?
    private var frameBytesRead = 0
    /// The received part of a fragmented message, or of a frame that spans several reads.
    private var message = ByteBuffer()
    private var messageOpcode: FrameOpcode?
    /// The contents of `message` have been returned and are no longer needed here.
    private var isMessageHandedOut = false
    /// What the fragments of the message count as, in bytes.
    private var cost = 0
    private var control = ByteBuffer()

    init(role: WebSocketRole, maxMessageBytes: Int) {
        self.role = role
        self.maxMessageBytes = maxMessageBytes
    }

    /// The next event in `bytes`, or nil when all of `bytes` is consumed.
    mutating func next(from bytes: inout ByteBuffer) throws(WebSocketFailure) -> Event? {
        if isMessageHandedOut { forgetMessage() }
        while true {
            if frame == nil {
                guard let header = try readHeader(from: &bytes) else { return nil }
                try check(header)
                frame = header
                frameBytesRead = 0
            }
            guard let header = frame else { return nil }
            if header.mask == nil, header.isFinal, header.opcode != .continuation, frameBytesRead == 0,
                let whole = bytes.readSlice(length: header.length)
            {
                frame = nil
                messageOpcode = header.opcode.isControl ? messageOpcode : nil
                return try event(header.opcode, payload: whole)
            }
            readPayload(of: header, from: &bytes)
            guard frameBytesRead == header.length else { return nil }
            frame = nil
            if header.opcode.isControl {
                let payload = control
                control = ByteBuffer()
                return try event(header.opcode, payload: payload)
            }
            if header.isFinal, let opcode = messageOpcode {
                messageOpcode = nil
                isMessageHandedOut = true
                return try event(opcode, payload: message)
            }
        }
    }

    /// Keeps the buffer for the next message, unless the last one was large.
    private mutating func forgetMessage() {
        isMessageHandedOut = false
        if message.capacity > Self.roomKept { message = ByteBuffer() } else { message.clear() }
    }

    private mutating func readHeader(from bytes: inout ByteBuffer) throws(WebSocketFailure) -> FrameHeader? {
        if partialHeader.readableBytes == 0 {
            if let (header, size) = try FrameHeader.parse(bytes, receivedBy: role) {
                bytes.moveReaderIndex(forwardBy: size)
                return header
            }
            partialHeader = bytes
            bytes.moveReaderIndex(to: bytes.writerIndex)
            return nil
        }
        while let byte = bytes.readInteger(as: UInt8.self) {
            partialHeader.writeInteger(byte)
            if let (header, _) = try FrameHeader.parse(partialHeader, receivedBy: role) {
                partialHeader = ByteBuffer()
                return header
            }
        }
        return nil
    }

    /// Checks a header against the frames before it, and starts a message if it begins one.
    private mutating func check(_ header: FrameHeader) throws(WebSocketFailure) {
        guard !header.opcode.isControl else { return }
        if header.opcode == .continuation {
            guard messageOpcode != nil else { throw .violation(.protocolError, "a continuation continues nothing") }
        } else {
            guard messageOpcode == nil else {
                throw .violation(.protocolError, "a message begins before the last one has ended")
            }
            messageOpcode = header.opcode
            cost = 0
        }
        guard header.length <= maxMessageBytes - message.readableBytes else {
            throw .violation(.tooBig, "a message is larger than \(maxMessageBytes) bytes")
        }
        // Only now is the length known to be small enough to be added. The last fragment of any message may be small.
        cost += header.isFinal ? header.length : max(header.length, Self.leastFragment)
        guard cost <= maxMessageBytes else {
            throw .violation(.tooBig, "a message comes in too many small fragments")
        }
    }

    private mutating func readPayload(of header: FrameHeader, from bytes: inout ByteBuffer) {
        let count = min(header.length - frameBytesRead, bytes.readableBytes)
        guard count > 0 else { return }
        let offset = frameBytesRead
        func append(to destination: inout ByteBuffer) {
            destination.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
                bytes.withUnsafeReadableBytes { source in
                    let source = UnsafeRawBufferPointer(rebasing: source[..<count])
                    if let mask = header.mask {
                        mask.copy(source, to: room, offset: offset)
                    } else {
                        room.copyMemory(from: source)
                    }
                }
                return count
            }
        }
        if header.opcode.isControl { append(to: &control) } else { append(to: &message) }
        bytes.moveReaderIndex(forwardBy: count)
        frameBytesRead += count
    }

    private func event(_ opcode: FrameOpcode, payload: ByteBuffer) throws(WebSocketFailure) -> Event {
        switch opcode {
        case .text:
            guard UTF8Check.isValid(payload) else { throw .violation(.invalidData, "a text message is not UTF-8") }
            return .message(.text(payload))
        case .binary, .continuation: return .message(.binary(payload))
        case .ping: return .ping(payload)
        case .pong: return .pong
        case .close: return .message(try Self.close(payload))
        }
    }

    private static func close(_ payload: ByteBuffer) throws(WebSocketFailure) -> WebSocketMessage {
        var payload = payload
        guard payload.readableBytes > 0 else { return .close(.noCode) }
        guard let raw = payload.readInteger(as: UInt16.self) else {
            throw .violation(.protocolError, "a close frame holds half a code")
        }
        let code = WebSocketCloseCode(rawValue: raw)
        guard code.isSendable else { throw .violation(.protocolError, "\(raw) is not a close code") }
        guard UTF8Check.isValid(payload) else { throw .violation(.invalidData, "a close reason is not UTF-8") }
        return .close(code, reason: String(buffer: payload))
    }
}
