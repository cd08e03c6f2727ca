import Domain

/// Whether the customer speaks first: after a pause, unless the trainee has spoken.
struct Opening {
    private enum Stage {
        /// The trainee speaks first, or somebody has spoken.
        case none
        case waiting
        case due
        /// The customer was asked to begin.
        case asked
    }

    private let line: String
    private let pauseMs: Int
    private var stage: Stage
    private var requests = 0

    init(_ opening: Scenario.Opening?) {
        line = opening?.says ?? ""
        pauseMs = opening?.afterMs ?? Scenario.Opening.pauseMs
        stage = opening?.speaker == .customer ? .waiting : .none
    }

    var isDue: Bool { stage == .due }

    func watch(_ effects: inout Effects) {
        if stage == .waiting { effects.start(.opening, after: .milliseconds(pauseMs)) }
    }

    mutating func pauseIsOver() {
        if stage == .waiting { stage = .due }
    }

    /// Somebody else has spoken first.
    mutating func giveUp() {
        stage = .none
    }

    /// A new upstream connection was not asked.
    mutating func restart() {
        if stage == .asked { stage = .due }
    }

    /// - Returns: the customer's first line, and the id of the item that gives it to them.
    mutating func ask() -> (itemId: String, line: String) {
        stage = .asked
        requests += 1
        return ("opening_\(requests)", line)
    }
}
