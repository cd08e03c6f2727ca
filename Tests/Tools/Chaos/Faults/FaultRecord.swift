/// One injected fault.
struct FaultRecord: Codable, Hashable, Sendable {
    var kind: FaultKind
    /// `relay.1`, `gateway.1 and scoring.1`, `database`, `journal disk`.
    var target: String
    /// Seconds since the run began.
    var at: Double
    /// When the cause was removed; nil if the process had to be restarted.
    var overAt: Double?
    /// When `/readyz` of every process succeeded again; nil if it did not in time.
    var readyAt: Double?
    var note: String?

    var isRecovered: Bool { readyAt != nil }

    /// Whether clients' connections may break because of it.
    var hitsConnections: Bool {
        kind == .rolling || ["gateway", "relay"].contains { target.contains($0) }
    }
}
