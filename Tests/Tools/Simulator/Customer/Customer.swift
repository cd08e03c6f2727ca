import Foundation
import SeededRandom

/// The customer that the simulator plays: prepared utterances, a mood, and an end. It follows the instructions as far
/// as `PersonaNotes` reads them. Its mood follows the supervisor's state items or, while there are none, the trainee's
/// utterances.
struct Customer: Sendable {
    struct Reply: Hashable, Sendable {
        /// One or two messages of some sentences each.
        var messages: [[String]]
        /// The outcome that the customer ends the conversation with.
        var ending: String?
    }

    /// Number of answers after which the conversation ends, whatever the mood.
    private let longest: Int
    private var random: SplitMix64
    private var turns = 0
    private var attitude: Int?
    private var hasState = false
    /// The trainee has been silent for a long time.
    private var wonders = false
    /// The conversation must end now.
    private var mustGo = false
    private var said: Set<String> = []

    init(seed: UInt64, longest: Int) {
        random = SplitMix64(seed: seed)
        self.longest = longest
    }

    /// Takes in a system item. `[state] attitude 5, rising. …` sets the mood; after `[silence] …` the customer, when it
    /// is next made to speak, asks whether the trainee is still there; after `[time] …` its next answer is a goodbye.
    mutating func hear(note: String) {
        if note.hasPrefix("[silence]") { wonders = true }
        if note.hasPrefix("[time]") { mustGo = true }
        guard let match = note.lowercased().firstMatch(of: #/attitude[^0-9]{0,12}(\d{1,2})/#), let value = Int(match.1)
        else { return }
        attitude = min(max(value, 0), 10)
        hasState = true
    }

    /// The utterance for a silence; nil if there was none.
    mutating func speakUp() -> Reply? {
        guard wonders, !mustGo else { return nil }
        wonders = false
        return Reply(messages: [[pick(CustomerLines.stillThere)]])
    }

    /// The first utterance of the conversation, if neither side has spoken yet.
    mutating func open(instructions: String, mayEnd outcomes: [String]) -> Reply {
        let notes = PersonaNotes(instructions)
        if mustGo { return goodbye(Self.outcome(of: attitude ?? notes.attitude ?? 3), notes, outcomes) }
        return Reply(messages: [[pick(CustomerLines.opening(notes.name))]])
    }

    mutating func answer(_ text: String, instructions: String, mayEnd outcomes: [String]) -> Reply {
        let remark = Remark(text)
        let notes = PersonaNotes(instructions)
        turns += 1
        var value = attitude ?? notes.attitude ?? 3
        if !hasState { value = min(max(value + remark.effect, 0), 10) }
        attitude = value
        let mood = CustomerLines.Mood(attitude: value)
        hasState = false
        wonders = false
        if mustGo || !outcomes.isEmpty, let ending = ending(remark, value) {
            return goodbye(ending, notes, outcomes)
        }
        if remark.topic == .story { return Reply(messages: [story()]) }
        if !remark.forbidden.isEmpty { return Reply(messages: [[pick(CustomerLines.offended)]]) }
        let topic = remark.topic
        if topic == .age, let born = notes.born {
            return Reply(messages: [["\(pick(CustomerLines.beforeAge)) \(born)."]])
        }
        var sentences = [pick(CustomerLines.answers(to: topic, mood), else: CustomerLines.answers(to: nil, mood))]
        if random.unit() < 0.35, let own = notes.remarks.filter({ !said.contains($0) }).randomElement(using: &random) {
            said.insert(own)
            sentences.insert(own, at: 0)
        }
        return Reply(messages: [sentences])
    }

    /// - Parameter outcomes: the outcomes that the tool accepts; empty without a tool, and then no outcome is reported.
    private mutating func goodbye(_ ending: String, _ notes: PersonaNotes, _ outcomes: [String]) -> Reply {
        let outcome = outcomes.first { $0 == ending } ?? outcomes.last
        let own = (outcome ?? ending) == "converted" ? notes.farewells.first : notes.farewells.last
        return Reply(messages: [[own ?? pick(CustomerLines.goodbye(outcome ?? ending))]], ending: outcome)
    }

    private static func outcome(of mood: Int) -> String {
        mood >= 7 ? "converted" : mood <= 3 ? "walked_away" : "rejected"
    }

    private func ending(_ remark: Remark, _ mood: Int) -> String? {
        if mustGo || remark.topics.contains(.farewell) { return Self.outcome(of: mood) }
        if mood >= 8, turns >= 4, remark.topics.contains(.closing) { return "converted" }
        if mood <= 1, turns >= 3 { return "rejected" }
        return turns >= longest ? Self.outcome(of: mood) : nil
    }

    private mutating func story() -> [String] {
        let fresh = CustomerLines.stories.filter { said.isDisjoint(with: $0.prefix(1)) }
        let story = (fresh.isEmpty ? CustomerLines.stories : fresh).randomElement(using: &random) ?? []
        said.formUnion(story.prefix(1))
        return story
    }

    /// A random line that was not used yet, if there is one.
    private mutating func pick(_ lines: [String], else others: [String] = []) -> String {
        let fresh = [lines, others].map { $0.filter { !said.contains($0) } }.first { !$0.isEmpty }
        let line = (fresh ?? lines).randomElement(using: &random) ?? "Hm."
        said.insert(line)
        return line
    }
}
