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
            let name = finding.id == finding.rule.rawValue ? finding.id : "\(finding.rule): \(finding.id)"
            flow.line(
                flow.fitted(SessionView.words(name), .title, width: PageFlow.width - width - 60), .title,
                x: PageFlow.left + width + 8, top: flow.y)
            flow.line(SessionView.clock(finding.time), .small, endingAt: PageFlow.right, top: flow.y + 1)
            flow.advance(18)
            flow.paragraph(SessionView.clamped(finding.message, to: 600), after: 2)
            if let quote = session.quote(finding.evidence) { flow.quotation(quote) }
            if let note = Self.note(finding) { flow.paragraph(note, .small, after: 2) }
            flow.advance(5)
        }
        if findings.count > Self.mostFindings {
            flow.paragraph("\(findings.count - Self.mostFindings) more findings are in the session's record.", .small)
        }
    }

    /// Who decided the finding, why, and its id.
    private static func note(_ finding: Finding) -> String? {
        let decider: String? =
            switch finding.decidedBy {
            case .code: finding.status == .satisfied ? nil : "Decided by the rules."
            case .review: "Decided by reading for meaning."
            case .person: "Decided by a person."
            }
        let parts = [decider, finding.reason, finding.findingId.isEmpty ? nil : "(\(finding.findingId))"]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    private static func look(_ finding: Finding) -> (label: String, ink: Ink) {
        switch finding.status {
        case .satisfied: return ("✓ KEPT", .good)
        case .dismissed: return ("DISMISSED", .quiet)
        case .disputed: return ("DISPUTED \(finding.severity.rawValue.uppercased())", .warning)
        case .suspected: return ("SUSPECTED \(finding.severity.rawValue.uppercased())", .warning)
        case .violated: break
        }
        return switch finding.severity {
        case .blocker: ("BLOCKER", .bad)
        case .major: ("MAJOR", .bad)
        case .minor: ("MINOR", .warning)
        case .info: ("NOTE", .quiet)
        }
    }
}
