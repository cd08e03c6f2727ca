/// What an utterance of the trainee, or something that was left out, teaches: the simulator's few rules of selling.
struct Lesson: Sendable {
    private enum Kind {
        case promise, monologue, telling, age, closing, depth
    }

    private let kind: Kind

    /// - Parameters:
    ///   - line: the utterance; nil for what was left out.
    ///   - lacksAge: whether nobody asked for the customer's age.
    ///   - lacksClosing: whether nobody proposed a next step.
    init(line: Interview.Line?, lacksAge: Bool, lacksClosing: Bool) {
        kind =
            if let line { Self.kind(of: line) ?? .telling } else { lacksAge ? .age : lacksClosing ? .closing : .depth }
    }

    /// Up to three utterances that teach something, the worst first.
    static func lines(of interview: Interview) -> [Interview.Line] {
        var found = interview.forbidden.map(\.line)
        for line in interview.traineeLines where kind(of: line) != nil && !found.contains(line) { found.append(line) }
        return Array(
            found.reduce(into: []) { lines, line in if !lines.contains(line) { lines.append(line) } }.prefix(3))
    }

    /// Nil for an utterance that needs no lesson.
    private static func kind(of line: Interview.Line) -> Kind? {
        let remark = line.remark
        if !remark.forbidden.isEmpty { return .promise }
        if remark.effect < 0 { return .monologue }
        let isTelling = !remark.isQuestion && !remark.topics.isDisjoint(with: [.device, .taste, .price])
        return isTelling ? .telling : nil
    }

    /// The category that is about it, by the words of its id.
    func category(among ids: [String]) -> String {
        let words =
            switch kind {
            case .promise, .age: ["complian", "age", "protocol"]
            case .monologue: ["time", "listen", "adapt"]
            case .telling, .depth: ["need", "discover", "empath", "listen"]
            case .closing: ["clos", "persist", "outcome"]
            }
        let found = words.lazy.compactMap { word in ids.first { $0.lowercased().contains(word) } }.first
        return found ?? ids.first ?? ""
    }

    var advice: String {
        switch kind {
        case .promise: "Leave that promise out, and say plainly that it is not risk-free."
        case .monologue: "Say less at a time, and let the customer answer."
        case .telling: "Ask first, and present what fits the answer."
        case .age: "Verify the customer's age before showing the device."
        case .closing: "Propose a next step before the talk is over."
        case .depth: "Stay longer with what the customer tells you."
        }
    }

    var why: String {
        switch kind {
        case .promise: "The customer heard a promise that nobody may make, and trusted you less."
        case .monologue: "The customer stopped listening halfway."
        case .telling: "The customer had nothing to answer."
        case .age: "Without it no product may change hands."
        case .closing: "Nobody asked for anything, so nothing could be agreed."
        case .depth: "One more question would have shown what matters most."
        }
    }

    /// What could have been said.
    var line: String {
        switch kind {
        case .promise: "It is not risk-free, and it contains nicotine, which is addictive."
        case .monologue: "May I ask what matters most to you?"
        case .telling: "May I ask what you like about your cigarettes?"
        case .age: "Before I show you anything, may I see your date of birth, please?"
        case .closing: "Would you like to see how it works?"
        case .depth: "What would have to be different for you?"
        }
    }

    /// A line for the trainee during the call.
    static func hint(for interview: Interview) -> String {
        guard let last = interview.recentLines.last else { return "Greet the customer, and ask what brings them here." }
        switch kind(of: last) {
        case .promise: return "Take that back: say that it is not risk-free and contains nicotine."
        case .monologue: return "Keep it short now, and let the customer talk."
        case .telling, .age, .closing, .depth: return "Ask what the customer likes about smoking, and let them finish."
        case nil: break
        }
        return !interview.hasAgeEvent && interview.evidence(for: "age").isEmpty
            ? "Good question. Before you show anything, ask for the date of birth."
            : "Pick up what the customer has just told you."
    }
}
