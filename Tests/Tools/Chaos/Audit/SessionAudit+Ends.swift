import Domain

extension SessionAudit {
    /// There is one end and at most one score, and both are recorded as they were sent.
    func ends(_ record: SessionRecord) -> [Flaw] {
        var flaws: [Flaw] = []
        var ends: [Int: String] = [:]
        var scores: Set<Int> = []
        for message in messages {
            guard let seq = message.seq else { continue }
            switch message.decoded {
            case .sessionEnded(_, _, let trigger):
                guard ends.updateValue(trigger, forKey: seq) == nil else { continue }
                if record.status == .ended, record.endTrigger != trigger {
                    flaws.append(
                        flaw(
                            .lost, .toldEndIsRecorded,
                            "the end «\(trigger)» was told, «\(record.endTrigger ?? "")» is recorded",
                            seen: "seq \(seq), \(moment(message.at))"))
                }
            case .score(_, let card, let error):
                guard scores.insert(seq).inserted else { continue }
                flaws += score(card, error, seq: seq, at: message.at, record)
            default: continue
            }
        }
        if ends.count > 1 {
            flaws.append(flaw(.doubled, .oneEnd, "session_ended came as seq \(ends.keys.sorted())"))
        }
        if scores.count > 1 { flaws.append(flaw(.doubled, .oneScore, "score came as seq \(scores.sorted())")) }
        let recorded = record.events.count { $0.type == .system && $0.data == "Session_End" }
        if recorded > 1 { flaws.append(flaw(.doubled, .oneEnd, "Session_End is recorded \(recorded) times")) }
        return flaws
    }

    private func score(
        _ card: Scorecard?, _ error: String?, seq: Int, at: Double, _ record: SessionRecord
    ) -> [Flaw] {
        let seen = "seq \(seq), \(moment(at))"
        if let card {
            // Events that arrived after the client had left make the server score the session again.
            let isRevised = record.score.map { $0.revision > card.revision } ?? false
            guard !isRevised, card != record.score?.forClients(live: record.findings) else { return [] }
            return [
                flaw(
                    .lost, .toldScoreIsRecorded,
                    "score \(card.overall) was told, \(record.score.map { "\($0.overall)" } ?? "none") is recorded",
                    seen: seen)
            ]
        }
        // The server may report that there is no score because it takes too long; the score may still arrive later.
        return error == nil
            ? [flaw(.unexpected, .toldScoreIsRecorded, "a score without data and without error", seen: seen)] : []
    }

    /// The session has ended, is scored or has a stated failure, and is filed; its journal is gone.
    func completion(_ record: SessionRecord) -> [Flaw] {
        var flaws: [Flaw] = []
        let place = "phase \(record.phase.rawValue), relay \(record.relay ?? "none")"
        if record.status != .ended { flaws.append(flaw(.stuck, .sessionIsEnded, "it is still active", seen: place)) }
        let scoring = record.pipeline.scoring
        let hasFailed = scoring.state == .failed && scoring.lastError != nil
        if record.score == nil, !hasFailed {
            flaws.append(
                flaw(
                    .stuck, .sessionIsScored,
                    "no score and no stated failure: scoring is \(scoring.state.rawValue), attempt \(scoring.attempts)",
                    seen: place))
        }
        let files = record.pipeline.files
        if record.phase != .filed || !record.dataFilesWritten || files.state != .done {
            flaws.append(
                flaw(
                    .stuck, .sessionIsFiled,
                    "not filed: \(files.state.rawValue), attempt \(files.attempts), \(files.lastError ?? "no error")",
                    seen: place))
        }
        if evidence.hasJournal {
            flaws.append(flaw(.stuck, .journalIsGone, "its journal is still there", seen: place))
        }
        return flaws
    }
}
