import Domain

/// Generates an answer that fits any JSON schema, and fills it from an interview according to the names of the members.
struct SchemaAnswer {
    /// The subject of the current object.
    private struct Subject {
        var id: String
        var evidence: [Interview.Line]
    }

    private let root: JSONValue
    private let interview: Interview
    private var subject: Subject?
    /// The utterance that the current object quotes.
    private var line: Interview.Line?
    /// The current object has a `quote` member, so its `text` is a remark.
    private var hasQuote = false
    /// Name of the member that contains the current object.
    private var context = ""

    init(schema: JSONValue, interview: Interview) {
        root = schema
        self.interview = interview
    }

    static func make(schema: JSONValue, prompt: String) -> WireJSON {
        SchemaAnswer(schema: schema, interview: Interview(prompt: prompt)).value(schema, name: "")
    }

    private func value(_ schema: JSONValue, name: String) -> WireJSON {
        if let reference = schema["$ref"]?.string { return value(resolve(reference), name: name) }
        if let constant = schema["const"] { return WireJSON(constant) }
        if let choices = schema["anyOf"]?.array {
            let solid = choices.filter { $0["type"]?.string != "null" }
            let mayBeNull = solid.count < choices.count
            guard let first = solid.first, !(mayBeNull && isUnsaid(name)) else { return nil }
            return value(first, name: name)
        }
        if let choices = schema["enum"]?.array { return choice(of: choices, name: name) }
        let types = schema["type"]?.string.map { [$0] } ?? schema["type"]?.array?.compactMap(\.string) ?? []
        if types.contains("null"), isUnsaid(name) { return nil }
        switch types.first(where: { $0 != "null" }) {
        case "object": return object(schema, name: name)
        case "array": return array(schema, name: name)
        case "integer": return .integer(number(schema, name: name))
        case "number": return .number(Double(number(schema, name: name)))
        case "boolean": return .bool(flag(name))
        case "string": return .string(text(name, schema))
        default: return nil
        }
    }

