import JSON
public import NIOCore

/// A message of one session on the connection that a gateway and a relay share: `{"s":17,"m":<message>}`.
///
/// Built and read on bytes: the audio path allocates nothing for it.
public struct SessionPacket: Sendable {
    /// The number that `attach` gave the session, unique on its connection.
    public let session: Int
    /// Where the message lies in the body: one client or server message, JSON, verbatim.
    public let message: Range<Int>

    private static let head: StaticString = #"{"s":"#
    private static let middle: StaticString = #","m":"#

    /// Reads the body of a packet; nil when it is no session packet (then it has a `type`).
    ///
    /// The shape that `write` gives is recognised by its first bytes, and everything up to the last byte is the
    /// message: nothing inside a client's message can pass for another session's number. Other spellings take a slower
    /// path.
    public init?(_ body: UnsafeRawBufferPointer) {
        guard let packet = Self.plain(body) ?? Self.scanned(body) else { return nil }
        self = packet
    }

    private init(session: Int, message: Range<Int>) {
        self.session = session
        self.message = message
    }

    /// Appends the whole packet, length included.
    ///
    /// - Parameters:
    ///   - messageLength: of the message in bytes.
    ///   - content: writes all of the message into a buffer of exactly that length.
    /// - Throws: `WireError` `packetTooLarge`; nothing is written then.
    public static func write(
        session: Int, messageLength: Int, into buffer: inout ByteBuffer,
        content: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(WireError) {
        let digits = DecimalText.length(of: session)
        let length = head.utf8CodeUnitCount + digits + middle.utf8CodeUnitCount + messageLength + 1
        guard session >= 0, messageLength >= 0, length <= PacketCodec.lengthLimit, let header = UInt32(exactly: length)
        else {
            throw WireError(.packetTooLarge, "session packet of \(length) bytes")
        }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: PacketCodec.headerLength + length) { bytes in
            bytes.storeBytes(of: header.bigEndian, as: UInt32.self)
            var end = PacketCodec.headerLength
            bytes.put(head, at: &end)
            DecimalText.write(session, to: UnsafeMutableRawBufferPointer(rebasing: bytes[end..<(end + digits)]))
            end += digits
            bytes.put(middle, at: &end)
            content(UnsafeMutableRawBufferPointer(rebasing: bytes[end..<(end + messageLength)]))
            bytes[end + messageLength] = UInt8(ascii: "}")
            return PacketCodec.headerLength + length
        }
    }

    // MARK: Reading

    /// A body of the shape that `write` gives.
    private static func plain(_ body: UnsafeRawBufferPointer) -> SessionPacket? {
        // {"s":0,"m":0} is the shortest.
        guard body.count >= 13, body.has(head, at: 0), body[body.count - 1] == UInt8(ascii: "}") else { return nil }
        var index = head.utf8CodeUnitCount
        var session = 0
        while index < min(body.count, head.utf8CodeUnitCount + 10), (0x30...0x39).contains(body[index]) {
            session = session * 10 + Int(body[index] - 0x30)
            index += 1
        }
        guard index > head.utf8CodeUnitCount, index + middle.utf8CodeUnitCount < body.count - 1,
            body.has(middle, at: index)
        else { return nil }
        return SessionPacket(session: session, message: (index + middle.utf8CodeUnitCount)..<(body.count - 1))
    }

    private static func scanned(_ body: UnsafeRawBufferPointer) -> SessionPacket? {
        var session: Int?
        var message: Range<Int>?
        var scan = TopLevelScan(body)
        while let member = scan.next() {
            if body.is("s", at: member.key) {
                session = Int(String(decoding: body[member.verbatim], as: UTF8.self))
            } else if body.is("m", at: member.key) {
                message = member.verbatim
            }
        }
        guard scan.isComplete, let session, session >= 0, let message else { return nil }
        return SessionPacket(session: session, message: message)
    }
}
