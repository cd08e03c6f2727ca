import Domain

/// What these numbers are, and what they must not be used for.
struct OversightSection: ReportSection {
    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard flow.heading("How to read this report", following: 90) else { return }
        flow.paragraph(
            "This call was a simulation with an AI customer, for training. Scores, steps and comments are an AI's "
                + "judgement of the transcript; the quotes were checked against the recorded words, and the overall score "
                + "was computed from the categories and their weights. All of it can still be wrong.")
        flow.paragraph(
            "Human oversight is required. No decision about employment, pay, promotion or discipline may be taken "
                + "automatically or rest on this report alone: a person has to read the transcript, hear the trainee, "
                + "and be free to overrule the score (EU AI Act, Articles 14 and 26; GDPR, Article 22).")
        flow.paragraph(
            "The attitude is the simulated customer's. Nobody's emotions were inferred"
                + (session.mayBeRecorded ? "." : ", and no audio was stored."))
        if session.mayBeRecorded {
            flow.paragraph(
                "The trainee was shown the notice that this call is recorded, and agreed. Where recording was on, both "
                    + "voices were kept; they are deleted \(session.recordingDays) days after the call. No judge heard "
                    + "them, and they are in no data file and no export.")
        }
        if let notice = session.record.noticeShown {
            flow.paragraph(
                "Before the call the trainee was shown the notice that an AI speaks: version \(notice.version), "
                    + "\(notice.language), \(SessionView.date(notice.time)) by the client's clock.")
        }
        if session.record.visibility == .private {
            flow.paragraph("This is a private practice. Until its trainee submits it, it counts nowhere.")
        } else if let time = session.record.submittedAt {
            flow.paragraph("Held as a private practice; submitted on \(SessionView.date(time)).")
        }
        if let score = session.record.score {
            let samples = score.samples.map(String.init).joined(separator: ", ")
            flow.paragraph(
                "Judged by \(SessionView.clamped(score.model, to: 80)); rubric version \(score.rubricVersion), "
                    + "prompt version \(score.promptVersion); revision \(score.revision); pass mark \(score.passMark); "
                    + "rules in \(score.rulesLanguage ?? "–"), \(score.reviewed ? "reviewed" : "not reviewed"); judgements: "
                    + "\(samples.isEmpty ? "–" : SessionView.clamped(samples, to: 80)).",
                .small)
        }
    }
}
