/// A packet whose type this version does not know. Ignore it, so that old and new processes run side by side.
public struct UnknownMessageType: Error, Hashable, Sendable, CustomStringConvertible {
    public let type: String

    public init(type: String) {
        self.type = type
    }

    public var description: String { "unknown message type \(type.prefix(64))" }
}
