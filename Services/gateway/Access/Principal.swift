/// What a caller may do, least powerful first. `Routes` says which endpoints each may use.
enum Role: String, CaseIterable, Comparable, Codable {
    /// The holder of a ticket: one trainee's page. No API key has this role.
    case trainee
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
    /// Name of the API key, with a ticket of the key that issued it; `local` if there are no keys.
    var name: String
    var role: Role
    /// What the caller's ticket is bound to; nil for every role but `trainee`.
    var bounds: Ticket.Bounds?

    /// The one user of a gateway without keys, which serves loopback only.
    static let local = Principal(name: "local", role: .admin)

    /// A web page of another origin that uses a gateway without keys. Each origin has its own sessions.
    static func page(of origin: String) -> Principal {
        Principal(name: "page:\(WebOrigin(origin)?.text ?? "null")", role: .client)
    }

    /// True for trainees and clients; the other roles see the sessions of all callers.
    var seesOnlyOwn: Bool { role <= .client }

    /// Whether the caller may see a session.
    ///
    /// - Parameter creator: the session's `createdBy`.
    func sees(createdBy creator: String, traineeId: String?) -> Bool {
        guard seesOnlyOwn else { return true }
        return creator == name && (bounds.map { $0.traineeId == traineeId } ?? (role != .trainee))
    }

    /// What rate limits count by: a page with a ticket must not use up the limit of the key that issued it.
    var limitKey: String { bounds.map { "\(name)/\($0.traineeId)" } ?? name }
}
