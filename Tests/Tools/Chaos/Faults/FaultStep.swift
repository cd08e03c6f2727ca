/// A planned fault.
struct FaultStep: Hashable, Sendable {
    var kind: FaultKind
    /// The processes it affects.
    var targets: [Instance] = []
    /// How long the cause lasts, in seconds.
    var seconds = 0.0
    /// Selects one of two variants of some faults: a reset instead of a blackhole, the journals' disk instead of the
    /// data files' disk, an extra supervisor instead of an existing one.
    var isFirstWay = true
    /// Time since the end of the last fault, in seconds.
    var pause: Double

    /// Human-readable target.
    var target: String {
        switch kind {
        case .kill, .kill2, .stop, .term, .rolling, .sockets, .workers:
            targets.map(\.description).joined(separator: " and ")
        case .database: "database"
        case .upstreamStall: "connections to OpenAI"
        case .mute: "microphones"
        case .cut: "connections to the database"
        case .disk:
            (["disk of the \(isFirstWay ? "journals" : "data files")"] + targets.map(\.description))
                .joined(separator: " and ")
        }
    }
}
