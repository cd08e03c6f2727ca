import Domain

extension SessionAudit {
    /// Nothing is recorded twice, and times do not decrease.
    func order(_ record: SessionRecord) -> [Flaw] {
        repeated(record) + times(record)
    }

    private func repeated(_ record: SessionRecord) -> [Flaw] {
        var flaws: [Flaw] = []
        for case .said(let text, _) in call.entries.map(\.what) {
            // Every utterance of a caller is unique.
            let places = record.transcript.filter { $0.speaker == .trainee && $0.text.contains(text) }
            if places.count > 1 {
                flaws.append(
                    flaw(.doubled, .lineIsRecordedOnce, "«\(text)» is \(places.map(\.utteranceId)) in the record"))
            }
        }
        for (seq, count) in Self.repeats(evidence.facts.map(\.seq)) {
            flaws.append(flaw(.doubled, .factIsRecordedOnce, "fact \(seq) is stored \(count) times"))
        }
        for (id, count) in Self.repeats(record.transcript.map(\.utteranceId)) {
            flaws.append(flaw(.doubled, .factIsRecordedOnce, "\(id) is in the transcript \(count) times"))
        }
        let starts = record.events.count { $0.type == .system && $0.data == "Session_Start" }
        if starts > 1 {
            flaws.append(flaw(.doubled, .factIsRecordedOnce, "Session_Start is recorded \(starts) times"))
        }
        for (number, count) in Self.repeats(record.supervisorLogs.map(\.evalSeq)) {
            flaws.append(flaw(.doubled, .evaluationIsLoggedOnce, "evaluation \(number) is logged \(count) times"))
        }
        return flaws
    }

    private func times(_ record: SessionRecord) -> [Flaw] {
        var flaws: [Flaw] = []
        let lines = record.transcript.sorted {
            ($0.utteranceId.count, $0.utteranceId) < ($1.utteranceId.count, $1.utteranceId)
        }
        for (earlier, later) in zip(lines, lines.dropFirst()) where later.startTime < earlier.startTime {
            flaws.append(
                flaw(
                    .unexpected, .timesDoNotDecrease,
                    "\(later.utteranceId) begins at \(later.startTime), \(earlier.utteranceId) at \(earlier.startTime)")
            )
        }
        for line in lines where line.endTime < line.startTime {
            flaws.append(
                flaw(.unexpected, .timesDoNotDecrease, "\(line.utteranceId) ends before it begins"))
        }
        for (earlier, later) in zip(evidence.facts, evidence.facts.dropFirst()) where later.time < earlier.time {
            flaws.append(
                flaw(
                    .unexpected, .timesDoNotDecrease,
                    "fact \(later.seq) is of \(later.time), fact \(earlier.seq) of \(earlier.time)"))
        }
        return flaws
    }

    private static func repeats<Value: Hashable & Comparable>(_ values: [Value]) -> [(Value, Int)] {
        values.reduce(into: [Value: Int]()) { $0[$1, default: 0] += 1 }.filter { $0.value > 1 }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
