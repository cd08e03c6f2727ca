import Domain

/// What to keep, and what to do differently next time.
struct CoachingSection: ReportSection {
    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard let score = session.record.score else { return }
        let improvements = Self.improvements(score)
        guard !score.highlights.isEmpty || !improvements.items.isEmpty else { return }
        let gap = 24.0
        let width = (PageFlow.width - gap) / 2
        let lists = [
            ("✓ What went well", Ink.good, score.highlights.map { session.timed(remark: $0) }),
            (improvements.title, Ink.warning, improvements.items.map { session.timed(remark: $0) }),
        ]
        let columns = lists.map { title, ink, items in
            let texts =
                items.isEmpty
                ? ["Nothing was named."] : items.prefix(12).map { SessionView.clamped(session.readable($0), to: 400) }
            return (title: title, ink: ink, blocks: texts.map { flow.block($0, .body, width: width - 12) })
        }
        let height = columns.map { Self.height($0.blocks) }.max() ?? 0
        guard height < 500 else {
            oneBelowTheOther(lists, &flow)
            return
        }
        guard flow.heading("Coaching", following: height) else { return }
        for (index, column) in columns.enumerated() {
            let x = PageFlow.left + Double(index) * (width + gap)
            var top = flow.y
            flow.line(column.title, .title.with(column.ink), x: x, top: top)
            top += 18
            for block in column.blocks {
                flow.add(.dot(.init(x: x + 3, y: top + 7), radius: 1.6, ink: column.ink))
                for line in block.lines {
                    flow.line(line, .body, x: x + 12, top: top)
                    top += TextStyle.body.lineHeight
                }
                top += 3
            }
        }
        flow.advance(height)
    }

    /// What to improve is a section of its own where the judge gave it places; then only the rules of thumb are left.
    private static func improvements(_ score: Scorecard) -> (title: String, items: [String]) {
        guard let coaching = score.coaching, !coaching.workOn.isEmpty else {
            return ("→ To improve", score.improvements)
        }
        let rules = [("Keep", coaching.keep), ("Start", coaching.start), ("Stop", coaching.stop)]
        return ("→ Next time", rules.compactMap { name, text in text.map { "\(name): \($0)" } })
    }

    private static func height(_ blocks: [TextBlock]) -> Double {
        blocks.reduce(18) { $0 + Double($1.lines.count) * TextStyle.body.lineHeight + 3 }
    }

    private func oneBelowTheOther(_ lists: [(String, Ink, [String])], _ flow: inout PageFlow) {
        guard flow.heading("Coaching") else { return }
        for (title, ink, items) in lists where !items.isEmpty {
            guard flow.reserve(50) else { return }
            flow.line(title, .title.with(ink), x: PageFlow.left, top: flow.y)
            flow.advance(18)
            for item in items.prefix(12) { flow.paragraph("• " + SessionView.clamped(item, to: 400), indent: 4) }
        }
    }
}
