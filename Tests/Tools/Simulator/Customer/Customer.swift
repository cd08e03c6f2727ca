import Foundation
import SeededRandom

/// The customer that the simulator plays: rules and prepared lines, a mood, and an end. It follows the instructions as
/// far as `PersonaNotes` reads them. Its mood follows the system items that tell it or, while there are none, the
/// trainee's utterances.
struct Customer: Sendable {
    struct Reply: Hashable, Sendable {
        /// One or two messages of some sentences each.
        var messages: [[String]]
        /// The outcome that the customer ends the conversation with.
        var ending: String?
    }

    /// Number of answers after which the conversation ends, whatever the mood.
    private let longest: Int
    /// Numbers of the answers in which the customer speaks as an assistant.
    private let outOfRole: Set<Int>
    /// Number of the answer in which the customer buys, whatever the mood.
    private let convertsIn: Int?
    private var random: SplitMix64
    private var turns = 0
    private var attitude: Int?
    private var hasState = false
    /// The trainee has been silent for a long time.
    private var wonders = false
    /// The conversation must end now.
    private var mustGo = false
    /// The outcome that a note named for that.
    private var parting: String?
    private var surroundings = Surroundings()
    /// The line that a note gave for the beginning.
    private var cue: String?
    private var said: Set<String> = []
    private var wasAskedForAge = false
    private var doubts = Doubts()
    private var known: Set<Remark.Product> = []
    /// What a system item says that the customer was told, and the customer has not doubted yet.
    private var told: String?
    /// The tool has refused the end of the conversation.
    private var wasRefused = false

    init(seed: UInt64, longest: Int, outOfRole: Set<Int> = [], convertsIn: Int? = nil) {
        random = SplitMix64(seed: seed)
        self.longest = longest
        self.outOfRole = outOfRole
        self.convertsIn = convertsIn
    }

