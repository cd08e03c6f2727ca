import Domain
import Foundation

/// What a prompt contains of a conversation: utterances, wherever they are in its JSON, and the attitude so far.
struct Interview: Sendable {
    struct Line: Hashable, Sendable {
        let id: String
        let isTrainee: Bool
        let text: String
        /// Stored, because every member of an answer asks for it.
        let remark: Remark

        init(id: String, isTrainee: Bool, text: String) {
            self.id = id
            self.isTrainee = isTrainee
            self.text = text
            remark = Remark(text)
        }
    }

    private(set) var lines: [Line] = []
    /// The last attitude in the prompt, or the initial one if there is no other.
    private(set) var lastAttitude: Int?
    private(set) var documents: [JSONValue] = []
    /// Something that happened is about a date of birth.
    private(set) var hasAgeEvent = false
    private var newIDs: Set<String>?

    init(prompt: String) {
        for document in Self.documents(in: prompt) {
            documents.append(document)
            read(document)
        }
    }

    var traineeLines: [Line] { lines.filter(\.isTrainee) }

    /// The trainee's utterances since the last evaluation: the ones the prompt lists, otherwise those among the last
    /// four.
    var recentLines: [Line] {
        newIDs.map { ids in traineeLines.filter { ids.contains($0.id) } } ?? lines.suffix(4).filter(\.isTrainee)
    }

    /// By how much the recent utterances change the customer's attitude, -2 to 2.
    var step: Int {
        min(max(recentLines.reduce(0) { $0 + $1.remark.effect }, -2), 2)
    }

    /// 0 to 10: at most two away from the last one, or counted up from 3 if the prompt has none.
    var attitude: Int {
        guard let lastAttitude else { return traineeLines.reduce(3) { min(max($0 + $1.remark.effect, 0), 10) } }
        return min(max(lastAttitude + step, 0), 10)
    }

    var forbidden: [(line: Line, word: String)] {
        traineeLines.flatMap { line in line.remark.forbidden.map { (line, $0) } }
    }

    /// Up to two of the trainee's utterances that relate to a category or a step, by the words of its name or id.
    func evidence(for subject: String) -> [Line] {
        let subject = subject.lowercased()
        let topics = Self.topics.filter { pair in pair.key.split(separator: "|").contains { subject.contains($0) } }
            .values
        let wanted = Set(topics.flatMap { $0 })
        let found = traineeLines.filter { line in
            let remark = line.remark
            return !remark.topics.isDisjoint(with: wanted)
                || remark.showsEmpathy
                    && (subject.contains("empath") || subject.contains("listen") || subject.contains("respect"))
        }
        return Array(found.prefix(2))
    }

    private static let topics: [String: [Remark.Topic]] = [
        "greet|open|intro|rapport|welcome": [.greeting], "need|question|discover|explor|habit": [.needs],
        "age|dob|birth|verif|compliance|protocol": [.age], "object|persist|resist|adapt": [.health, .price, .taste],
        "product|argument|present|pitch|knowledge|demo|benefit": [.device, .taste],
        "health|risk|honest|safety": [.health],
        "clos|commit|trial|outcome|next": [.closing, .farewell], "empath|listen|respect|tone|care": [.needs],
    ]

    // MARK: Reading

    private mutating func read(_ value: JSONValue) {
        switch value {
        case .array(let items): for item in items { read(item) }
        case .object(let members):
            if let text = members["text"]?.string, let speaker = members["speaker"]?.string ?? members["role"]?.string {
                let id = members["utteranceId"]?.string ?? members["id"]?.string ?? "u\(lines.count + 1)"
                let isTrainee = ["TRAINEE", "USER", "SALES", "REP"].contains(speaker.uppercased())
                let line = Line(id: id, isTrainee: isTrainee, text: text)
                if !lines.contains(line) { lines.append(line) }
                return
            }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                if name.lowercased().hasSuffix("attitude"), let value = member.int, (0...10).contains(value) {
                    // Before the first evaluation there is only `initialAttitude`.
                    if lastAttitude == nil || !name.lowercased().contains("initial") { lastAttitude = value }
                }
                if name == "type", let type = member.string?.lowercased() {
                    hasAgeEvent = hasAgeEvent || type.contains("birth") || type.contains("dob")
                }
                if name == "newUtteranceIds" { newIDs = Set(member.array?.compactMap(\.string) ?? []) }
                if name == "attitudeCurve", let last = member.array?.last?["value"]?.int {
                    lastAttitude = min(max(last, 0), 10)
                }
                read(member)
            }
        default: break
        }
    }

    /// All complete JSON objects and arrays in a text, fenced or not.
    private static func documents(in prompt: String) -> [JSONValue] {
        let bytes = Array(prompt.utf8)
        var documents = [JSONValue]()
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "{") || bytes[at] == UInt8(ascii: "["), let end = end(of: bytes, from: at)
            else {
                at += 1
                continue
            }
            let part = bytes[at..<end]
            if JSONNesting.isWithin(64, part), let value = try? JSONDecoder().decode(JSONValue.self, from: Data(part)) {
                documents.append(value)
                at = end
            } else {
                at += 1
            }
        }
        return documents
    }

    /// The offset behind the bracket that closes the one at `start`; nil if it is not closed.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var isQuoted = false
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\") where isQuoted: at += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "{") where !isQuoted, UInt8(ascii: "[") where !isQuoted: depth += 1
            case UInt8(ascii: "}") where !isQuoted, UInt8(ascii: "]") where !isQuoted:
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return nil
    }
}
