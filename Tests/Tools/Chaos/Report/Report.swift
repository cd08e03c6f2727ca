import Foundation

/// The outcome of a run.
struct Report: Codable, Sendable {
    var sessions: Int
    var minutes: Double
    var seed: UInt64
    var calls: Int
    var acknowledgedEvents: Int
    var numberedMessages: Int
    var reconnections: Int
    /// Seconds from the end of a session to its score.
    var scoreAfter: Figures?
    var evaluations = EvaluationFigures()
    var flaws: [Flaw]
    /// What was requested but could not be done.
    var skipped: [String]
    var faults: [FaultRecord]
    var faultFigures: [FaultFigures]
    /// Of a run with several cells.
    var cells: CellFigures?
    var processes: [ProcessFigures]
    /// Log lines at `error` and above, by process and message.
    var logged: [String: Int]
    var folder: String?

    mutating func count(_ call: CallJournal) {
        calls += 1
        acknowledgedEvents += call.acknowledged.count
        numberedMessages += Set(call.messages.compactMap(\.seq)).count
        reconnections += call.losses.count { $0.backAt != nil }
    }

    /// Lost, doubled or stuck data is a failure; the unexpected is only reported.
    var hasFailed: Bool { flaws.contains { $0.kind != .unexpected } }
}
