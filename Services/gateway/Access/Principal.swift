import Domain
import Foundation

/// What a caller may do, least powerful first. `Routes` says which endpoints each may use.
enum Role: String, CaseIterable, Comparable, Codable {
    /// The holder of a ticket: one trainee's page. No API key has this role.
    case trainee
    /// Creates sessions, and sees those it created.
    case client
    /// Sees everything that is submitted, changes nothing.
    case viewer
    /// The same, and reviews: corrects scores, settles findings, answers disputes.
    case trainer
    /// The same, and may change it, exports included.
    case admin

    /// The roles whose endpoints this one may use: a trainer may do what a viewer may.
    var included: Set<Role> { self == .trainer ? [.viewer, .trainer] : [self] }

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
    /// When the caller's ticket expires; nil without one.
    var expires: Date?
    /// When it was issued, or earlier if it does not say; nil without one.
    var issued: Date?
    /// Nobody else can be there: trainee and trainer at once.
    var isAlone = false

    /// The one user of a gateway without keys, which serves loopback only.
    static let local = Principal(name: "local", role: .admin, isAlone: true)

    /// A web page of another origin that uses a gateway without keys. Each origin has its own sessions.
    static func page(of origin: String) -> Principal {
        Principal(name: "page:\(WebOrigin(origin)?.text ?? "null")", role: .client)
    }

    /// True for trainees and clients; the other roles see the submitted sessions of all callers.
    var seesOnlyOwn: Bool { role <= .client }

    /// Why the caller may not see a session; nil if it may.
    func refusal(of session: SessionAccess) -> Problem? {
        switch role {
        case .trainee:
            session.createdBy == name && bounds?.traineeId == session.traineeId ? nil : .sessionNotFound
        case .client:
            session.createdBy == name ? nil : .sessionNotFound
        case .viewer, .trainer:
            session.visibility == .submitted ? nil : .sessionNotFound
        case .admin:
            session.visibility == .submitted || isAlone ? nil : .sessionPrivate
        }
    }

    /// Whether the caller may hear a call that it may see: the voice of a private practice is for its trainee alone.
    func mayHear(_ visibility: SessionVisibility) -> Bool {
        visibility == .submitted || role == .trainee || isAlone
    }

    /// Scores the blind sample, and so does not see the machine's numbers there before that.
    var isBlinded: Bool { role == .trainer }

    /// Which sessions the caller may see at all.
    var visibleVisibility: Set<SessionVisibility> { seesOnlyOwn || isAlone ? .all : .counted }

    /// Which of them a list has that does not ask for others: a trainer's has what counts.
    var listedVisibility: Set<SessionVisibility> { seesOnlyOwn ? .all : .counted }

    /// What rate limits count by: a page with a ticket must not use up the limit of the key that issued it.
    var limitKey: String { bounds.map { "\(name)/\($0.traineeId)" } ?? name }
}
