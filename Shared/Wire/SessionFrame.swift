public import NIOCore

/// A message of one session on the connection that a gateway and a relay share: `{"s":17,"m":<message>}`.
///
/// Built and read on bytes: the audio path allocates no tree and no string for it.
public struct SessionFrame: Sendable {
    /// The number that `attach` gave the session, unique on its connection.
    public let session: Int
    /// One client or server message, JSON, verbatim.
    public let message: ByteBuffer

    private static let head = Array(#"{"s":"#.utf8)
    private static let middle = Array(#","m":"#.utf8)

    /// Reads the body of a frame; nil when it is no session frame (then it has a `type`).
    ///
    /// The shape that `write` gives is recognised by its first bytes, and everything up to the last byte is the message:
    /// nothing inside a client's message can pass for another session's number. Other spellings take a slower path.
    public init?(_ body: ByteBuffer) {
        guard let (session, start) = Self.number(in: body),
            let message = body.getSlice(at: start, length: body.writerIndex - 1 - start)
        else {
            guard let slow = Self.scanned(body) else { return nil }
            self = slow
            return
        }
        self.session = session
        self.message = message
    }

    private init(session: Int, message: ByteBuffer) {
        self.session = session
        self.message = message
    }

    /// Appends the whole frame, length included.
    ///
    /// - Throws: `WireError` `frameTooLarge`; nothing is written then.
    public static func write(session: Int, message: ByteBuffer, into buffer: inout ByteBuffer) throws(WireError) {
        try write(session: session, messageLength: message.readableBytes, into: &buffer) {
            $0.writeImmutableBuffer(message)
        }
    }

    /// Appends the whole frame, its message written by `content`, which must append exactly `messageLength` bytes.
    public static func write(
        session: Int, messageLength: Int, into buffer: inout ByteBuffer, content: (inout ByteBuffer) -> Void
    ) throws(WireError) {
        let length = head.count + digits(of: session) + middle.count + messageLength + 1
        guard session >= 0, messageLength >= 0, length <= FrameCodec.lengthLimit, let header = UInt32(exactly: length)
        else {
            throw WireError(.frameTooLarge, "session frame of \(length) bytes")
        }
        buffer.reserveCapacity(minimumWritableBytes: FrameCodec.headerLength + length)
        buffer.writeInteger(header)
        buffer.writeBytes(head)
        writeDecimal(session, into: &buffer)
        buffer.writeBytes(middle)
        content(&buffer)
        buffer.writeInteger(UInt8(ascii: "}"))
    }

    /// The session's number and the index at which the message begins, when the body has the shape that `write` gives.
    private static func number(in body: ByteBuffer) -> (session: Int, start: Int)? {
        body.withUnsafeReadableBytes { bytes in
            // {"s":0,"m":0} is the shortest.
            guard bytes.count >= 13, bytes.prefix(head.count).elementsEqual(head),
                bytes[bytes.count - 1] == UInt8(ascii: "}")
            else { return nil }
            var index = head.count
            var session = 0
            while index < min(bytes.count, head.count + 10), (0x30...0x39).contains(bytes[index]) {
                session = session * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            guard index > head.count, index + middle.count < bytes.count - 1,
                bytes[index..<(index + middle.count)].elementsEqual(middle)
            else { return nil }
            return (session, body.readerIndex + index + middle.count)
        }
    }

    private static func scanned(_ body: ByteBuffer) -> SessionFrame? {
        body.withUnsafeReadableBytes { bytes in
            var session: Int?
            var message: Range<Int>?
            let isObject = TopLevelScan.members(of: bytes) { key, value in
                guard key.count == 1 else { return true }
                if bytes[key.lowerBound] == UInt8(ascii: "s") {
                    session = Int(String(decoding: bytes[value], as: UTF8.self))
                } else if bytes[key.lowerBound] == UInt8(ascii: "m") {
                    message = value
                }
                return true
            }
            guard isObject, let session, session >= 0, let message,
                let slice = body.getSlice(at: body.readerIndex + message.lowerBound, length: message.count)
            else { return nil }
            return SessionFrame(session: session, message: slice)
        }
    }

    private static func digits(of number: Int) -> Int {
        var count = 1
        var rest = number / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    private static func writeDecimal(_ number: Int, into buffer: inout ByteBuffer) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            buffer.writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
