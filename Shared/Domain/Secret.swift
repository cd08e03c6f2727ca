public import Synchronization

/// A key for another server, which may change while the process runs. It never shows itself in a log.
public final class Secret: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    private let kept: Mutex<String>

    public init(_ text: String) {
        kept = Mutex(text)
    }

    public convenience init(stringLiteral text: String) { self.init(text) }

    /// As it is now. Ask each time it is needed.
    public var text: String { kept.withLock { $0 } }

    /// - Returns: whether this is another text than before.
    public func replace(with text: String) -> Bool {
        kept.withLock { kept in
            defer { kept = text }
            return kept != text
        }
    }

    public var description: String { "…" }
}
