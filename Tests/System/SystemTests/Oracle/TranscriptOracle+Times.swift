import Domain

extension TranscriptOracle {
    // MARK: c

    /// Compares the times of the stored utterances with each other.
    static func order(_ lines: [Utterance]) -> [Complaint] {
        var complaints: [Complaint] = []
        func complain(_ text: String) { complaints.append(Complaint("c", text)) }
        for (index, line) in lines.enumerated() {
            if line.endTime < line.startTime { complain("\(name(line, index)) ends before it begins") }
            if index > 0, line.startTime < lines[index - 1].startTime {
                complain("\(name(line, index)) begins before \(name(lines[index - 1], index - 1))")
            }
            let others = lines.indices.dropFirst(index + 1)
            guard let next = others.first(where: { lines[$0].speaker != line.speaker }) else { continue }
            guard line.speaker == .trainee || line.interrupted != true else { continue }
            if line.endTime > lines[next].startTime {
                complain("\(name(line, index)) is not over when \(name(lines[next], next)) begins")
            }
        }
        return complaints
    }

    /// Compares the times of the stored utterances with the headset's.
    static func times(_ pairs: [TranscriptAlignment.Pair], _ evidence: CallEvidence) -> [Complaint] {
        pairs.flatMap { pair -> [Complaint] in
            guard case .both(let expected, let index) = pair else { return [] }
            let line = evidence.transcript[index]
            var complaints: [Complaint] = []
            let start = expected.startMs - evidence.sessionBeganMs
            if abs(line.startTime * 1_000 - start) > toleratedStartMs + evidence.grantedMs {
                complaints.append(
                    Complaint("c", "\(name(line, index)) began at \(seconds(start)) by the headset's clock"))
            }
            if expected.speaker == .avatar {
                let length = (line.endTime - line.startTime) * 1_000
                // Either with the pauses of a lost connection, or only what was heard.
                let lengths = [Double(expected.heardMs), expected.endMs - expected.startMs]
                let tolerated = toleratedLengthMs + evidence.grantedMs
                if !lengths.contains(where: { ($0 - tolerated - expected.lostMs...$0 + tolerated).contains(length) }) {
                    complaints.append(
                        Complaint(
                            "c", "\(name(line, index)) is \(Int(length)) ms long; \(expected.heardMs) ms were heard"))
                }
            }
            return complaints
        }
    }

    static func seconds(_ milliseconds: Double) -> String { "\(milliseconds.rounded() / 1_000) s" }
}
