public import Domain

/// The first packet each way: the sender, the protocol version, and the connection's purpose.
public struct Hello: Codable, Hashable, Sendable {
    static let protocolVersion = 1

    let type: String
    let `protocol`: Int
    /// A `ServiceName`, as text, because a newer peer may be a service that this version does not know.
    public let service: String
    public let instance: String
    /// The cell that the sender belongs to; nil if it does not say.
    public let cell: String?
    let purpose: Purpose

    /// What the connection is for. `link` on the wire.
    public enum Purpose: String, Codable, Sendable {
        /// Messages with a `type`, one task per connection.
        case control
        /// All sessions of a gateway and a relay on plain channel handlers.
        case sessions
    }

    public init(service: ServiceName, instance: String, purpose: Purpose = .control, cell: String? = nil) {
        self.type = "hello"
        self.protocol = Self.protocolVersion
        self.service = service.rawValue
        self.instance = instance
        self.cell = cell
        self.purpose = purpose
    }

    private enum CodingKeys: String, CodingKey {
        case type, `protocol`, service, instance, cell
        case purpose = "link"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.type = try container.decode(String.self, forKey: .type)
        self.protocol = try container.decode(Int.self, forKey: .protocol)
        self.service = try container.decode(String.self, forKey: .service)
        self.instance = try container.decode(String.self, forKey: .instance)
        self.cell = try container.decodeIfPresent(String.self, forKey: .cell)
        self.purpose = try container.decodeIfPresent(Purpose.self, forKey: .purpose) ?? .control
    }

    /// - Throws: `WireError` `badHello`.
    init(_ packet: Packet) throws(WireError) {
        let hello: Hello
        do {
            hello = try packet.decode()
        } catch {
            throw WireError(.badHello, "first packet is no hello", cause: error)
        }
        guard hello.type == "hello" else { throw WireError(.badHello, "first packet is no hello") }
        guard hello.protocol == Self.protocolVersion else {
            throw WireError(
                .badHello, "peer speaks protocol \(hello.protocol), this process speaks \(Self.protocolVersion)")
        }
        self = hello
    }
}
