import Domain
import TrainingClient

/// Compares a record with what was really said and heard, utterance by utterance.
enum TranscriptOracle {
    /// How much the length of an AVATAR utterance may differ from what was heard, in milliseconds. The headset's own
    /// lateness is added to this and to the next limit.
    static let toleratedLengthMs = 300.0
    /// How much the start of an utterance may differ from the headset's clock, in milliseconds: network, prefix
    /// padding, a busy machine.
    static let toleratedStartMs = 1_000.0
    /// Errors of the Realtime API that come from races and have no effect, and the one
    /// that ends a session at its time limit. Any other error means that we sent something wrong.
    static let benignErrors: Set<String> = [
        "conversation_already_has_active_response", "response_cancel_not_active", "input_audio_buffer_commit_empty",
        "item_truncate_invalid_item_id", "session_expired",
    ]

    static func complaints(about evidence: CallEvidence) -> [Complaint] {
        let (expected, unexplained) = evidence.expectedLines()
        let pairs = TranscriptAlignment.pairs(expected, evidence.transcript)
        return unexplained + words(pairs, evidence) + order(evidence.transcript) + times(pairs, evidence)
            + messages(evidence) + upstream(evidence) + end(evidence)
    }

    // MARK: a, b

    private static func words(_ pairs: [TranscriptAlignment.Pair], _ evidence: CallEvidence) -> [Complaint] {
        pairs.compactMap { pair in
            switch pair {
            case .missing(let line):
                guard !line.isOptional else { return nil }
                return Complaint(
                    check(line.speaker), "no line for \(line.speaker.rawValue) «\(line.text)»\(heard(line))")
            case .surplus(let index):
                let line = evidence.transcript[index]
                return Complaint(check(line.speaker), "\(name(line, index)) was neither said nor heard")
            case .both(let expected, let index):
                let line = evidence.transcript[index]
                if let fault = expected.fault(in: line) {
                    return Complaint(
                        check(line.speaker),
                        "\(name(line, index)): \(fault); expected «\(expected.text)»\(heard(expected))")
                }
                if let isInterrupted = expected.isInterrupted, isInterrupted != (line.interrupted == true) {
                    return Complaint(
                        "b",
                        "\(name(line, index)): expected \(isInterrupted ? "interrupted" : "not interrupted")\(heard(expected))"
                    )
                }
                return nil
            }
        }
    }

    private static func check(_ speaker: Speaker) -> String { speaker == .trainee ? "a" : "b" }

    static func name(_ line: Utterance, _ index: Int) -> String {
        "line \(index + 1) \(line.speaker.rawValue) \(line.startTime)…\(line.endTime) «\(line.text)»"
    }

    private static func heard(_ line: ExpectedLine) -> String {
        line.speaker == .avatar ? ", \(line.heardMs) ms of it heard" : ""
    }
}
