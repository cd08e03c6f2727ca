import TrainingClient

extension TranscriptOracle {
    // MARK: d

    static func messages(_ evidence: CallEvidence) -> [Complaint] {
        let seqs = evidence.seqs
        guard seqs != Array(1...max(1, seqs.count)) else { return [] }
        let counts = seqs.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let twice = counts.filter { $0.value > 1 }.keys.sorted()
        let missing = (1...max(1, seqs.max() ?? 1)).filter { counts[$0] == nil }
        return [Complaint("d", "seq came as \(seqs): more than once \(twice), never \(missing)")]
    }

    // MARK: e

    /// Upstream was sent no invalid event, and for every item that was cut, what was heard of it.
    static func upstream(_ evidence: CallEvidence) -> [Complaint] {
        var complaints = evidence.sessions.flatMap { session in
            session.errorCodes.filter { !benignErrors.contains($0) }.map {
                Complaint("e", "\(session.id) refused something: \($0)")
            }
        }
        // What a closed upstream session remembers does not matter.
        let last = evidence.sessions.last
        for item in evidence.heard where item.wasCut {
            guard let spoken = evidence.spoken(item), last?.items.contains(where: { $0.id == spoken.id }) == true,
                spoken.deleted != true || Double(item.heardMs) > ExpectedLine.raceMs
            else { continue }
            let remembered = spoken.deleted == true ? 0 : spoken.truncatedMs ?? spoken.sentMs
            let surplus = Double(remembered - item.heardMs)
            // Upstream is notified at once when a headset is lost; what the headset still plays is known only when it
            // is back.
            let wasLost = evidence.lossesMs.contains { $0 > item.startMs ?? 0 && $0 < item.endMs ?? 0 }
            let tolerated = toleratedLengthMs + evidence.grantedMs
            if surplus > tolerated || !wasLost && surplus < -tolerated {
                complaints.append(
                    Complaint(
                        "e", "of \(spoken.id) the model remembers \(remembered) ms, and \(item.heardMs) ms were heard"))
            }
        }
        return complaints
    }

    // MARK: f

    static func end(_ evidence: CallEvidence) -> [Complaint] {
        var complaints: [Complaint] = []
        if evidence.status != "ended" { complaints.append(Complaint("f", "the session is \(evidence.status)")) }
        if !evidence.isScored { complaints.append(Complaint("f", "the session is not scored")) }
        if let ended = evidence.sessionEndedMs, ended < evidence.playedOutMs {
            let early = Int(evidence.playedOutMs - ended)
            complaints.append(
                Complaint("f", "session_ended came \(early) ms before the headset had played everything out"))
        }
        return complaints
    }
}
