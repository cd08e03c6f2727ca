import Domain
import Foundation

/// Trainee, scenario, date, outcome, verdict and overall score.
struct SummarySection: ReportSection {
    private static let bandHeight = 112.0

    func write(_ session: SessionView, to flow: inout PageFlow) {
        band(session, &flow)
        verdict(session, &flow)
        facts(session, &flow)
        guard let score = session.record.score else {
            let reason = session.record.scoreError.map { "Scoring failed: \(SessionView.clamped($0, to: 300))" }
            flow.box(
                [
                    ("There is no score for this session", .title.with(.warning)),
                    (reason ?? "It has not been scored yet. Download the report again in a moment.", .body),
                ], ground: .paleWarning, bar: .warning)
            return
        }
        verdictBox(score, session, &flow)
        reviewBox(score, &flow)
        if let reason = score.notCountedReason {
            flow.box(
                [
                    ("Not counted", .title.with(.warning)),
                    (
                        "This session is judged and left out of averages and conversion: "
                            + "\(PlainWords.notCounted(reason)).", .body
                    ),
                ], ground: .paleWarning, bar: .warning)
        }
        if score.needsReview {
            flow.box(
                [
                    ("A person should look at this score", .title.with(.warning)),
                    (Self.reviewReason(score), .body),
                ], ground: .paleWarning, bar: .warning)
        }
        flow.paragraph(SessionView.clamped(session.readable(score.summary), to: 2_000), after: 2)
    }

    private func verdictBox(_ score: Scorecard, _ session: SessionView, _ flow: inout PageFlow) {
        let (title, ink, ground, reasons): (String, Ink, Ink, [String])
        switch score.verdict {
        case .passed: return
        case .failed:
            (title, ink, ground) = ("Not passed", .bad, .paleBad)
            reasons = score.failReasons.isEmpty ? ["A compliance rule was broken."] : score.failReasons
        case .pending:
            (title, ink, ground) = ("Open: a person has to decide", .warning, .paleWarning)
            reasons = score.pendingReasons
        }
        flow.box(
            [(title, .title.with(ink))]
                + reasons.prefix(8).map { ("• " + SessionView.clamped(session.timed(reason: $0), to: 300), .body) },
            ground: ground, bar: ink)
    }

    /// Whose numbers these are, and what the machine said.
    private func reviewBox(_ score: Scorecard, _ flow: inout PageFlow) {
        guard let reviewer = score.reviewedBy, let machine = score.machine else { return }
        let date = score.reviewedAt.map { " on \(SessionView.date($0))" } ?? ""
        let later = machine.changedSince == true ? " The machine has judged the session again since then." : ""
        flow.box(
            [
                ("Reviewed by \(SessionView.clamped(reviewer, to: 64))\(date)", .title.with(.good)),
                (
                    "The numbers of this person count. The machine's: \(machine.overall) of 100, "
                        + "\(machine.verdict.title).\(later)", .body
                ),
            ], ground: .paleGood, bar: .good)
    }

    private func band(_ session: SessionView, _ flow: inout PageFlow) {
        let record = session.record
        flow.bookmark("Summary")
        flow.add(.rectangle(x: 0, y: 0, width: PDFDocument.width, height: Self.bandHeight, radius: 0, ink: .brand))
        flow.add(.rectangle(x: 0, y: Self.bandHeight, width: PDFDocument.width, height: 3, radius: 0, ink: .accent))
        let half = PageFlow.width * 0.68
        flow.line("SALES TRAINING · REPORT CARD", .label.with(.onBrand), x: PageFlow.left, top: 24)
        let sizes = [22.0, 18, 15, 12].map { TextStyle(style: .bold, size: $0, ink: .white) }
        let name = sizes.first { flow.measure(record.traineeId, $0) <= half } ?? sizes[sizes.count - 1]
        flow.line(flow.fitted(record.traineeId, name, width: half), name, x: PageFlow.left, top: 66 - name.lineHeight)
        let subtitle = TextStyle(style: .regular, size: 10, ink: .onBrand)
        let scenario = "\(record.personaName) · \(record.scenario.title)"
        flow.line(flow.fitted(scenario, subtitle, width: half), subtitle, x: PageFlow.left, top: 72)
        let id = TextStyle(style: .bold, size: 12, ink: .white)
        flow.line(record.sessionId.text, id, endingAt: PageFlow.right, top: 46)
        flow.line(
            SessionView.date(record.startedAt ?? record.createdAt), .small.with(.onBrand), endingAt: PageFlow.right,
            top: 66)
        flow.advance(Self.bandHeight + 24 - PageFlow.top)
    }

