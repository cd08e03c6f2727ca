import Domain

/// What the trainee disputes about the score, and what the trainer answered.
struct DisputesSection: ReportSection {
    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard let disputes = session.record.review?.disputes, !disputes.isEmpty, flow.heading("Disputes") else {
            return
        }
        for dispute in disputes {
            flow.paragraph("The trainee on \(SessionView.date(dispute.at)):", .title, after: 2)
            flow.quotation(SessionView.clamped(dispute.text, to: Dispute.longestText))
            if let answer = dispute.answer {
                flow.paragraph(
                    "\(SessionView.clamped(answer.by, to: 64)) on \(SessionView.date(answer.at)):", .title, after: 2)
                flow.quotation(SessionView.clamped(answer.text, to: Dispute.longestText))
            } else {
                flow.paragraph("Not answered yet.", .small.with(.warning))
            }
            flow.advance(4)
        }
    }
}
