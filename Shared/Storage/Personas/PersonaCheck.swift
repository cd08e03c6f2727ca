import Domain

/// Checks that a persona must pass in addition to having every field.
struct PersonaCheck {
    /// In characters. In the Realtime API, instructions and conversation share a limited context, and long prompts blur
    /// a character; 16,000 characters are about 4,000 tokens.
    static let longestPrompt = 16_000
    static let shortestPrompt = 40
    static let longestText = 2_000
    static let longestMood = 300
    /// Of one list of texts.
    static let mostLines = 100

    let file: String
    let persona: Persona

    func run() throws {
        try require(Self.isIdentifier(persona.id), "id", "is not of small letters, digits and underscores")
        try require(persona.version >= 1, "version", "is below 1")
        try require(
            !persona.name.isEmpty && Self.isWithin(80, persona.name), "name", "is not of 1 to 80 characters")
        try age()
        try birthDate()
        try keywords()
        if let converts = persona.convertsAt {
            try require(Attitude.range.contains(converts), "convertsAt", "is not within 0 to 10: \(converts)")
        }
        if let silence = persona.silence { try check(silence) }
        try require(
            persona.language.count == 2 && persona.language.allSatisfy { ("a"..."z").contains($0) }, "language",
            "is not an ISO 639-1 code: \(persona.language)")
        try require(Voice(rawValue: persona.voice) != nil, "voice", "is unknown: \(persona.voice)")
        try require(
            Attitude.range.contains(persona.initialAttitude), "initialAttitude",
            "is not within 0 to 10: \(persona.initialAttitude)")
        try ceilings(persona.ceilings ?? [])
        if let moods = persona.moods { try self.moods(moods) }
        try text(persona.type, "type")
        try text(persona.description, "description")
        try list(persona.traits, "traits")
        try list(persona.attitudeRules, "attitudeRules")
        try require(!persona.objections.isEmpty, "objections", "is empty")
        for (index, objection) in persona.objections.enumerated() {
            try text(objection.says, "objections[\(index)].says")
            try text(objection.softenedBy, "objections[\(index)].softenedBy")
            try text(objection.hardenedBy, "objections[\(index)].hardenedBy")
        }
        try prompt(persona.realtimePrompt, "realtimePrompt")
        try prompt(persona.supervisorPrompt, "supervisorPrompt")
        try prompt(persona.scoringPrompt, "scoringPrompt")
        try prompt(persona.productKnowledge, "productKnowledge")
        try rubric(persona.rubric)
        try scenarios(persona.scenarios)
    }

    /// From this age a customer can look old enough to be taken for an adult.
    private static let youngest = 14
    private static let majority = 18

    private func age() throws {
        let field = persona.ageInYears == nil ? "age" : "ageInYears"
        guard persona.mustNotBeServed == true else {
            return try require(
                (Self.majority...120).contains(persona.age), field,
                "is not that of an adult, and mustNotBeServed is not set: \(persona.age)")
        }
        try require(
            persona.ageInYears != nil && (Self.youngest..<Self.majority).contains(persona.age), "ageInYears",
            "is not \(Self.youngest) to \(Self.majority - 1), as a customer who must not be served needs it")
    }

    private func keywords() throws {
        let keywords = persona.keywords ?? []
        try require(keywords.count <= Self.mostKeywords, "keywords", "has more than \(Self.mostKeywords) names")
        for (index, keyword) in keywords.enumerated() {
            try require((1...40).contains(keyword.count), "keywords[\(index)]", "is not of 1 to 40 characters")
        }
    }

    private static let mostKeywords = 20

    private func ceilings(_ ceilings: [Ceiling]) throws {
        try require(ceilings.count <= Self.mostLines, "ceilings", "has more than \(Self.mostLines) entries")
        for (index, ceiling) in ceilings.enumerated() {
            let field = "ceilings[\(index)]"
            try require(
                Self.isIdentifier(ceiling.until), "\(field).until",
                "is not of small letters, digits and underscores")
            try require(
                (persona.initialAttitude...Attitude.range.upperBound).contains(ceiling.at), "\(field).at",
                "is not within \(persona.initialAttitude), the initial attitude, to 10: \(ceiling.at)")
        }
    }

    private func moods(_ moods: [Mood]) throws {
        try require(!moods.isEmpty, "moods", "is empty")
        var last = Attitude.range.lowerBound - 1
        for (index, mood) in moods.enumerated() {
            let field = "moods[\(index)]"
            try require(mood.upTo > last, "\(field).upTo", "does not ascend: \(mood.upTo)")
            try require(!mood.says.contains("\n"), "\(field).says", "has more than one line")
            try require(
                Self.isWithin(Self.longestMood, mood.says), "\(field).says",
                "is longer than \(Self.longestMood) characters")
            try text(mood.says, "\(field).says")
            last = mood.upTo
        }
        try require(last == Attitude.range.upperBound, "moods", "do not reach 10, but \(last)")
    }

