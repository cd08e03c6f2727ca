/// A session's name, `BAT-001`: 2 to 8 capital letters, a hyphen, 3 to 9 digits.
///
/// It becomes part of file paths, so no initialiser skips the check.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(_ text: some StringProtocol) {
        let halves = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard halves.count == 2,
            (2...8).contains(halves[0].count),
            halves[0].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            (3...9).contains(halves[1].count),
            halves[1].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    /// The `number`th session ever: 1 is `BAT-001`. Nil outside 1…999,999,999.
    public init?(number: Int) {
        guard (1...999_999_999).contains(number) else { return nil }
        let digits = String(number)
        self.text = "BAT-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    public var description: String { text }
}

extension SessionID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = SessionID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a session id, like BAT-001")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
