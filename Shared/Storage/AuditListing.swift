public import Domain
package import Foundation

/// Which entries of the audit. Nil means any.
public struct AuditFilter: Hashable, Sendable {
    public var sessionId: SessionID?
    public var actor: String?

    public init(sessionId: SessionID? = nil, actor: String? = nil) {
        self.sessionId = sessionId
        self.actor = actor
    }
}

public struct AuditPage: Sendable {
    public var items: [AuditEntry]
    /// Opaque; nil on the last page.
    public var nextCursor: String?

    public init(items: [AuditEntry], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }
}

extension AuditEntry {
    /// What repeated looks have in common within a stretch of time; nil if the entry is stored in any case.
    package func once(per window: TimeInterval?) -> String? {
        guard let window, window > 0 else { return nil }
        let stretch = Int(exactly: (time.timeIntervalSince1970 / window).rounded(.down)) ?? 0
        // Of looks at many the detail says at which.
        return "\(actor)\n\(action)\n\(sessionId?.text ?? detail ?? "")\n\(stretch)"
    }
}
