/// The messages of one client connection that have no effect: of an unknown type, not JSON, or otherwise unreadable.
///
/// The first of each kind is answered, so that the client's developer learns of it; the rest cost nothing but their
/// reading. Only a flood ends the connection.
public struct UselessMessages: Sendable {
    public enum Reaction: Hashable, Sendable {
        /// Say what is wrong.
        case tell
        case ignore
        /// End the connection.
        case close
    }

    /// Maximum number within a second; more are a flood.
    public static let mostPerSecond = 50
    /// Maximum number of kinds that are answered. A kind may contain words of the client, so there is no end of them.
    public static let mostKinds = 20

    private var told: Set<String> = []
    /// When the second that is being counted began, in milliseconds.
    private var second = 0
    private var count = 0

    public init() {}

    /// - Parameters:
    ///   - kind: what is wrong with the message.
    ///   - now: in milliseconds, by any clock that only goes forward.
    public mutating func take(_ kind: String, at now: Int) -> Reaction {
        if count == 0 || now - second >= 1_000 {
            second = now
            count = 0
        }
        count += 1
        guard count <= Self.mostPerSecond else { return .close }
        guard told.count < Self.mostKinds, told.insert(kind).inserted else { return .ignore }
        return .tell
    }
}
