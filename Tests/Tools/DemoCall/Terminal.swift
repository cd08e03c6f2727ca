import Domain
import Foundation
import TrainingClient

/// Output of the demo: colours and a mood bar on a terminal, plain lines elsewhere.
struct Terminal: Sendable {
    private let isColoured = isatty(STDOUT_FILENO) == 1

    private func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    private func style(_ code: String, _ text: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    func begin(_ created: TrainingServer.Created, simulated: Bool) {
        line("")
        line(
            style("1", "\(created.sessionId)  \(created.persona.name ?? "?")")
                + " · \(created.persona.type ?? "customer") · \(created.scenario.title ?? created.scenario.id)")
        if simulated {
            line(
                style(
                    "33", "The server runs against the bundled OpenAI simulator: answers are scripted, not intelligent."
                ))
        }
        line("")
    }

    func show(_ event: TrainingCall.Event, customer: String) {
        guard case .message(let message) = event else { return }
        switch message {
        case .ready: line(style("2", "connected, the microphone is open"))
        case .transcript(let said):
            let who = said.speaker == .trainee ? style("36", "you".padded(to: 8)) : style("35", customer.padded(to: 8))
            line(
                "\(clock(said.startTime)) \(who) \(said.text)\(said.interrupted == true ? style("2", " (interrupted)") : "")"
            )
        case .attitude(let change): line("\(String(repeating: " ", count: 6)) \(mood(change.value, change.direction))")
        case .compliance(let finding):
            let mark = style(finding.status == .violated ? "31" : finding.status == .satisfied ? "32" : "33", "rule")
            let taken = [.dismissed, .disputed].contains(finding.status) ? " (\(finding.status.rawValue))" : ""
            line("\(String(repeating: " ", count: 6)) \(mark)     \(finding.id): \(finding.message)\(taken)")
        case .sessionEnded(_, let outcome, let trigger):
            line("")
            line(style("1", "The call has ended: \(outcome.rawValue)") + " (\(trigger)). Scoring…")
        case .sessionOutcome(_, let outcome): line(style("1", "Outcome: \(outcome.rawValue)"))
        case .error(_, let code, let text, _, _): line(style("31", "error \(code): \(text)"))
        case .status(let upstream): line(style("33", "connection to the voice service: \(upstream)"))
        case .microphone(let status): line(style("33", "microphone: \(status)"))
        case .goingAway(let reason, _): line(style("33", "the server goes away: \(reason)"))
        case .moved(let wsUrl): line(style("33", "the session is at \(wsUrl.prefix { $0 != "?" })"))
        case .hint(let text): line(style("36", "hint: \(text)"))
        case .nack(_, let code, let text, _): line(style("31", "event refused, \(code): \(text)"))
        case .score, .audioClear, .audioItem, .ack, .resumed, .resumeFailed, .pong: break
        }
    }

    func event(_ event: ClientEvent) {
        line("\(String(repeating: " ", count: 6)) \(style("2", "event    \(event.data.type)"))")
    }

    /// The next line that the user types; nil at the end of the input.
    func ask() async -> String? {
        FileHandle.standardOutput.write(Data(style("36", "you ▸ ").utf8))
        return await withCheckedContinuation { continuation in
            // Reading from a terminal blocks, so it runs on a thread of its own.
            Thread.detachNewThread { continuation.resume(returning: readLine()) }
        }
    }

    func end(_ result: Conversation.Result) {
        guard let score = result.score else {
            return line(
                style("31", "No score: \(result.scoreError ?? "the connection closed with \(result.closeCode ?? 0)")"))
        }
        line("")
        let verdict =
            switch score.verdict {
            case .passed: style("32", "passed")
            case .failed: style("31", "not passed")
            case .pending: style("33", "open: a person has to decide")
            }
        line(
            style("1", "Score \(score.overall) of 100") + "  " + verdict
                + (score.needsReview ? style("33", "  needs review by a person") : ""))
        for reason in score.failReasons { line("  " + style("31", reason)) }
        for category in score.details {
            line("  \(category.title.padded(to: 24)) \(bar(category.score, of: 100, width: 20)) \(category.score)")
            if let quote = category.evidence.first?.text { line(style("2", "      “\(quote)”")) }
        }
        for text in score.highlights.prefix(3) { line("  " + style("32", "+ ") + text) }
        for text in score.improvements.prefix(3) { line("  " + style("33", "– ") + text) }
        line("  \(score.summary)")
    }

    func files(_ files: [URL], dashboard: String) {
        line("")
        for file in files { line("\(file.pathExtension.uppercased().padded(to: 10)) \(file.path)") }
        line("Dashboard  \(dashboard)")
    }

    func failure(_ text: String, hint: String?) {
        FileHandle.standardError.write(Data((text + (hint.map { "\n\($0)" } ?? "") + "\n").utf8))
    }

    private func mood(_ value: Int, _ direction: Attitude.Direction) -> String {
        let arrow =
            switch direction {
            case .rising: "↑"
            case .falling: "↓"
            case .steady: "→"
            }
        return "\("mood".padded(to: 8)) \(bar(value, of: 10, width: 20)) \(value) \(arrow)"
    }

    private func bar(_ value: Int, of most: Int, width: Int) -> String {
        let filled = min(max(value, 0), most) * width / most
        return style(
            value * 10 >= most * 6 ? "32" : value * 10 >= most * 3 ? "33" : "31", String(repeating: "█", count: filled))
            + String(repeating: "░", count: width - filled)
    }

    private func clock(_ seconds: Double) -> String {
        let whole = seconds.isFinite ? Int(min(max(seconds, 0), 86_400)) : 0
        let rest = whole % 60
        return style("2", "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)".padded(to: 6))
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }
}
