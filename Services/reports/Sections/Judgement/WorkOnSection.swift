import Domain

/// The few things to work on, each with the words that it is about and a better line, and what to practise next.
struct WorkOnSection: ReportSection {
    private static let indent = 16.0

    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard let score = session.record.score, let coaching = score.coaching,
            !coaching.workOn.isEmpty || coaching.next != nil, flow.heading("Work on this")
        else { return }
        let titles = Dictionary(score.details.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        func title(_ category: String) -> String { titles[category] ?? SessionView.words(category) }
        for (index, advice) in coaching.workOn.prefix(Coaching.most).enumerated() {
            guard flow.reserve(60) else { return }
            flow.line("\(index + 1)", .title.with(.warning), x: PageFlow.left, top: flow.y)
            flow.line(
                title(advice.category).uppercased(), .label.with(.quiet), x: PageFlow.left + Self.indent,
                top: flow.y + 2)
            flow.advance(15)
            let quote = session.quote(Evidence(utteranceId: advice.utteranceId, text: advice.quote))
            let rows: [(String?, TextStyle)] = [
                (quote, .small), (SessionView.clamped(session.readable(advice.advice), to: 400), .body),
                (advice.why.map { "Why: " + SessionView.clamped(session.readable($0), to: 300) }, .small),
                (advice.tryInstead.map { "Try: “\(SessionView.clamped($0, to: 300))”" }, .body.with(.good)),
            ]
            for (text, style) in rows { if let text { flow.paragraph(text, style, indent: Self.indent, after: 2) } }
            flow.advance(5)
        }
        guard let next = coaching.next else { return }
        flow.box(
            [
                ("Practise next", .title.with(.accent)),
                (
                    "\(SessionView.clamped(next.scenarioTitle, to: 200)), with \(SessionView.clamped(next.personaName, to: 100)): "
                        + "the weakest category was \(title(next.category)).", .body
                ),
            ], ground: .faint, bar: .accent)
    }
}
