import Domain

/// The mood curve: the customer's attitude over the time of the call.
struct AttitudeSection: ReportSection {
    private static let height = 132.0
    /// More points than this cannot be distinguished on paper.
    private static let mostPoints = 300

    func write(_ session: SessionView, to flow: inout PageFlow) {
        guard flow.heading("Customer's attitude", following: Self.height + 60) else { return }
        flow.paragraph(
            "How well disposed the simulated customer was, from 0 (leaves) to 10 (convinced). It follows from what was "
                + "said; nothing was read from the trainee's voice.", .small)
        let curve = Curve(session.record)
        guard let last = curve.points.last else {
            flow.paragraph("No attitude was recorded in this session.")
            return
        }
        let top = flow.y + 8
        let left = PageFlow.left + 22
        let right = PageFlow.right - 22
        func x(_ time: Double) -> Double { left + (right - left) * time / curve.end }
        func y(_ value: Double) -> Double { top + Self.height * (1 - value / 10) }

        for value in stride(from: 0, through: 10, by: 2) {
            let level = y(Double(value))
            flow.add(
                .line(
                    [.init(x: left, y: level), .init(x: right, y: level)], width: value == 0 ? 0.8 : 0.5, ink: .rule,
                    dashed: value != 0))
            flow.line("\(value)", .small, endingAt: left - 6, top: level - 6)
        }
        flow.add(
            .line(
                [.init(x: left, y: top), .init(x: left, y: top + Self.height)], width: 0.8, ink: .rule, dashed: false))
        for tick in curve.ticks {
            let place = x(tick)
            flow.add(
                .line(
                    [.init(x: place, y: top + Self.height), .init(x: place, y: top + Self.height + 3)], width: 0.8,
                    ink: .rule,
                    dashed: false))
            let label = curve.isTimed ? SessionView.clock(tick) : "\(Int(tick) + 1)"
            flow.line(label, .small, x: place - flow.measure(label, .small) / 2, top: top + Self.height + 4)
        }
        let points = curve.points.map { Mark.Point(x: x($0.time), y: y($0.value)) }
        flow.add(.line(points, width: 1.6, ink: .accent, dashed: false))
        if points.count <= 60 {
            for point in points { flow.add(.dot(point, radius: 2.2, ink: .accent)) }
        }
        let end = Mark.Point(x: x(last.time), y: y(last.value))
        flow.add(.dot(end, radius: 3.4, ink: .brand))
        flow.line("\(Int(last.value))", .title.with(.brand), x: end.x + 6, top: end.y - 7)
        flow.advance(8 + Self.height + 18)
        flow.line(curve.isTimed ? "minutes of the call" : "evaluation", .small, endingAt: right, top: flow.y)
        flow.advance(14)
    }

    /// The points to be drawn, every value and time within bounds.
    struct Curve: Equatable {
        var points: [Point]
        /// The end of the time axis, above 0.
        var end: Double
        /// False when only the order of the values is known, not their times.
        var isTimed: Bool

        struct Point: Equatable {
            var time: Double
            var value: Double
        }

        init(_ record: SessionRecord) {
            let isTimed = !record.attitudeCurve.isEmpty
            var points: [Point]
            if isTimed {
                points = record.attitudeCurve.filter(\.time.isFinite)
                    .map { Point(time: min(max($0.time, 0), 86_400), value: Self.bounded($0.value)) }
                    .sorted { $0.time < $1.time }
                if let first = points.first, first.time > 0 {
                    points.insert(Point(time: 0, value: Self.bounded(record.persona.initialAttitude)), at: 0)
                }
            } else {
                points = record.moodHistory.enumerated().map { Point(time: Double($0), value: Self.bounded($1)) }
            }
            if points.count > AttitudeSection.mostPoints, let last = points.last {
                let step = points.count / AttitudeSection.mostPoints + 1
                points = stride(from: 0, to: points.count, by: step).map { points[$0] } + [last]
            }
            let duration = isTimed ? Double(record.durationMs ?? 0) / 1000 : 0
            end = max(1, points.last?.time ?? 1, min(duration, 86_400))
            self.points = points
            self.isTimed = isTimed
        }

        /// Round values, no more than fit side by side.
        var ticks: [Double] {
            let steps: [Double] =
                isTimed
                ? [10, 15, 30, 60, 120, 300, 600, 1_800, 7_200, 14_400] : [1, 2, 5, 10, 20, 50, 100, 500, 5_000]
            let step = steps.first { end / $0 <= 12 } ?? end
            return Array(stride(from: 0, through: end, by: step))
        }

        private static func bounded(_ value: Int) -> Double {
            Double(min(max(value, Attitude.range.lowerBound), Attitude.range.upperBound))
        }
    }
}
