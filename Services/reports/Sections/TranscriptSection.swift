import Domain

/// The transcript, with speaker and time.
struct TranscriptSection: ReportSection {
    private static let longestUtterance = 4_000

    func write(_ session: SessionView, to flow: inout PageFlow) {
        let transcript = session.record.transcript
        guard flow.heading("Transcript") else { return }
        guard !transcript.isEmpty else {
            flow.paragraph("Nothing was said in this session.")
            return
        }
        for (index, utterance) in transcript.enumerated() {
            let text = SessionView.clamped(utterance.text, to: Self.longestUtterance)
            flow.row(
                time: utterance.startTime, label: utterance.speaker.title,
                ink: utterance.speaker == .trainee ? .accent : .brand,
                text: utterance.interrupted == true ? text + " — [interrupted]" : text)
            if flow.cut != nil {
                flow.cut =
                    "The transcript ends here, after \(index) of \(transcript.count) lines "
                    + "(\(flow.maximumPages) pages). All of it is in transcript.json."
                return
            }
        }
    }
}
