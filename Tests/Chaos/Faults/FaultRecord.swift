/// One fault, as it happened.
struct FaultRecord: Codable, Hashable, Sendable {
    var kind: FaultKind
    /// `relay.1`, `gateway.1 and scoring.1`, `database`, `journal disk`.
    var target: String
    /// Seconds since the run began.
    var at: Double
    /// When the cause was taken away; nil when the process had to be started again.
    var overAt: Double?
    /// When `/readyz` of every process held again; nil when it did not in time.
    var readyAt: Double?
    var note: String?

    var isRecovered: Bool { readyAt != nil }

    /// Whether clients' connections may break by it.
    var hitsConnections: Bool {
        kind == .rolling || ["gateway", "relay"].contains { target.contains($0) }
    }
}
