/// What an API key may do, least first.
enum Role: String, CaseIterable, Comparable, Codable {
    /// Makes sessions, and sees those it made.
    case client
    /// Sees everything, changes nothing.
    case viewer
    /// Everything, exports included.
    case admin

    static func < (left: Role, right: Role) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// Who asks.
struct Principal: Hashable, Sendable {
    /// Name of the API key; `local` where there are no keys.
    var name: String
    var role: Role

    /// The one user of a gateway without keys, which serves loopback only.
    static let local = Principal(name: "local", role: .admin)

    /// Sessions of others: none for a client, all for the rest.
    var seesOnlyOwn: Bool { role == .client }
    var mayCreate: Bool { role != .viewer }
}
