/// Whom a session is for.
public enum SessionVisibility: String, Codable, CaseIterable, Sendable {
    /// A practice. Its trainee sees it, and the caller that created it; to trainers it does not exist, and it counts
    /// nowhere.
    case `private`
    /// Trainers see it, and it counts.
    case submitted
}

extension Set<SessionVisibility> {
    public static var all: Set<SessionVisibility> { Set(SessionVisibility.allCases) }
    /// What trainers see, and all that counts.
    public static var counted: Set<SessionVisibility> { [.submitted] }
}
