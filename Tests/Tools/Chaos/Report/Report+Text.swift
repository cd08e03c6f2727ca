import Foundation

extension Report {
    /// Maximum number of flaws shown per rule; the JSON has all.
    private static let shown = 5

    var text: String {
        var lines = ["\(sessions) callers, \(String(format: "%.1f", minutes)) minutes, seed \(seed): \(summary)"]
        lines += skipped.map { "skipped: \($0)" }
        if let scoreAfter { lines.append("score after s: n, median, p95, max  \(Self.line(scoreAfter))") }
        lines.append(
            "evaluations: \(evaluations.missed) missed after \(evaluations.turns) turns of the customer, "
                + "\(evaluations.mostMissed) at most in one session")
        lines += cellLines
        lines += faultLines
        lines += processLines
        lines += logLines
        lines += flawLines
        lines.append(verdict)
        if let folder { lines.append("kept in \(folder)") }
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        "\(calls) calls, \(acknowledgedEvents) acknowledged events, \(numberedMessages) numbered messages, "
            + "\(reconnections) reconnections, \(faults.count) faults"
    }

    private var verdict: String {
        Flaw.Kind.allCases.map { kind in "\(kind.rawValue) \(flaws.count { $0.kind == kind })" }.joined(separator: ", ")
    }

    private var cellLines: [String] {
        guard let cells else { return [] }
        let owned = cells.sessions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return [
            "longest silence around a lost connection s: n, median, p95, max  \(Self.line(cells.silence))",
            "reconnect s: n, median, p95, max  \(Self.line(cells.reconnect))",
            "create a session s: n, median, p95, max  \(Self.line(cells.creation))",
            "sessions by their last cell: \(owned.joined(separator: ", "))",
        ]
    }

    private var faultLines: [String] {
        guard !faultFigures.isEmpty else { return [] }
        return ["", "fault     count  reconnect s: n, median, p95, max     longest silence s: n, median, p95, max"]
            + faultFigures.map { figures in
                "\(Self.padded(figures.kind.rawValue, 9)) \(Self.padded("\(figures.count)", 6)) "
                    + "\(Self.padded(Self.line(figures.reconnect), 36)) \(Self.line(figures.silence))"
            }
    }

    private static func line(_ figures: Figures?) -> String {
        guard let figures else { return "none" }
        return String(format: "%d, %.2f, %.2f, %.2f", figures.count, figures.median, figures.p95, figures.max)
    }

    private var processLines: [String] {
        ["", "process        lives  resident MB: first, median, max, last    kB per 1,000 calls    cores"]
            + processes.map(Self.line)
    }

    private static func line(_ figures: ProcessFigures) -> String {
        let memory = [figures.firstKB, figures.medianKB, figures.maxKB, figures.lastKB]
            .map { String(format: "%.1f", $0 / 1_024) }.joined(separator: ", ")
        let slope = figures.slopeKB.map { String(format: "%.0f", $0) } ?? "-"
        let cores = String(format: "%.2f", figures.cpu)
        return [
            padded(figures.process, 14), padded("\(figures.lives)", 6), padded(memory, 40), padded(slope, 21), cores,
        ].joined(separator: " ")
    }

    private var logLines: [String] {
        guard !logged.isEmpty else { return [] }
        let sorted = logged.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        return ["", "log lines at error and above:"] + sorted.prefix(20).map { "  \($0.value) × \($0.key)" }
    }

    private var flawLines: [String] {
        let groups = Dictionary(grouping: flaws) { "\($0.kind.rawValue) \($0.rule.rawValue)" }
        var lines: [String] = []
        for (name, flaws) in groups.sorted(by: { $0.key < $1.key }) {
            lines += ["", "\(name): \(flaws.count)"]
            lines += flaws.prefix(Self.shown).map { "  \($0)" }
            if flaws.count > Self.shown { lines.append("  and \(flaws.count - Self.shown) more") }
        }
        return lines + [""]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
