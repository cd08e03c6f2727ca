import Domain

/// What the rules found, the gravest first, each with its evidence.
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
                flow.fitted(SessionView.words(finding.rule), .title, width: PageFlow.width - width - 60), .title,
                x: PageFlow.left + width + 8, top: flow.y)
            flow.line(SessionView.clock(finding.time), .small, endingAt: PageFlow.right, top: flow.y + 1)
            flow.advance(18)
            flow.paragraph(SessionView.clamped(finding.message, to: 600), after: 2)
            if let quote = session.quote(finding.evidence) { flow.quotation(quote) }
            flow.advance(5)
        }
        if findings.count > Self.mostFindings {
            flow.paragraph("\(findings.count - Self.mostFindings) more findings are in the session's record.", .small)
        }
    }

    private static func look(_ finding: Finding) -> (label: String, ink: Ink) {
        guard finding.status == .violated else { return ("✓ KEPT", .good) }
        return switch finding.severity {
        case .blocker: ("BLOCKER", .bad)
        case .major: ("MAJOR", .bad)
        case .minor: ("MINOR", .warning)
        case .info: ("NOTE", .quiet)
        }
    }
}
