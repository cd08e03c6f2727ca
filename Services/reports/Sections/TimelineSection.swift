import Domain
import JSON

/// The session's events with their times: in VR, on the tablet, in the server, and of the connection.
struct TimelineSection: ReportSection {
    private static let mostEvents = 250

    func write(_ session: SessionView, to flow: inout PageFlow) {
        let events = session.record.events
        guard !events.isEmpty, flow.heading("Timeline") else { return }
        flow.paragraph("Minutes and seconds since the session began, here and everywhere, as in its replay.", .small)
        let printed = events.prefix(Self.mostEvents).map { event in
            Row(
                time: event.time, label: PlainWords.place(event.type),
                ink: event.type == .error ? .bad : .quiet,
                text: PlainWords.event(event).map { SessionView.clamped($0, to: 400) } ?? Self.describe(event.data))
        }
        for row in (printed + session.record.absences.prefix(50).flatMap(Self.rows)).sorted(by: { $0.time < $1.time }) {
            flow.row(time: row.time, label: row.label, ink: row.ink, text: row.text)
        }
        if events.count > Self.mostEvents {
            flow.paragraph(
                "\(events.count - Self.mostEvents) of \(events.count) events are not printed; all are in events.json.",
                .small.with(.bad))
        }
    }

    private struct Row {
        var time: Double
        var label: String
        var ink: Ink
        var text: String
    }

    private static func rows(_ absence: Absence) -> [Row] {
        let lost = Row(
            time: absence.from, label: "Connection", ink: .warning,
            text: absence.to == nil ? "lost; the trainee did not come back" : "lost")
        return [lost] + (absence.to.map { [Row(time: $0, label: "Connection", ink: .quiet, text: "back")] } ?? [])
    }

    /// `Question: Q1, answer: Option B`
    static func describe(_ data: JSONValue) -> String {
        let text =
            switch OrderedJSON(data, order: SessionFiles.eventKeys) {
            case .object(let members):
                members.map { "\(SessionView.words($0.key).lowercased()): \(plain($0.value))" }.joined(separator: ", ")
            case let value: plain(value)
            }
        return SessionView.clamped(text.prefix(1).uppercased() + text.dropFirst(), to: 400)
    }

    private static func plain(_ value: OrderedJSON) -> String {
        switch value {
        case .string(let text): PlainWords.spaced(text)
        case .null: "–"
        case .bool, .integer, .large, .number, .array, .object: value.line
        }
    }
}

extension PageFlow {
    /// A row of timeline or transcript: the time, the event type or speaker, and the text.
    mutating func row(time: Double, label: String, ink: Ink, text: String) {
        let indent = 116.0
        let lines = block(text, .body, width: Self.width - indent).lines
        guard reserve(Double(min(max(lines.count, 1), 2)) * TextStyle.body.lineHeight) else { return }
        line(SessionView.clock(time), .small, x: Self.left, top: y + 1)
        line(fitted(label, .label.with(ink), width: indent - 46), .label.with(ink), x: Self.left + 38, top: y + 1.5)
        for (index, line) in lines.enumerated() {
            guard index == 0 || reserve(TextStyle.body.lineHeight) else { return }
            self.line(line, .body, x: Self.left + indent, top: y)
            advance(TextStyle.body.lineHeight)
        }
        if lines.isEmpty { advance(TextStyle.body.lineHeight) }
        advance(3)
    }
}
