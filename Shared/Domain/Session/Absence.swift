/// A part of a session in which no client was connected.
public struct Absence: Codable, Hashable, Sendable {
    /// Maximum number that a record holds: a client with a bad connection comes and goes.
    static let most = 500

    /// Seconds since the session began; likewise `to`.
    public var from: Double
    /// When a client was back. Nil if none came back.
    public var to: Double?

    public init(from: Double, to: Double? = nil) {
        self.from = from
        self.to = to
    }
}

extension [Absence] {
    /// Takes the phase that a session enters into account.
    mutating func note(_ phase: SessionPhase, at time: Double) {
        let isAway = last.map { $0.to == nil } ?? false
        switch phase {
        case .suspended: if !isAway, count < Absence.most { append(Absence(from: time)) }
        case .connecting, .talking: if isAway, let last = indices.last { self[last].to = time }
        // A session that ends without its client has not got it back.
        case .waiting, .ending, .ended, .scored, .filed: break
        }
    }
}
