import Domain

/// The findings of the rules, most severe first, each with its evidence.
struct ComplianceSection: ReportSection {
    private static let mostFindings = 60

    func write(_ session: SessionView, to flow: inout PageFlow) {
        let findings = session.findings
        guard flow.heading("Compliance") else { return }
        guard !findings.isEmpty else {
            flow.paragraph("The rules found nothing to report in the words and events of this session.")
            return
        }
        for finding in findings.prefix(Self.mostFindings) {
            guard flow.reserve(18 + 2 * TextStyle.body.lineHeight) else { return }
            let (label, ink) = Self.look(finding)
            let width = flow.badge(label, ink: ink, x: PageFlow.left, top: flow.y)
            flow.line(
                flow.fitted(PlainWords.rule(finding.rule), .title, width: PageFlow.width - width - 60), .title,
                x: PageFlow.left + width + 8, top: flow.y)
            flow.line(SessionView.clock(finding.time), .small, endingAt: PageFlow.right, top: flow.y + 1)
            flow.advance(18)
            flow.paragraph(SessionView.clamped(session.readable(finding.message), to: 600), after: 2)
            if let quote = session.quote(finding.evidence) { flow.quotation(quote) }
            if let note = Self.note(finding) { flow.paragraph(session.readable(note), .small, after: 2) }
            flow.advance(5)
        }
        if findings.count > Self.mostFindings {
            flow.paragraph("\(findings.count - Self.mostFindings) more findings are in the session's record.", .small)
        }
    }

    /// Who decided the finding, and why.
    private static func note(_ finding: Finding) -> String? {
        let decider: String? =
            switch finding.decidedBy {
            case .code: finding.status == .satisfied ? nil : "Decided by the rules."
            case .review: "Decided by reading for meaning."
            case .person: "Decided by a person."
            }
        let parts = [decider, finding.reason].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private static func look(_ finding: Finding) -> (label: String, ink: Ink) {
        switch finding.status {
        case .satisfied: return ("✓ DONE RIGHT", .good)
        case .dismissed: return ("WITHDRAWN", .quiet)
        case .disputed: return ("NOT CERTAIN: \(label(finding.severity))", .warning)
        case .suspected: return ("SUSPECTED: \(label(finding.severity))", .warning)
        case .violated: break
        }
        let ink: Ink =
            switch finding.severity {
            case .blocker, .major: .bad
            case .minor: .warning
            case .info: .quiet
            }
        return (label(finding.severity), ink)
    }

    private static func label(_ severity: Finding.Severity) -> String {
        switch severity {
        case .blocker: "FAILS THE CALL"
        case .major: "SERIOUS"
        case .minor: "MINOR"
        case .info: "NOTE"
        }
    }
}