    /// Takes in a system item. `[state] attitude 5, rising. …` sets the mood, `[state] You want to leave. …` does too;
    /// after `[silence] …` the customer, when it is next made to speak, asks whether the trainee is still there; after
    /// `[time] …` its next answer is a goodbye. `[opening] …` has it begin with the words in «», `[scene] …` has it see what
    /// happens. Any of them may send it away. What an item says that the customer was told is doubted in the next answer.
    mutating func hear(note: String) {
        if let match = note.firstMatch(of: #/told you that ([^.]{3,200})\./#) {
            told = String(match.1)
        } else if note.hasPrefix("[heard]") {
            told = ""
        }
        if note.hasPrefix("[silence]") { wonders = true }
        if note.hasPrefix("[time]") { mustGo = true }
        if note.hasPrefix("[opening]") { cue = note.firstMatch(of: #/«([^»]+)»/#).map { String($0.1) } }
        if note.hasPrefix("[scene]") { surroundings.see(note) }
        if note.hasPrefix("[silence]") || note.hasPrefix("[scene]"),
            Surroundings.sendsAway(note) || note.contains("goodbye")
        {
            mustGo = true
            parting = ["walked_away", "rejected", "converted"].first { note.contains($0) }
        }
        let number = note.lowercased().firstMatch(of: #/attitude[^0-9]{0,12}(\d{1,2})/#).flatMap { Int($0.1) }
        let feeling = note.hasPrefix("[state]") ? Feeling.attitude(in: String(note.dropFirst("[state]".count))) : nil
        guard let value = number ?? feeling else { return }
        attitude = min(max(value, 0), 10)
        hasState = true
    }

    /// The client repeats what was said before: what happened before it is old.
    mutating func hearReplay() {
        surroundings.forget()
    }

    /// What the customer says when made to speak: the first line that a note gave, words for a silence, or for what they
    /// saw; nil if there is no cause for any of them.
    ///
    /// - Parameter isAsked: the trainee's last words have no answer yet, which goes before what was seen.
    mutating func speakUp(instructions: String = "", isAsked: Bool = false) -> Reply? {
        guard !mustGo else { return nil }
        let language = CustomerLanguage(instructions: instructions)
        if let cue {
            self.cue = nil
            said.insert(cue)
            return Reply(messages: [[cue]])
        }
        if wonders {
            wonders = false
            return Reply(messages: [[pick(language?.stillThere ?? CustomerLines.stillThere)]])
        }
        guard !isAsked, let subject = surroundings.take() else { return nil }
        return Reply(messages: [[remark(on: subject, PersonaNotes(instructions))]])
    }

    private mutating func remark(on subject: Surroundings.Subject, _ notes: PersonaNotes) -> String {
        if let language = notes.language {
            if subject == .unasked { return language.unasked }
            return pick(language.answers(to: subject == .handed ? .handover : nil))
        }
        let mood = CustomerLines.Mood(attitude: attitude ?? notes.attitude ?? 3)
        switch subject {
        case .unasked: return pick(fresh(notes.unaskedLines), else: [CustomerLines.unasked])
        case .handed: return pick(CustomerLines.answers(to: .handover, mood))
        case .date, .tablet, .clock, .other: return pick(CustomerLines.sees(subject))
        }
    }

    /// Takes in the output of the tool that ends the conversation. Anything but `ok` refuses it.
    mutating func hear(toolOutput: String) {
        wasRefused = !toolOutput.contains(#/"ok":\s*true/#)
    }

    /// The answer after a refused goodbye: the customer stays. Nil if there was none.
    mutating func stay(instructions: String = "") -> Reply? {
        guard wasRefused, !mustGo else { return nil }
        wasRefused = false
        let own = CustomerLanguage(instructions: instructions)?.answers(to: nil)
        return Reply(messages: [[pick(own ?? CustomerLines.staying)]])
    }

    /// The first utterance of the conversation, if neither side has spoken yet.
    mutating func open(instructions: String, mayEnd outcomes: [String]) -> Reply {
        let notes = PersonaNotes(instructions)
        if mustGo { return goodbye(parting ?? Self.outcome(of: attitude ?? notes.attitude ?? 3), notes, outcomes) }
        surroundings.forget()
        if let language = notes.language { return Reply(messages: [[pick(language.answers(to: .greeting))]]) }
        return Reply(messages: [[pick(notes.firstLine.map { [$0] } ?? CustomerLines.opening(notes.name))]])
    }

    /// The answer to a turn without words.
    ///
    /// - Parameter isDeaf: the simulator could not hear it; otherwise there were no words in it.
    mutating func askAgain(instructions: String, mayEnd outcomes: [String], isDeaf: Bool) -> Reply {
        let notes = PersonaNotes(instructions)
        wonders = false
        if mustGo { return goodbye(parting ?? Self.outcome(of: attitude ?? notes.attitude ?? 3), notes, outcomes) }
        if isDeaf { return Reply(messages: [[notes.language?.deaf ?? CustomerLines.deaf]]) }
        return Reply(messages: [[pick(notes.language?.missed ?? notes.missedLine.map { [$0] } ?? CustomerLines.missed)]]
        )
    }

    mutating func answer(_ text: String, instructions: String, mayEnd outcomes: [String]) -> Reply {
        let notes = PersonaNotes(instructions)
        let remark = notes.language?.remark(text) ?? Remark(text)
        turns += 1
        var value = attitude ?? notes.attitude ?? 3
        if !hasState { value = min(max(value + remark.effect, 0), 10) }
        attitude = value
        hasState = false
        wonders = false
        cue = nil
        if remark.topics.contains(.age) { surroundings.ageWasAsked() }
        defer {
            surroundings.forget()
            known.formUnion(remark.products)
            if remark.topics.contains(.age) { wasAskedForAge = true }
        }
        wasRefused = false
        if turns == convertsIn, outcomes.contains("converted") { return goodbye("converted", notes, outcomes) }
        if outOfRole.contains(turns) { return Reply(messages: [[CustomerLines.outOfRole]]) }
        if let told, !mustGo {
            self.told = nil
            return Reply(messages: [doubting(told, notes)])
        }
        if mustGo || !outcomes.isEmpty, let ending = ending(remark, value) {
            return goodbye(ending, notes, outcomes)
        }
        if surroundings.isHandedUnasked, surroundings.take() == .unasked {
            return Reply(messages: [[self.remark(on: .unasked, notes)]])
        }
        return Reply(messages: [sentences(to: remark, CustomerLines.Mood(attitude: value), notes)])
    }

    private func doubting(_ claim: String, _ notes: PersonaNotes) -> [String] {
        if let language = notes.language { return [language.doubting] }
        return claim.isEmpty
            ? ["Wait a moment.", "What you said there, I doubt that."]
            : ["Wait a moment.", "You say that \(claim)?", "I doubt that."]
    }

    // MARK: Ending

    /// - Parameter outcomes: the outcomes that the tool accepts; empty without a tool, and then no outcome is reported.
    private mutating func goodbye(_ ending: String, _ notes: PersonaNotes, _ outcomes: [String]) -> Reply {
        let outcome = outcomes.first { $0 == ending } ?? outcomes.last
        let isGood = (outcome ?? ending) == "converted"
        let own = isGood ? notes.farewells.first : notes.farewells.last
        let line = notes.language?.goodbye(isGood: isGood) ?? own ?? pick(CustomerLines.goodbye(outcome ?? ending))
        return Reply(messages: [[line]], ending: outcome)
    }

    private static func outcome(of mood: Int) -> String {
        mood >= 7 ? "converted" : mood <= 3 ? "walked_away" : "rejected"
    }

    private func ending(_ remark: Remark, _ mood: Int) -> String? {
        if let parting { return parting }
        if mustGo || remark.topics.contains(.farewell) { return Self.outcome(of: mood) }
        if mood >= 8, turns >= 4, remark.topics.contains(.closing) { return "converted" }
        if mood <= 1, turns >= 3 { return "rejected" }
        return turns >= longest ? Self.outcome(of: mood) : nil
    }

    // MARK: Answering

    /// The rules, in the order of what matters most to a customer.
    private mutating func sentences(to remark: Remark, _ mood: CustomerLines.Mood, _ notes: PersonaNotes) -> [String] {
        if remark.topic == .story { return story() }
        if let language = notes.language { return [foreign(language, remark, notes)] }
        if !remark.forbidden.isEmpty { return [pick(notes.rebukes, else: CustomerLines.offended)] }
        if remark.wordCount > 45, let stop = notes.remarks.first(where: Self.interrupts), !said.contains(stop) {
            return [pick([stop])]
        }
        if remark.topic == .age { return [age(notes)] }
        if remark.topic == .handover, !wasAskedForAge, let own = fresh(notes.unaskedLines).first {
            return [pick([own])]
        }
        if let line = doubts.weigh(remark) {
            switch line {
            case .settled: return [pick(CustomerLines.settled(mood))] + about(remark, mood, notes)
            case .insists(let doubt): return [pick(CustomerLines.insisting), doubt]
            }
        }
        let own = about(remark, mood, notes)
        if !own.isEmpty { return own }
        if turns == 1, remark.topic == .greeting || remark.topic == nil, let first = notes.firstLine,
            !said.contains(first)
        {
            return [pick([first])]
        }
        let product = Remark.Product.allCases.first { remark.products.contains($0) && !known.contains($0) }
        if let own = product.flatMap({ knowledge(of: $0, notes) }) { return [pick([own])] }
        if let doubt = doubt(about: remark, mood, notes) { return [doubt] }
        if let product { return [pick(CustomerLines.question(about: product))] }
        let lead = lead(to: remark, notes)
        if let lead, lead.hasSuffix("?") { return [lead] }
        let lines = CustomerLines.answers(to: remark.topic, mood)
        return (lead.map { [$0] } ?? [])
            + [pick(closest(lines, to: remark), else: lines + CustomerLines.answers(to: nil, mood))]
    }

    /// What the customer tells about themselves when asked; empty if they were not asked or have nothing to tell.
    private mutating func about(_ remark: Remark, _ mood: CustomerLines.Mood, _ notes: PersonaNotes) -> [String] {
        guard remark.topic == .needs, let curiosity = remark.curiosity else { return [] }
        let facts = fresh(notes.facts).filter { WordList($0).says(any: curiosity.answers) }
        let told = Array(facts.prefix(mood == .cold ? 1 : 2))
        said.formUnion(told)
        return told.isEmpty ? [pick(CustomerLines.evasions(curiosity, notes.name, mood))] : told
    }

    /// An objection that the remark touches on; to a proposal the next one, and now and then to what has no topic.
    private mutating func doubt(about remark: Remark, _ mood: CustomerLines.Mood, _ notes: PersonaNotes) -> String? {
        let open = fresh(notes.objections)
        // Nobody is won over without an objection.
        guard mood != .warm || open.count == notes.objections.count else { return nil }
        let fitting = open.filter { doubt in
            // «What does it cost?» is no answer to a price.
            !WordList(doubt).begins(with: "what")
                && !Remark(doubt).topics.isDisjoint(with: remark.topics.subtracting([.needs, .greeting]))
        }
        let isDue = remark.topic == .closing || remark.topic == nil && random.unit() < 0.4
        let next = isDue ? open.first : nil
        guard let doubt = closest(fitting, to: remark).first ?? next else { return nil }
        said.insert(doubt)
        doubts.raise(doubt)
        return doubt
    }

    /// A line of the customer's own that fits the topic.
    private mutating func lead(to remark: Remark, _ notes: PersonaNotes) -> String? {
        guard random.unit() < 0.5 else { return nil }
        let fitting = fresh(notes.remarks).first { line in
            !Self.interrupts(line) && !Remark(line).topics.isDisjoint(with: remark.topics)
        }
        if let fitting { said.insert(fitting) }
        return fitting
    }

    /// What the customer knows of a product.
    private func knowledge(of product: Remark.Product, _ notes: PersonaNotes) -> String? {
        fresh(notes.facts).first { fact in
            let words = WordList(fact).words
            return words.contains(product.rawValue) && words.contains("i")
        }
    }

    /// The lines that have most words in common with the remark; all if none has any.
    private func closest(_ lines: [String], to remark: Remark) -> [String] {
        let wanted = WordList(remark.text).stems
        let unused = fresh(lines).map { (line: $0, shared: WordList($0).stems.intersection(wanted).count) }
        let most = unused.map(\.shared).max() ?? 0
        return unused.filter { $0.shared == most }.map(\.line)
    }

    private static func interrupts(_ line: String) -> Bool {
        WordList(line).says(any: ["hold on", "short version", "stop", "one sentence", "to the point", "wait wait"])
    }

    private mutating func age(_ notes: PersonaNotes) -> String {
        guard let born = notes.born else { return pick(CustomerLines.answers(to: .age, .neutral)) }
        guard let first = notes.ageLines.first else { return "\(pick(CustomerLines.beforeAge)) \(born)." }
        // The second time there is no joke.
        if wasAskedForAge { return "\(born)." }
        let dated = notes.ageLines.firstIndex { $0.contains(born) || $0.contains(Self.months) }
        return dated.map { notes.ageLines[...$0].joined(separator: " ") } ?? "\(first) \(born)."
    }

    private static var months: Regex<Substring> {
        #/January|February|March|April|\bMay\b|June|July|August|September|October|November|December/#
    }

    private mutating func foreign(_ language: CustomerLanguage, _ remark: Remark, _ notes: PersonaNotes) -> String {
        if remark.topic == .age, let born = notes.born { return "\(born)." }
        return pick(language.answers(to: remark.topic), else: language.answers(to: nil))
    }

    private mutating func story() -> [String] {
        let fresh = CustomerLines.stories.filter { said.isDisjoint(with: $0.prefix(1)) }
        let story = (fresh.isEmpty ? CustomerLines.stories : fresh).randomElement(using: &random) ?? []
        said.formUnion(story.prefix(1))
        return story
    }

    private func fresh(_ lines: [String]) -> [String] { lines.filter { !said.contains($0) } }

    /// A line that was not used yet, if there is one.
    private mutating func pick(_ lines: [String], else others: [String] = []) -> String {
        let unused = [lines, others].map(fresh).first { !$0.isEmpty }
        let line = (unused ?? (lines.isEmpty ? others : lines)).randomElement(using: &random) ?? "Hm."
        said.insert(line)
        return line
    }
}
