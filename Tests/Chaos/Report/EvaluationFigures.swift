import Domain

/// Whether the supervisor kept up: which of the customer's turns had an evaluation of their own.
///
/// Turns that follow each other closely share one by design. So only those count after which the customer was silent for so
/// long that the debounce and the model's answer have room.
struct EvaluationFigures: Codable, Hashable, Sendable {
    /// From a turn's end, in seconds: 2 s of debounce, the simulator's answer, and the time it takes to be recorded.
    static let room = 4.0
    /// By so much the recorded end of a line may be later than the moment in which the worker was given it, in seconds.
    static let tolerance = 1.0

    /// Turns of the customer that were followed by so much room.
    var turns = 0
    /// Those among them without an evaluation, be it one that failed, before the customer's next turn was over.
    var missed = 0
    /// Of one session.
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
