import Foundation
import JSON
public import NIOCore

/// One message between processes, as it is on the wire.
public struct Packet: Sendable {
    /// One JSON object, UTF-8.
    public let body: ByteBuffer

    public init(body: ByteBuffer) {
        self.body = body
    }

    /// - Throws: `WireError` `malformedPacket` when the message cannot be written as JSON.
    public init(_ message: some Encodable) throws(WireError) {
        do {
            self.body = ByteBuffer(bytes: try JSONEncoder().encode(message))
        } catch {
            throw WireError(.malformedPacket, "message cannot be encoded", cause: error)
        }
    }

    /// Ties a reply to its request.
    public var id: String? { string("id") }

    /// - Throws: `UnknownMessageType` for a type that this version does not know, which must be ignored; `WireError`
    ///   `malformedPacket` for a body that does not match its type.
    public func decode<Message: Decodable>(_ type: Message.Type = Message.self) throws -> Message {
        do {
            return try JSONDecoder().decode(Message.self, from: Data(body.readableBytesView))
        } catch let error as UnknownMessageType {
            throw error
        } catch {
            throw WireError(.malformedPacket, "packet is not a valid \(Message.self)", cause: error)
        }
    }

    private func string(_ key: StaticString) -> String? {
        body.withUnsafeReadableBytes { TopLevelScan.string(key, in: $0) }
    }
}