    private func resolve(_ reference: String) -> JSONValue {
        reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? [:] }
    }

    // MARK: Objects and arrays

    private func object(_ schema: JSONValue, name: String) -> WireJSON {
        let properties = schema["properties"]?.object ?? [:]
        if let meanings = properties["meaning"]?["enum"]?.array, let place = PlaceReading(named: name, in: interview) {
            let meaning = meanings.contains(.string(place.meaning)) ? place.meaning : meanings.first?.string ?? ""
            return .object([("quote", .string(place.quote)), ("meaning", .string(meaning))])
        }
        var inner = self
        if subject == nil, !name.isEmpty, properties.keys.contains(where: { ["score", "status"].contains($0) }) {
            inner.subject = Subject(id: name, evidence: interview.evidence(for: name))
        }
        if inner.line == nil, properties.keys.contains("utteranceId"), properties.keys.contains(where: Self.isQuote) {
            inner.line = inner.subject.map(\.evidence.first) ?? nil
        }
        inner.hasQuote = properties["quote"] != nil
        inner.context = name
        return .object(properties.sorted { $0.key < $1.key }.map { ($0.key, inner.value($0.value, name: $0.key)) })
    }

    private func array(_ schema: JSONValue, name: String) -> WireJSON {
        let items = schema["items"]?["$ref"]?.string.map(resolve) ?? schema["items"] ?? [:]
        let limit = schema["maxItems"]?.int ?? 20
        let properties = items["properties"]?.object ?? [:]
        let least = schema["minItems"]?.int ?? 0
        // The simulator finds nothing beyond the places in the prompt.
        if properties["ruleId"] != nil, properties["meaning"] != nil, least == 0 { return .array([]) }
        // One element for each category or step that the schema or the prompt lists.
        if let (key, ids) = identities(properties, name: name) {
            let elements = ids.prefix(limit).map { id in
                var inner = self
                inner.subject = Subject(id: id, evidence: interview.evidence(for: id))
                guard case .object(let members) = inner.value(items, name: id) else { return WireJSON.null }
                return .object(members.map { $0.0 == key ? ($0.0, .string(id)) : $0 })
            }
            return .array(elements)
        }
        // Quotes: the utterances that support the subject, each with a remark.
        if properties["utteranceId"] != nil {
            let lines = subject?.evidence ?? quoted(for: name)
            var elements = lines.prefix(max(least, min(limit, 3))).map { line in
                var inner = self
                inner.line = line
                return inner.value(items, name: name)
            }
            // An omission has no words to quote.
            let isOptional = properties["quote"]?["type"]?.array?.contains("null") == true
            if subject == nil, isOptional, elements.isEmpty || elements.count < limit && Self.isAdvice(name) && lacksAge
            {
                elements.append(value(items, name: name))
            }
            return .array(elements)
        }
        if items["type"]?.string == "string", name.lowercased().contains("utterance") || name.lowercased() == "evidence"
        {
            return .array((subject?.evidence ?? quoted(for: name)).prefix(limit).map { .string($0.id) })
        }
        if items["type"]?.string == "string", let noted = noted(name) {
            return .array(noted.prefix(min(limit, 6)).map { .string(String($0.prefix(120))) })
        }
        if items["type"]?.string == "string", items["enum"] == nil {
            return .array(sentences(name).prefix(max(limit, least)).map { .string($0) })
        }
        return .array((0..<least).map { _ in value(items, name: name) })
    }

    /// Subjects of the elements of an array: from an enum of ids in the schema, or from a list with ids in the prompt
    /// that has the array's name.
    private func identities(_ properties: [String: JSONValue], name: String) -> (key: String, ids: [String])? {
        // Remarks on utterances: their category says what each is about.
        if properties["utteranceId"] != nil, !properties.keys.contains(where: { ["score", "status"].contains($0) }) {
            return nil
        }
        for key in ["id", "category", "categoryId", "step", "stepId", "rule", "name", "key"] {
            guard let property = properties[key] else { continue }
            if let choices = property["enum"]?.array?.compactMap(\.string) { return (key, choices) }
            guard properties["utteranceId"] == nil else { continue }
            let ids = interview.documents.lazy.compactMap { Self.ids(in: $0, under: name) }.first
            if let ids, !ids.isEmpty { return (key, ids) }
        }
        return nil
    }

    private static func ids(in value: JSONValue, under name: String) -> [String]? {
        switch value {
        case .object(let members):
            if let list = members[name]?.array, let ids = ids(of: list) { return ids }
            return members.values.lazy.compactMap { ids(in: $0, under: name) }.first
        case .array(let items): return items.lazy.compactMap { ids(in: $0, under: name) }.first
        default: return nil
        }
    }

    private static func ids(of list: [JSONValue]) -> [String]? {
        let ids = list.compactMap { $0["id"]?.string ?? $0.string }
        return ids.count == list.count && !ids.isEmpty ? ids : nil
    }

    /// What a list of notes on the conversation holds; nil for other lists.
    private func noted(_ name: String) -> [String]? {
        let name = name.lowercased()
        func lines(_ fits: (Interview.Line) -> Bool) -> [String] {
            interview.lines.suffix(20).filter(fits).map { "\($0.id): \($0.text)" }
        }
        if name.contains("claim") {
            return lines { line in
                line.isTrainee && !line.remark.isQuestion
                    && !line.remark.topics.isDisjoint(with: [.device, .taste, .health])
            }
        }
        if name.contains("question") {
            return interview.lines.last.map { !$0.isTrainee && $0.text.hasSuffix("?") ? ["\($0.id): \($0.text)"] : [] }
                ?? []
        }
        if name.contains("objection") { return lines { $0.isTrainee && $0.remark.showsEmpathy } }
        return nil
    }

    private func quoted(for name: String) -> [Interview.Line] {
        let name = name.lowercased()
        if Self.isAdvice(name) { return Lesson.lines(of: interview) }
        if name.contains("violat") || name.contains("finding") || name.contains("forbidden") {
            return interview.forbidden.map(\.line)
        }
        return interview.traineeLines.filter { $0.remark.effect > 0 }
    }

    // MARK: Values

    private func choice(of choices: [JSONValue], name: String) -> WireJSON {
        let names = choices.compactMap(\.string)
        func pick(_ wanted: [String]) -> WireJSON? { wanted.first(where: names.contains).map { .string($0) } }
        let mayBeNull = choices.contains(.null)
        switch name.lowercased() {
        case let name where name.contains("direction") || name.contains("trend"):
            return pick([direction, "steady"]) ?? first(choices)
        case let name where name.contains("outcome"):
            if mayBeNull, !shouldEnd { return nil }
            return pick([outcome, "walked_away"]) ?? first(choices)
        case let name where name.contains("status") || name.contains("fulfil") || name.contains("result"):
            let done = ["done", "completed", "complete", "fulfilled", "met", "passed", "yes"]
            // While the conversation continues, nothing is missed for good.
            let isLive = root["properties"]?["shouldEnd"] != nil
            let open =
                (isLive ? ["open"] : []) + [
                    "missed", "missing", "not_done", "open", "pending", "not_met", "failed", "no", "notDone",
                ]
            return pick(subject?.evidence.isEmpty == false ? done : open) ?? first(choices)
        case let name where name.contains("role"):
            return mayBeNull && !isOutOfRole ? nil : pick(["assistant"]) ?? first(choices)
        case "utteranceid": return pick([line?.id ?? ""]) ?? first(choices)
        case "category" where Self.isAdvice(context): return pick([lesson.category(among: names)]) ?? first(choices)
        default: return mayBeNull && isUnsaid(name) ? nil : first(choices)
        }
    }

    private func first(_ choices: [JSONValue]) -> WireJSON {
        WireJSON(choices.first { $0 != .null } ?? .null)
    }

    private func number(_ schema: JSONValue, name: String) -> Int {
        let low = schema["minimum"]?.number.map { Int($0.rounded(.up)) } ?? 0
        let high = schema["maximum"]?.number.map { Int($0.rounded(.down)) } ?? max(100, low)
        let lower = name.lowercased()
        let wanted: Int
        if lower.contains("shown") {
            // The customer shows what he felt before.
            wanted = min(interview.lastAttitude ?? interview.attitude, interview.attitude)
        } else if lower.contains("attitude") || lower.contains("mood") {
            wanted = interview.attitude
        } else if lower.contains("index") || lower.contains("count") {
            wanted = low
        } else {
            let share = Double(points(subject?.id ?? name)) / 100
            wanted = low + Int((Double(high - low) * share).rounded())
        }
        return min(max(wanted, low), max(low, high))
    }

    /// 0 to 100 for a category: its evidence, questions and attitude count for it, forbidden words against it.
    private func points(_ name: String) -> Int {
        let evidence = subject?.evidence ?? interview.evidence(for: name)
        let questions = interview.traineeLines.filter { $0.remark.isQuestion }.count
        let base = 40 + evidence.count * 14 + min(questions, 6) * 3 + interview.attitude
        return min(max(base - interview.forbidden.count * 12, 5), 96)
    }

    private func flag(_ name: String) -> Bool {
        let name = name.lowercased()
        if name.contains("end") { return shouldEnd }
        if name.contains("violat") || name.contains("forbidden") || name.contains("injection") {
            return !interview.forbidden.isEmpty
        }
        if name.contains("review") { return false }
        return subject.map { !$0.evidence.isEmpty } ?? interview.forbidden.isEmpty
    }

    private func text(_ name: String, _ schema: JSONValue) -> String {
        let lower = name.lowercased()
        switch lower {
        case "utteranceid", "utterance":
            return line?.id ?? subject?.evidence.first?.id ?? interview.traineeLines.first?.id ?? "u1"
        case "text" where hasQuote: return remark(on: line, in: context)
        case let name where Self.isQuote(name): return line?.text ?? subject?.evidence.first?.text ?? ""
        case "id", "category", "step", "key": return subject?.id ?? "general"
        case let name where name.contains("guidance"): return guidance
        case let name where name.contains("hint") || name.contains("tip"): return Lesson.hint(for: interview)
        case let name where name.contains("instead") || name.contains("better"): return lesson.line
        case "why": return lesson.why
        case let name where Self.isAdvice(name) && Self.isAdvice(context): return lesson.advice
        case "keep": return sentences("highlights").first ?? "Stay in the conversation."
        case "start": return "Ask more open questions before you present anything."
        case "stop": return "Stop promising what nobody may promise."
        case let name where name.contains("summary"): return summary
        case let name where name.contains("rational") || name.contains("reason") || name.contains("comment"):
            return rationale
        default: return sentences(lower).first ?? "Simulated."
        }
    }

    /// What the current object, which may quote an utterance, teaches.
    private var lesson: Lesson { Lesson(line: line, lacksAge: lacksAge, lacksClosing: lacksClosing) }

    private var lacksAge: Bool { !interview.hasAgeEvent && interview.evidence(for: "age").isEmpty }

    private var lacksClosing: Bool { !interview.traineeLines.contains { $0.remark.topics.contains(.closing) } }

    private static func isAdvice(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["improve", "weak", "advice", "workon"].contains(where: name.contains)
    }

    private static func isQuote(_ name: String) -> Bool {
        ["quote", "text", "words", "verbatim"].contains(name.lowercased())
    }

    /// Whether a nullable member should be null.
    private func isUnsaid(_ name: String) -> Bool {
        let name = name.lowercased()
        if name.contains("outcome") { return !shouldEnd }
        if name == "stop" { return interview.forbidden.isEmpty }
        if Self.isQuote(name) || name.contains("utterance") || name.contains("evidence") {
            return line == nil && (subject?.evidence.isEmpty ?? true)
        }
        return false
    }
}

