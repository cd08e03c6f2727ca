import Domain

/// Each category with its bar, its rationale and the quotes that it rests on.
struct ScoreSection: ReportSection {
    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard let score = session.record.score, flow.heading("Scores by category", following: 70) else { return }
        let judgements = Dictionary(score.details.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rubric = Dictionary(
            session.record.persona.rubric.categories.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for category in score.categoriesInOrder.prefix(20) {
            let judgement = judgements[category.id]
            bar(
                title: judgement?.title ?? rubric[category.id]?.title ?? SessionView.words(category.id),
                weight: judgement?.weight ?? rubric[category.id]?.weight, value: category.score, &flow)
            guard let judgement else { continue }
            if let note = Self.review(judgement) { flow.paragraph(note, .small.with(.good), after: 2) }
            flow.paragraph(SessionView.clamped(session.readable(judgement.rationale), to: 1_200), after: 2)
            if judgement.capped {
                flow.paragraph(
                    "No words of the trainee support more points here.", .small.with(.warning), after: 2)
            }
            for quote in judgement.evidence.prefix(6).compactMap(session.quote) { flow.quotation(quote) }
            flow.advance(7)
        }
    }

    /// Who gave this score, why, and what the machine gave.
    private static func review(_ judgement: Scorecard.CategoryJudgement) -> String? {
        guard let correction = judgement.correction else {
            return judgement.machineScore.map {
                "Limited by what a person decided about the rules; the machine gave \($0)."
            }
        }
        let machine = judgement.machineScore ?? correction.machine
        let note = correction.note.map { ": “\(SessionView.clamped($0, to: 600))”" } ?? ""
        let cap =
            judgement.score < correction.score
            ? " \(correction.score) was given; the rules allow \(judgement.score)." : ""
        return "\(SessionView.clamped(correction.by, to: 64)) gave \(judgement.score), the machine \(machine) "
            + "(\(SessionView.words(correction.reason.rawValue).lowercased()))\(note).\(cap)"
    }

    private func bar(title: String, weight: Int?, value: Int, _ flow: inout PageFlow) {
        // With space for the first two lines of the rationale, so that no bar stands alone at the foot of a page.
        guard flow.reserve(24 + 2 * TextStyle.body.lineHeight) else { return }
        let value = min(max(value, 0), 100)
        let name = flow.fitted(title, .title, width: PageFlow.width - 150)
        flow.line(name, .title, x: PageFlow.left, top: flow.y)
        if let weight {
            flow.line(
                "weight \(weight) %", .small, x: PageFlow.left + flow.measure(name, .title) + 8, top: flow.y + 1.5)
        }
        let number = TextStyle(style: .bold, size: 11, ink: Self.ink(value))
        flow.line("\(value)", number, endingAt: PageFlow.right, top: flow.y - 1)
        let top = flow.y + 16
        flow.add(.rectangle(x: PageFlow.left, y: top, width: PageFlow.width, height: 5, radius: 2.5, ink: .faint))
        if value > 0 {
            let length = max(5, PageFlow.width * Double(value) / 100)
            flow.add(.rectangle(x: PageFlow.left, y: top, width: length, height: 5, radius: 2.5, ink: Self.ink(value)))
        }
        flow.advance(25)
    }

    /// Colour only repeats what the number says.
    static func ink(_ value: Int) -> Ink {
        value >= 70 ? .good : value >= 40 ? .warning : .bad
    }
}

extension PageFlow {
    /// A quote, set off from the text about it.
    mutating func quotation(_ text: String, indent: Double = 10) {
        guard reserve(2 * TextStyle.quote.lineHeight) else { return }
        let page = pages.count
        let top = y
        paragraph(text, .quote, indent: indent + 8, after: 0)
        // A bar beside the quote, unless it runs over two pages.
        if pages.count == page, y > top {
            add(.rectangle(x: Self.left + indent, y: top + 2, width: 1.5, height: y - top - 3, radius: 0, ink: .accent))
        }
        advance(3)
    }
}
