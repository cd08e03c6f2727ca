import Domain

/// Whether the supervisor kept up: which of the customer's turns got an evaluation.
///
/// Turns in quick succession share one evaluation by design. So a turn only counts if the silence after it leaves
/// enough time for the debounce and the model's answer.
struct EvaluationFigures: Codable, Hashable, Sendable {
    /// Required silence after a turn, in seconds: 2 s of debounce, the simulator's answer, and the time to record it.
    static let room = 4.0
    /// How much later the recorded end of an utterance may be than its arrival at the worker, in seconds.
    static let tolerance = 1.0

    /// Turns of the customer followed by that much silence.
    var turns = 0
    /// Those turns without an evaluation, successful or failed, before the customer's next turn was over.
    var missed = 0
    /// Missed turns of the worst session.
    var mostMissed = 0

    mutating func add(_ record: SessionRecord) {
        let first = record.transcript.first { $0.speaker == .trainee }?.startTime ?? .infinity
        let turns = record.transcript.filter { $0.speaker == .avatar && $0.endTime > first }
            .sorted { $0.endTime < $1.endTime }
        guard let end = record.durationMs.map({ Double($0) / 1_000 }) else { return }
        let starts = record.transcript.filter { $0.speaker == .avatar }.map(\.startTime).sorted()
        var missedHere = 0
        for (index, turn) in turns.enumerated() {
            guard (starts.first { $0 > turn.endTime } ?? end) - turn.endTime >= Self.room else { continue }
            self.turns += 1
            let until = max(turn.endTime, index + 1 < turns.count ? turns[index + 1].endTime : end)
            let isJudged = record.supervisorLogs.contains { log in
                guard (turn.endTime - Self.tolerance...until).contains(log.time) else { return false }
                return log.verdict?.judged?.contains(turn.utteranceId) ?? true
            }
            if !isJudged { missedHere += 1 }
        }
        missed += missedHere
        mostMissed = max(mostMissed, missedHere)
    }
}