// MARK: Sentences

extension SchemaAnswer {
    /// The customer's last words are those of an assistant.
    fileprivate var isOutOfRole: Bool {
        interview.lines.last { !$0.isTrainee }.map { WordList($0.text).says(any: ["as an ai", "language model"]) }
            ?? false
    }

    fileprivate var shouldEnd: Bool {
        interview.traineeLines.last.map { $0.remark.topics.contains(.farewell) } ?? false
    }

    fileprivate var outcome: String {
        interview.attitude >= 7 ? "converted" : interview.attitude <= 3 ? "walked_away" : "rejected"
    }

    fileprivate var direction: String {
        interview.step > 0 ? "rising" : interview.step < 0 ? "falling" : "steady"
    }

    fileprivate func remark(on line: Interview.Line?, in context: String) -> String {
        guard let line else { return sentences(context).first ?? "Simulated." }
        let remark = line.remark
        if let word = remark.forbidden.first { return "Leave out '\(word)': say instead that it is not risk-free." }
        if remark.showsEmpathy { return "You took the customer's view seriously before you went on." }
        return remark.isQuestion ? "An honest question, and the customer talked." : "Clear and short."
    }

    fileprivate var guidance: String {
        if !interview.forbidden.isEmpty {
            return "You have heard a promise that you do not believe. Be short, and say so."
        }
        switch interview.attitude {
        case ...3: return "Stay guarded. Answer briefly until you are asked about yourself."
        case 4...6: return "You begin to listen. Raise one objection that matters to you."
        default: return "You are nearly convinced. Ask what the next step would be."
        }
    }

