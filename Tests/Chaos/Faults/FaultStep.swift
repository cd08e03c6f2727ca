/// A fault that is to happen.
struct FaultStep: Hashable, Sendable {
    var kind: FaultKind
    /// The processes that it concerns.
    var targets: [Instance] = []
    /// How long the cause lasts, in seconds.
    var seconds = 0.0
    /// Of the two ways in which some faults can happen: a reset instead of a blackhole, the journals' disk instead of the
    /// data files'.
    var isFirstWay = true
    /// From the end of the last fault, in seconds.
    var pause: Double

    /// For people.
    var target: String {
        switch kind {
        case .kill, .kill2, .stop, .term, .rolling, .sockets, .workers:
            targets.map(\.description).joined(separator: " and ")
        case .database: "database"
        case .cut: "connections to the database"
        case .disk:
            (["disk of the \(isFirstWay ? "journals" : "data files")"] + targets.map(\.description))
                .joined(separator: " and ")
        }
    }
}
