import Secrets

/// Where a span belongs: its trace, which is a session, and the span above it.
public struct TraceContext: Hashable, Sendable {
    /// 32 hexadecimal digits.
    public let trace: String
    /// 16 hexadecimal digits.
    public let span: String

    init(trace: String, span: String) {
        self.trace = trace
        self.span = span
    }

    /// The call of a session, which all spans of the session are below. Follows from the hash of the session's token,
    /// so that a process that takes the session over, or finds its job without a message, is in the same trace.
    public init(ofCall tokenHash: String) {
        let digest = SHA256.hex(of: "trace \(tokenHash)")
        trace = String(digest.prefix(32))
        span = String(digest.dropFirst(32).prefix(16))
    }

    /// - Parameter traceparent: as between processes; nil for anything else.
    public init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00", Self.isHex(parts[1], 32), Self.isHex(parts[2], 16) else { return nil }
        trace = String(parts[1])
        span = String(parts[2])
    }

    /// W3C Trace Context.
    public var traceparent: String { "00-\(trace)-\(span)-01" }

    private static func isHex(_ text: Substring, _ length: Int) -> Bool {
        text.utf8.count == length && text.utf8.contains { $0 != UInt8(ascii: "0") }
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