    fileprivate var summary: String {
        let questions = interview.traineeLines.filter { $0.remark.isQuestion }.count
        let verdict =
            interview.forbidden.isEmpty ? "No forbidden word was heard." : "Words were used that may not be used."
        return "The trainee spoke \(interview.traineeLines.count) times and asked \(questions) questions. \(verdict) "
            + "This judgement was made by a simulator."
    }

    fileprivate var rationale: String {
        guard let subject, !subject.evidence.isEmpty else { return "Nothing that you said shows this." }
        return "Your words show this \(subject.evidence.count == 1 ? "once" : "more than once")."
    }

    fileprivate func sentences(_ name: String) -> [String] {
        let name = name.lowercased()
        let questions = interview.traineeLines.filter { $0.remark.isQuestion }
        if name.contains("highlight") || name.contains("strength") {
            var found = [String]()
            if !questions.isEmpty { found.append("Asked \(questions.count) questions and let the customer talk") }
            if interview.traineeLines.contains(where: { $0.remark.showsEmpathy }) {
                found.append("Took the customer's view seriously")
            }
            if !interview.evidence(for: "age").isEmpty { found.append("Asked for the date of birth") }
            return found.isEmpty ? ["Stayed in the conversation"] : found
        }
        if name.contains("improve") || name.contains("weak") {
            var found = interview.forbidden.map { "Avoid the word '\($0.word)' (\($0.line.id))" }
            if interview.evidence(for: "age").isEmpty {
                found.append("Verify the customer's age before showing the device")
            }
            if questions.count < 2 { found.append("Ask more open questions before presenting") }
            let last = lacksClosing ? "Propose a next step" : "Stay longer with what the customer tells you"
            return found.isEmpty ? [last] : found
        }
        if name.contains("flag") || name.contains("violation") { return [] }
        return ["Simulated: attitude \(interview.attitude), \(direction)."]
    }
}
