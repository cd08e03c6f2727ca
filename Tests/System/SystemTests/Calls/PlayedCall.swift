import Domain
import Foundation
import TestSupport
import Testing
import TrainingClient

/// A finished call with everything that is known about it.
struct PlayedCall: Sendable {
    var evidence: CallEvidence
    let log: HeadsetLog
    /// `GET /api/sessions/:id`.
    let record: JSONValue

    /// - Parameter fates: for the utterances that leave something other than their words, by number from 0.
    init(_ scene: Scene, fates: [Int: CallEvidence.Fate]) async throws {
        log = scene.headset.log
        let log = log
        // Queued audio counts as heard: the headset plays it to the end, connected or not.
        try await eventually("the headset is silent") { log.playsUntilMs <= log.now }
        record = try await scene.record()
        evidence = CallEvidence()
        evidence.said = log.lines.enumerated().map { number, line in
            .init(text: line.text, fate: fates[number] ?? .words, startMs: line.startMs, endMs: line.endMs)
        }
        evidence.heard = log.items
        evidence.seqs = log.seqs
        evidence.sessionBeganMs = log.sessionBeganMs ?? 0
        evidence.latenessMs = scene.headset.latenessMs
        evidence.lossesMs = log.closings.filter { $0.code != 1_000 }.map(\.atMs)
        evidence.sessionEndedMs = log.messages("session_ended").first?.atMs
        evidence.playedOutMs = log.playsUntilMs
        evidence.sessions = try await scene.simulated()
        evidence.transcript = try JSONDecoder().decode(
            [Utterance].self, from: JSONEncoder().encode(record["transcript"] ?? []))
        evidence.status = record["status"]?.string ?? "gone"
        evidence.isScored = record["score"]?["overall"] != nil
        evidence.endTrigger = record["endTrigger"]?.string
    }

    /// Adds what another device heard and said in the same session, converted to this one's clock.
    mutating func absorb(_ other: HeadsetLog) {
        let shift = evidence.sessionBeganMs - (other.sessionBeganMs ?? 0)
        evidence.said += other.lines.map { .init(text: $0.text, startMs: $0.startMs + shift, endMs: $0.endMs + shift) }
        evidence.heard += other.items.map { item in
            var item = item
            item.startMs = item.startMs.map { $0 + shift }
            item.endMs = item.endMs.map { $0 + shift }
            return item
        }
        evidence.sessionEndedMs =
            evidence.sessionEndedMs ?? other.messages("session_ended").first.map { $0.atMs + shift }
        evidence.playedOutMs = max(evidence.playedOutMs, other.playsUntilMs + shift)
    }

    /// A description for the messages of tests: the headset's view in session time, and the record.
    var story: String { evidence.story }
}

extension CallEvidence {
    var story: String {
        func time(_ ms: Double?) -> String { ms.map { TranscriptOracle.seconds($0 - sessionBeganMs) } ?? "never" }
        var happened = said.map { (at: $0.startMs, text: "\(time($0.startMs))…\(time($0.endMs)) said «\($0.text)»") }
        for item in heard {
            let spoken = spoken(item)
            let words = spoken?.words.map { "\($0.text)@\($0.endMs)" }.joined(separator: " ") ?? "?"
            let text =
                "\(time(item.startMs))…\(time(item.endMs)) heard \(item.heardMs) of \(item.receivedMs) ms "
                + "(sent \(spoken?.sentMs ?? 0), \(spoken?.status ?? "unknown"))\(item.wasCut ? ", cut" : "") "
                + "\(item.id) «\(words)»"
            happened.append((at: item.startMs ?? .infinity, text: text))
        }
        if let sessionEndedMs { happened.append((at: sessionEndedMs, text: "\(time(sessionEndedMs)) session_ended")) }
        let lines = happened.sorted { $0.at < $1.at }.map { "\n  \($0.text)" }.joined()
        let stored = transcript.enumerated().map { index, line in
            "\n  \(TranscriptOracle.name(line, index))\(line.interrupted == true ? " interrupted" : "")"
        }.joined()
        let errors = sessions.map { "\($0.id) \($0.errorCodes)" }.joined(separator: ", ")
        return
            "\n by the headset, on a machine that was late by \(Int(latenessMs)) ms at most:\(lines)\n stored (\(endTrigger ?? "no end")):\(stored)\n upstream: \(errors)"
    }
}

/// Fails the test with one line per difference between the record of a call and what was said and heard.
func expectFaithful(_ call: PlayedCall, sourceLocation: SourceLocation = #_sourceLocation) {
    let complaints = TranscriptOracle.complaints(about: call.evidence)
    #expect(complaints.isEmpty, "\(complaints.list)\(call.story)", sourceLocation: sourceLocation)
}
