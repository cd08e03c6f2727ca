import Foundation

/// What callers noticed of cells that came and went.
struct CellFigures: Codable, Hashable, Sendable {
    /// The longest time without sound of each call, in seconds.
    var silence: Figures?
    /// From each lost connection to the next `ready`, in seconds.
    var reconnect: Figures?
    /// From each `POST /api/sessions` to its answer, in seconds, without attempts that failed.
    var creation: Figures?
    /// How many sessions each cell had last.
    var sessions: [String: Int] = [:]

    init(_ calls: [CallPulse], creations: [Double], sessions: [String: Int]) {
        silence = Figures(
            calls.compactMap { call in
                call.talk.flatMap { call.longestSilence(from: $0.lowerBound, to: $0.upperBound) }
            })
        reconnect = Figures(
            calls.flatMap(\.losses).compactMap { loss in loss.backAt.map { $0 - loss.lostAt } })
        creation = Figures(creations)
        self.sessions = sessions
    }
}
