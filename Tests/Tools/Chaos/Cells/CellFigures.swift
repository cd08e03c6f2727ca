import Foundation

/// What callers noticed of cells that came and went.
struct CellFigures: Codable, Hashable, Sendable {
    /// The longest time without sound around each lost connection, in seconds; it holds what the trainee said too.
    var silence: Figures?
    /// From each lost connection to the next `ready`, in seconds.
    var reconnect: Figures?
    /// From each `POST /api/sessions` to its answer, in seconds, without attempts that failed.
    var creation: Figures?
    /// How many sessions each cell had last.
    var sessions: [String: Int] = [:]

    /// After a client is back, the customer must speak within this time to count.
    private static let recovery = 10.0

    init(_ calls: [CallPulse], creations: [Double], sessions: [String: Int]) {
        silence = Figures(
            calls.flatMap { call in
                call.losses.compactMap { loss in
                    loss.backAt.flatMap { call.longestSilence(from: loss.lostAt, to: $0 + Self.recovery) }
                }
            })
        reconnect = Figures(
            calls.flatMap(\.losses).compactMap { loss in loss.backAt.map { $0 - loss.lostAt } })
        creation = Figures(creations)
        self.sessions = sessions
    }
}