    /// The ring with the overall score.
    private func verdict(_ session: SessionView, _ flow: inout PageFlow) {
        let record = session.record
        let radius = 42.0
        let centre = Mark.Point(x: PageFlow.left + radius + 4, y: flow.y + radius + 4)
        flow.add(.ring(centre, radius: radius, width: 9, fraction: 1, ink: .faint))
        let number = TextStyle(style: .bold, size: 30, ink: .brand)
        let text: String
        if let score = record.score {
            let overall = min(max(score.overall, 0), 100)
            let ink =
                switch score.verdict {
                case .passed: ScoreSection.ink(overall)
                case .failed: Ink.bad
                case .pending: Ink.warning
                }
            flow.add(.ring(centre, radius: radius, width: 9, fraction: Double(overall) / 100, ink: ink))
            text = String(overall)
        } else {
            text = "–"
        }
        flow.line(text, number, x: centre.x - flow.measure(text, number) / 2, top: centre.y - 24)
        flow.line("of 100", .small, x: centre.x - flow.measure("of 100", .small) / 2, top: centre.y + 12)
    }

    private func facts(_ session: SessionView, _ flow: inout PageFlow) {
        let record = session.record
        let x = PageFlow.left + 116
        var badgeX = x
        for (text, ink) in badges(record) {
            badgeX += flow.badge(text.uppercased(), ink: ink, x: badgeX, top: flow.y + 4, size: 8) + 6
        }
        let facts: [(String, String)] = [
            ("OUTCOME", record.outcome?.title ?? "None"),
            ("DURATION", record.durationMs.map(SessionView.duration) ?? "–"),
            ("MOOD AT THE END", record.finalAttitude.map { "\($0) of 10" } ?? "–"),
            ("PRACTISED WITH", PlainWords.client(record.client)),
            ("ENDED BY", record.endTrigger.map(PlainWords.end) ?? "–"),
            ("PLACE", record.scenario.place ?? "–"),
        ]
        let columns = [(at: 0.0, width: 105.0), (at: 112, width: 120), (at: 239, width: PageFlow.right - x - 239)]
        for (index, fact) in facts.enumerated() {
            let column = columns[index % columns.count]
            let top = flow.y + 30 + Double(index / columns.count) * 30
            flow.line(fact.0, .label, x: x + column.at, top: top)
            flow.line(flow.fitted(fact.1, .body, width: column.width), .body, x: x + column.at, top: top + 10)
        }
        flow.advance(108)
    }

    private func badges(_ record: SessionRecord) -> [(String, Ink)] {
        var badges: [(String, Ink)] = []
        if let score = record.score {
            switch score.verdict {
            case .passed: badges.append(("✓ Passed", .good))
            case .failed: badges.append(("✗ Not passed", .bad))
            case .pending: badges.append(("Open", .warning))
            }
            if score.revision > 1 { badges.append(("Revision \(score.revision)", .quiet)) }
            if score.needsReview { badges.append(("Needs review", .warning)) }
        } else {
            badges.append((record.scoreError == nil ? "Not scored yet" : "No score", .warning))
        }
        if record.visibility == .private { badges.append(("Private practice", .quiet)) }
        if let outcome = record.outcome {
            badges.append((outcome.title, outcome == .converted ? .accent : .quiet))
        }
        return badges
    }

    private static func reviewReason(_ score: Scorecard) -> String {
        var reasons: [String] = []
        if score.spread > 0 {
            reasons.append("\(score.samples.count) judgements of it lie \(score.spread) points apart")
        }
        reasons += score.flags.compactMap { Scorecard.reasonsForReview[$0] }.prefix(6)
        guard !reasons.isEmpty else { return "The judgement was marked as uncertain." }
        return SessionView.clamped("Reasons: " + reasons.joined(separator: "; ") + ".", to: 600)
    }
}