    private func birthDate() throws {
        let texts = [
            persona.realtimePrompt, persona.supervisorPrompt, persona.scoringPrompt, persona.productKnowledge,
            persona.description,
        ]
        guard let date = persona.birthDate else {
            if persona.ageInYears != nil { return try placeholders(in: texts) }
            let usesIt = texts.contains { $0.contains("{birthDate}") }
            return try require(!usesIt, "birthDate", "is missing, and a text names {birthDate}")
        }
        let day = CalendarDay(date)
        try require(day != nil, "birthDate", "is no date, YYYY-MM-DD: \(date)")
        try require(persona.ageInYears == nil, "ageInYears", "and birthDate exclude each other")
        try placeholders(in: texts)
    }

    private func placeholders(in texts: [String]) throws {
        for text in texts {
            for match in text.matches(of: /\{([A-Za-z]+)\}/) {
                try require(
                    Persona.placeholders.contains(String(match.1)), "realtimePrompt",
                    "has a placeholder that nobody fills in: {\(match.1)}")
            }
        }
    }

    private func rubric(_ rubric: Rubric) throws {
        try require(rubric.version >= 1, "rubric.version", "is below 1")
        try require(!rubric.categories.isEmpty, "rubric.categories", "is empty")
        var seen: Set<String> = []
        for (index, category) in rubric.categories.enumerated() {
            let field = "rubric.categories[\(index)]"
            try require(Self.isCamelCase(category.id), "\(field).id", "is not camelCase: \(category.id)")
            try require(seen.insert(category.id).inserted, "\(field).id", "appears twice: \(category.id)")
            try require(
                (1...100).contains(category.weight), "\(field).weight", "is not within 1 to 100: \(category.weight)")
            try text(category.title, "\(field).title")
            try text(category.description, "\(field).description")
            try levels(category.levels, "\(field).levels")
        }
        let sum = rubric.categories.reduce(0) { $0 + $1.weight }
        try require(sum == 100, "rubric.categories", "have weights that add up to \(sum), not 100")
    }

    private func levels(_ levels: [Rubric.Level], _ field: String) throws {
        var next = 0
        for (index, level) in levels.enumerated() {
            try require(
                level.from == next, "\(field)[\(index)].from", "leaves a gap or overlaps: \(level.from), not \(next)")
            try require(
                level.to >= level.from && level.to <= 100, "\(field)[\(index)].to", "is out of order: \(level.to)")
            try text(level.description, "\(field)[\(index)].description")
            next = level.to + 1
        }
        try require(next == 101, field, "do not reach 100")
    }

    private func scenarios(_ scenarios: [Scenario]) throws {
        try require(!scenarios.isEmpty, "scenarios", "is empty")
        var seen: Set<String> = []
        for (index, scenario) in scenarios.enumerated() {
            let field = "scenarios[\(index)]"
            try require(
                Self.isIdentifier(scenario.id), "\(field).id", "is not of small letters, digits and underscores")
            try require(seen.insert(scenario.id).inserted, "\(field).id", "appears twice: \(scenario.id)")
            try text(scenario.title, "\(field).title")
            try text(scenario.description, "\(field).description")
            try text(scenario.goal, "\(field).goal")
            try text(scenario.situation, "\(field).situation")
            if let place = scenario.place { try text(place, "\(field).place") }
            if let briefing = scenario.briefing { try list(briefing, "\(field).briefing") }
            if let opening = scenario.opening { try check(opening, "\(field).opening") }
            if let clocks = scenario.clocks { try check(clocks, "\(field).clocks") }
            if let mark = scenario.passMark {
                try require((0...100).contains(mark), "\(field).passMark", "is not within 0 to 100: \(mark)")
            }
        }
    }

    private func list(_ lines: [String], _ field: String) throws {
        try require(!lines.isEmpty, field, "is empty")
        try require(lines.count <= Self.mostLines, field, "has more than \(Self.mostLines) lines")
        for (index, line) in lines.enumerated() { try text(line, "\(field)[\(index)]") }
    }

    func text(_ text: String, _ field: String) throws {
        try require(text.contains { !$0.isWhitespace }, field, "is empty")
        try require(Self.isWithin(Self.longestText, text), field, "is longer than \(Self.longestText) characters")
    }

    private func prompt(_ text: String, _ field: String) throws {
        try require(text.contains { !$0.isWhitespace }, field, "is empty")
        try require(text.count >= Self.shortestPrompt, field, "is too short to be a prompt")
        try require(Self.isWithin(Self.longestPrompt, text), field, "is longer than \(Self.longestPrompt) characters")
    }

    /// Whether a text is at most this long. No language takes more than four bytes for a character.
    static func isWithin(_ characters: Int, _ text: String) -> Bool {
        text.utf8.count <= 4 * characters && text.count <= characters
    }

    func require(_ holds: Bool, _ field: String, _ reason: String) throws {
        guard holds else { throw ContentError(file: file, field: field, reason: reason) }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
    }

    private static func isCamelCase(_ text: String) -> Bool {
        guard let first = text.first, ("a"..."z").contains(first) else { return false }
        return text.utf8.count <= 64 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
