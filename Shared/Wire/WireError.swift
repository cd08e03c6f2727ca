/// Why processes could not communicate: a code for the machine, a sentence for a person, a cause for the log.
public struct WireError: Error, CustomStringConvertible, Sendable {
    /// Stable. A newer peer may send a code that this version does not know, which is no reason to fail.
    public struct Code: RawRepresentable, Hashable, Codable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A packet is larger than `PacketCodec.lengthLimit`. Codes are stable, so this one and the next still say
        /// frame.
        public static let packetTooLarge = Code(rawValue: "frame_too_large")
        /// A packet is not one JSON object, or does not match its type.
        public static let malformedPacket = Code(rawValue: "malformed_frame")
        /// The first packet was no `hello`, or of another protocol version, or came too late.
        public static let badHello = Code(rawValue: "bad_hello")
        /// The peer runs as another user.
        public static let foreignPeer = Code(rawValue: "foreign_peer")
        /// The connection ended before the reply came. The request may have been carried out.
        public static let connectionLost = Code(rawValue: "connection_lost")
        public static let timeout = Code(rawValue: "timeout")
        /// Too much waits to be sent; the message was not queued.
        public static let queueFull = Code(rawValue: "queue_full")
        /// No process of that service is live.
        public static let noInstance = Code(rawValue: "no_instance")
        /// Another process serves that socket.
        public static let socketInUse = Code(rawValue: "socket_in_use")
        /// The socket or its folder cannot be made or reached.
        public static let socketUnusable = Code(rawValue: "socket_unusable")
    }

    public let code: Code
    public let message: String
    public let cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String {
        "\(message) (\(code.rawValue)\(cause.map { ": \($0)" } ?? ""))"
    }
}
