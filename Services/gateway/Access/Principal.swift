/// What an API key may do, least powerful first.
enum Role: String, CaseIterable, Comparable, Codable {
    /// Creates sessions, and sees those it created.
    case client
    /// Sees everything, changes nothing.
    case viewer
    /// Everything, exports included.
    case admin

    static func < (left: Role, right: Role) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// The authenticated caller.
struct Principal: Hashable, Sendable {
    /// Name of the API key; `local` if there are no keys.
    var name: String
    var role: Role

    /// The one user of a gateway without keys, which serves loopback only.
    static let local = Principal(name: "local", role: .admin)

    /// True for clients; the other roles see the sessions of all callers.
    var seesOnlyOwn: Bool { role == .client }
    var mayCreate: Bool { role != .viewer }
}
