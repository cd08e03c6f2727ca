import Foundation

/// The customer that the simulator plays: a handful of lines, a mood, and an end. In character with the instructions as far
/// as the name goes; the mood follows the supervisor's state items, and the trainee's own lines while there are none.
struct Customer: Sendable {
    struct Reply: Hashable, Sendable {
        /// One or two messages of some sentences each.
        var messages: [[String]]
        /// The outcome that the customer ends the conversation with.
        var ending: String?
    }

    /// After so many answers it is over, whatever the mood.
    private let longest: Int
    private var random: SeededRandom
    private var turns = 0
    private var attitude = 3
    private var hasState = false
    private var said: Set<String> = []

    init(seed: UInt64, longest: Int) {
        random = SeededRandom(seed: seed)
        self.longest = longest
    }

    /// Takes in a system item: `[state] attitude 5, rising. …`.
    mutating func hear(state: String) {
        guard let match = state.lowercased().firstMatch(of: #/attitude[^0-9]{0,12}(\d{1,2})/#), let value = Int(match.1)
        else { return }
        attitude = min(max(value, 0), 10)
        hasState = true
    }

    /// The first word of the conversation, when nobody has said anything yet.
    mutating func open(instructions: String) -> Reply {
        Reply(messages: [[pick(CustomerLines.opening(Self.name(in: instructions)))]])
    }

    mutating func answer(_ text: String, mayEnd outcomes: [String]) -> Reply {
        let remark = Remark(text)
        turns += 1
        if !hasState { attitude = min(max(attitude + remark.effect, 0), 10) }
        hasState = false
        if let ending = ending(remark), let outcome = outcomes.first(where: { $0 == ending }) ?? outcomes.last {
            return Reply(messages: [[pick(CustomerLines.goodbye(outcome))]], ending: outcome)
        }
        if !remark.forbidden.isEmpty { return Reply(messages: [[pick(CustomerLines.offended)]]) }
        let mood = CustomerLines.Mood(attitude: attitude)
        let topic = Remark.Topic.allCases.first(where: remark.topics.contains)
        var sentences = [pick(CustomerLines.answers(to: topic, mood))]
        if mood != .cold, random.unit() < 0.3 { sentences.append(pick(CustomerLines.asides)) }
        return Reply(messages: [sentences])
    }

    private func ending(_ remark: Remark) -> String? {
        if remark.topics.contains(.farewell) {
            return attitude >= 7 ? "converted" : attitude <= 3 ? "walked_away" : "rejected"
        }
        if attitude >= 8, turns >= 4, remark.topics.contains(.closing) { return "converted" }
        if attitude <= 1, turns >= 3 { return "rejected" }
        guard turns >= longest else { return nil }
        return attitude >= 7 ? "converted" : attitude <= 3 ? "walked_away" : "rejected"
    }

    /// A line that was not said yet, where there is one.
    private mutating func pick(_ lines: [String]) -> String {
        let fresh = lines.filter { !said.contains($0) }
        let line = (fresh.isEmpty ? lines : fresh).randomElement(using: &random) ?? "Hm."
        said.insert(line)
        return line
    }

    /// «You are Karel, …» gives Karel.
    static func name(in instructions: String) -> String? {
        instructions.firstMatch(of: #/You are (\p{Lu}\p{Ll}+)\b/#).map { String($0.1) }
    }
}
