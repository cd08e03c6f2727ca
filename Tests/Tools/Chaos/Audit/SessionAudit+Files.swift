import Domain

extension SessionAudit {
    /// The three data files agree with the record.
    func files(_ record: SessionRecord) -> [Flaw] {
        guard record.dataFilesWritten else { return [] }
        guard let files = evidence.files else {
            return [
                flaw(.lost, .filesAgree, "the record says that its files are written", missing: "DATA_DIR")
            ]
        }
        var flaws: [Flaw] = []
        func compare(_ file: String, _ found: JSONValue?, _ expected: JSONValue) {
            guard !Self.agree(found ?? .null, expected) else { return }
            flaws.append(
                flaw(
                    .unexpected, .filesAgree,
                    "\(file) has \(found.map { "\($0)" } ?? "nothing"), the record \(expected)"
                ))
        }
        let card = record.score
        compare("session.json sessionId", files.session["sessionId"], .string(record.sessionId.text))
        compare("session.json outcome", files.session["outcome"], record.outcome.map { .string($0.rawValue) } ?? .null)
        compare("session.json durationMs", files.session["durationMs"], record.durationMs.map(Self.whole) ?? .null)
        compare(
            "session.json finalAttitude", files.session["finalAttitude"], record.finalAttitude.map(Self.whole) ?? .null)
        compare("session.json moodHistory", files.session["moodHistory"], .array(record.moodHistory.map(Self.whole)))
        compare(
            "session.json score", files.session["score"]?["overall"], card.map { Self.whole($0.overall) } ?? .null)
        let events = record.events.map { event -> JSONValue in
            ["time": .number(event.time), "type": .string(event.type.rawValue), "data": event.data]
        }
        let lines = record.transcript.map { line -> JSONValue in
            [
                "startTime": .number(line.startTime), "endTime": .number(line.endTime),
                "speaker": .string(line.speaker.rawValue), "text": .string(line.text),
            ]
        }
        return flaws + list("events.json", files.events, events) + list("transcript.json", files.transcript, lines)
    }

    private func list(_ file: String, _ found: [JSONValue], _ expected: [JSONValue]) -> [Flaw] {
        if found.count != expected.count {
            return [
                flaw(
                    found.count < expected.count ? .lost : .doubled, .filesAgree,
                    "\(file) has \(found.count) lines, the record \(expected.count)")
            ]
        }
        for (index, pair) in zip(found, expected).enumerated() where !Self.agree(pair.0, pair.1) {
            return [
                flaw(
                    .unexpected, .filesAgree, "line \(index + 1) of \(file) is \(pair.0), in the record \(pair.1)")
            ]
        }
        return []
    }

    /// Tolerates 1 ms between numbers, because the files have times in milliseconds.
    private static func agree(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let left = left.number, let right = right.number { return abs(left - right) < 0.0011 }
        switch (left, right) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { agree($0, $1) }
        case (.object(let left), .object(let right)):
            return Set(left.keys) == Set(right.keys)
                && left.allSatisfy { key, value in right[key].map { agree(value, $0) } ?? false }
        default: return left == right
        }
    }

    private static func whole(_ number: Int) -> JSONValue { .integer(Int64(number)) }
}
