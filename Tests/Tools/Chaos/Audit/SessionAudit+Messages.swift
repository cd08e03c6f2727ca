import Domain
import Foundation

extension SessionAudit {
    /// A sequence number stands for one message, and the numbers that a client has seen have no gaps.
    func numbers() -> [Flaw] {
        var first: [Int: CallJournal.Message] = [:]
        var flaws: [Flaw] = []
        for message in messages {
            guard let seq = message.seq else { continue }
            guard let known = first[seq] else {
                first[seq] = message
                continue
            }
            if Self.json(known.json) != Self.json(message.json) {
                flaws.append(
                    flaw(
                        .unexpected, .seqKeepsItsContent,
                        "seq \(seq) was \(known.json) on connection \(known.connection) and is \(message.json)",
                        seen: "connection \(message.connection), \(moment(message.at))"))
            }
        }
        let excused = excusedNumbers()
        let missing = (1...max(1, first.keys.max() ?? 1)).filter { first[$0] == nil && !excused.contains($0) }
        if !first.isEmpty, !missing.isEmpty {
            flaws.append(
                flaw(
                    .lost, .seqHasNoGap, "seq \(missing.map(String.init).joined(separator: ", ")) never came",
                    seen: "up to \(first.keys.max() ?? 0)"))
        }
        return flaws
    }

    /// Numbers that the server has reported as no longer available.
    private func excusedNumbers() -> Set<Int> {
        messages.reduce(into: []) { excused, message in
            if case .resumeFailed(_, let seq) = message.decoded, seq > 0 { excused.formUnion(1...seq) }
        }
    }

    /// What a client received under a sequence number is in the record, with the same words.
    func told(_ record: SessionRecord) -> [Flaw] {
        let numbered = messages.filter { $0.seq != nil }
        var flaws: [Flaw] = []
        var latest: [String: (line: ServerMessage.TranscriptLine, at: Double)] = [:]
        var attitudes: [(seq: Int, change: ServerMessage.AttitudeChange, at: Double)] = []
        // Findings of the review are sent with the score and recorded in it.
        let findings = record.findings + (record.score?.findings ?? [])
        var seen: Set<Int> = []
        for message in numbered {
            guard let seq = message.seq, seen.insert(seq).inserted else { continue }
            switch message.decoded {
            case .transcript(let line):
                if line.seq > latest[line.utteranceId]?.line.seq ?? 0 { latest[line.utteranceId] = (line, message.at) }
            case .attitude(let change): attitudes.append((seq, change, message.at))
            case .compliance(let told) where !findings.contains(where: { Self.isSame($0, told) }):
                flaws.append(
                    flaw(
                        .lost, .toldFindingIsRecorded, "finding \(told.rule) \(told.status.rawValue)",
                        seen: "seq \(seq), \(moment(message.at))", missing: "record"))
            default: break
            }
        }
        for (id, told) in latest.sorted(by: { $0.value.line.seq < $1.value.line.seq }) {
            flaws += line(id, told.line, at: told.at, record)
        }
        return flaws + curve(attitudes.sorted { $0.seq < $1.seq }, record)
    }

    private func line(
        _ id: String, _ told: ServerMessage.TranscriptLine, at: Double, _ record: SessionRecord
    ) -> [Flaw] {
        let seen = "seq \(told.seq), \(moment(at))"
        guard let stored = record.transcript.first(where: { $0.utteranceId == id }) else {
            return [
                flaw(
                    .lost, .toldLineIsRecorded, "\(id) \(told.speaker.rawValue) «\(told.text)»", seen: seen,
                    missing: "transcript of the record")
            ]
        }
        guard stored.text != told.text || stored.speaker != told.speaker else { return [] }
        // A client that was disconnected at the end may not have received the latest version.
        let wasSuperseded = evidence.facts.contains { fact in
            if case .utterance(let other) = fact.content {
                other.utteranceId == id && other.text == told.text
            } else {
                false
            }
        }
        // The facts of the last moments are only in the record, whose last utterance holds what was heard until the
        // connection broke.
        let wasCut =
            stored == record.transcript.last && stored.interrupted == true && told.text.hasPrefix(stored.text)
        if wasSuperseded || wasCut, !hasSeenTheEnd { return [] }
        return [
            flaw(
                .lost, .latestWordsAreRecorded,
                "\(id) is «\(stored.text)» in the record, but «\(told.text)» was told last", seen: seen)
        ]
    }

    private var hasSeenTheEnd: Bool { messages.contains { $0.type == "session_ended" } }

    /// The attitudes that were sent are in the record's curve, in the same order.
    private func curve(
        _ told: [(seq: Int, change: ServerMessage.AttitudeChange, at: Double)], _ record: SessionRecord
    ) -> [Flaw] {
        var rest = record.attitudeCurve[...]
        for (seq, change, at) in told {
            guard let index = rest.firstIndex(where: { $0.value == change.value && $0.direction == change.direction })
            else {
                return [
                    flaw(
                        .lost, .toldAttitudeIsRecorded, "attitude \(change.value) \(change.direction.rawValue)",
                        seen: "seq \(seq), \(moment(at))",
                        missing: "curve \(record.attitudeCurve.map(\.value)) of the record")
                ]
            }
            rest = rest[(index + 1)...]
        }
        return []
    }

    private static func isSame(_ finding: Finding, _ told: ServerMessage.Compliance) -> Bool {
        finding.rule == told.rule && finding.status == told.status && finding.message == told.message
            && finding.evidence == told.evidence
    }

    static func json(_ text: String) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }
}
