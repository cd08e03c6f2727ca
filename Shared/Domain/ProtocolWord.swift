/// A word that stands in messages and records. Those that we know have a name; others are kept as they came, because an
/// older or newer process may have written them.
public protocol ProtocolWord: RawRepresentable, Codable, Hashable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
where RawValue == String, StringLiteralType == String {
    init(rawValue: String)
}

extension ProtocolWord {
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }

    public var description: String { rawValue }
}
