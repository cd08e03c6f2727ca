import Domain

/// The checklist of the sales funnel, each step with the words that show it.
struct SalesStepsSection: ReportSection {
    func write(_ session: SessionView, to flow: inout PageFlow) {
        let steps = session.salesSteps.prefix(20)
        guard !steps.isEmpty, flow.heading("Sales steps") else { return }
        let done = steps.count { $0.status == .done }
        flow.paragraph("\(done) of \(steps.count) done.", .small)
        for step in steps {
            guard flow.reserve(18 + TextStyle.quote.lineHeight) else { return }
            let (symbol, word, ink) = Self.look(step.status)
            flow.line(symbol, .title.with(ink), x: PageFlow.left, top: flow.y)
            let title = flow.fitted(PlainWords.step(step.id), .title, width: PageFlow.width - 100)
            flow.line(title, .title, x: PageFlow.left + 18, top: flow.y)
            flow.line(word, .title.with(ink), endingAt: PageFlow.right, top: flow.y)
            flow.advance(15)
            for quote in step.evidence.prefix(3).compactMap(session.quote) { flow.quotation(quote, indent: 18) }
            flow.advance(3)
        }
    }

    private static func look(_ status: SalesStepResult.Status) -> (symbol: String, word: String, ink: Ink) {
        switch status {
        case .done: ("✓", "Done", .good)
        case .partial: ("◐", "In part", .warning)
        case .missed: ("✗", "Missed", .bad)
        case .open: ("○", "Open", .quiet)
        }
    }
}
