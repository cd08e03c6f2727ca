import Domain

/// Figures that were counted, not judged.
struct TalkFactsSection: ReportSection {
    private static let columns = 2
    private static let rowHeight = TextStyle.body.lineHeight + 3

    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard let facts = session.record.score?.facts else { return }
        let rows = Self.rows(facts)
        let lines = (rows.count + Self.columns - 1) / Self.columns
        let height = Double(lines) * Self.rowHeight + 8
        guard flow.heading("The talk in numbers", following: height) else { return }
        let width = PageFlow.width / Double(Self.columns)
        let top = flow.y
        for (index, row) in rows.enumerated() {
            let x = PageFlow.left + Double(index % Self.columns) * width
            let y = top + Double(index / Self.columns) * Self.rowHeight
            flow.line(row.label, .body, x: x, top: y)
            flow.line(row.value, .title, endingAt: x + width - 24, top: y)
        }
        flow.advance(height)
    }

    static func rows(_ facts: TalkFacts) -> [(label: String, value: String)] {
        [
            ("Trainee's share of the words", "\(percent(facts.talkShare)) %"),
            ("Turns of the trainee", "\(facts.turns)"),
            ("Longest turn", "\(facts.longestTurnWords) words, \(seconds(facts.longestTurnSeconds))"),
            ("Until the age check", facts.secondsToAgeCheck.map(SessionView.clock) ?? "not checked"),
            ("Open questions", "\(facts.openQuestions)"),
            ("Closed questions", "\(facts.closedQuestions)"),
            ("Customer interrupted by the trainee", "\(facts.traineeInterruptions)"),
            ("Trainee interrupted by the customer", "\(facts.customerInterruptions)"),
        ]
    }

    private static func percent(_ share: Double) -> Int {
        share.isFinite ? Int((min(max(share, 0), 1) * 100).rounded()) : 0
    }

    private static func seconds(_ seconds: Double) -> String {
        seconds.isFinite ? "\(Int(min(max(seconds, 0), 86_400).rounded())) s" : "–"
    }
}
