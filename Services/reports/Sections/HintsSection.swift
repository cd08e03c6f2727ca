import Domain

/// The hints that the trainee was shown: a call with help says less than one without.
struct HintsSection: ReportSection {
    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard session.record.hints == true else { return }
        let hints = session.record.hintsShown
        guard flow.heading("Practised with hints: \(hints.count)", following: 20) else { return }
        if hints.isEmpty { flow.paragraph("Hints were on, and none was shown.") }
        for hint in hints.prefix(100) {
            flow.paragraph("Hint shown at \(SessionView.clock(hint.time)): \(SessionView.clamped(hint.text, to: 300))")
        }
    }
}
