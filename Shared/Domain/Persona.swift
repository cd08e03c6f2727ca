/// A customer type: who it is, how it speaks, what moves it, and how a call with it is judged.
///
/// Written as one YAML file each under `Shared/Personas` and seeded into MongoDB by `version`. The keys of the spec's
/// `personas` collection keep their names; the rest is additional.
public struct Persona: Codable, Hashable, Sendable {
    public var id: String
    /// Goes up with every change of the file; the higher version wins when MongoDB is seeded.
    public var version: Int
    public var name: String
    public var type: String
    /// Years. Every persona is an adult who already uses nicotine.
    public var age: Int
    /// ISO 639-1 code of the language it speaks.
    public var language: String
    public var description: String
    /// A voice of the Realtime API.
    public var voice: String
    public var initialAttitude: Int
    public var traits: [String]
    /// What makes it refuse, and what softens or hardens it.
    public var objections: [Objection]
    /// One rule a line: what raises or lowers the attitude, and by how much.
    public var attitudeRules: [String]
    public var realtimePrompt: String
    public var supervisorPrompt: String
    public var scoringPrompt: String
    /// What this customer knows, half knows and gets wrong about the products.
    public var productKnowledge: String
    public var rubric: Rubric
    public var scenarios: [Scenario]

    public struct Objection: Codable, Hashable, Sendable {
        public var says: String
        public var softenedBy: String
        public var hardenedBy: String

        public init(says: String, softenedBy: String, hardenedBy: String) {
            self.says = says
            self.softenedBy = softenedBy
            self.hardenedBy = hardenedBy
        }
    }

    public init(
        id: String, version: Int, name: String, type: String, age: Int, language: String, description: String,
        voice: String, initialAttitude: Int, traits: [String], objections: [Objection], attitudeRules: [String],
        realtimePrompt: String, supervisorPrompt: String, scoringPrompt: String, productKnowledge: String,
        rubric: Rubric, scenarios: [Scenario]
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.type = type
        self.age = age
        self.language = language
        self.description = description
        self.voice = voice
        self.initialAttitude = initialAttitude
        self.traits = traits
        self.objections = objections
        self.attitudeRules = attitudeRules
        self.realtimePrompt = realtimePrompt
        self.supervisorPrompt = supervisorPrompt
        self.scoringPrompt = scoringPrompt
        self.productKnowledge = productKnowledge
        self.rubric = rubric
        self.scenarios = scenarios
    }
}

/// A situation in which a persona is met.
public struct Scenario: Codable, Hashable, Sendable {
    public var id: String
    public var title: String
    /// For the trainee: where this is, and what it is about.
    public var description: String
    /// What the trainee should achieve.
    public var goal: String
    /// For the persona, appended to its prompt: where it stands, what it has just been doing, how the talk begins.
    public var situation: String

    public init(id: String, title: String, description: String, goal: String, situation: String) {
        self.id = id
        self.title = title
        self.description = description
        self.goal = goal
        self.situation = situation
    }
}

/// What a call with this persona is judged by. The weights add up to 100; `overall` is computed from them by code.
public struct Rubric: Codable, Hashable, Sendable {
    public var version: Int
    public var categories: [Category]

    public init(version: Int, categories: [Category]) {
        self.version = version
        self.categories = categories
    }

    public struct Category: Codable, Hashable, Sendable {
        /// camelCase, the key in `score.categories`: `empathy`, `argumentQuality`, …
        public var id: String
        public var title: String
        /// Per cent of `overall`.
        public var weight: Int
        public var description: String
        /// Written levels, lowest first, that together cover 0…100.
        public var levels: [Level]

        public init(id: String, title: String, weight: Int, description: String, levels: [Level]) {
            self.id = id
            self.title = title
            self.weight = weight
            self.description = description
            self.levels = levels
        }
    }

    public struct Level: Codable, Hashable, Sendable {
        public var from: Int
        public var to: Int
        public var description: String

        public init(from: Int, to: Int, description: String) {
            self.from = from
            self.to = to
            self.description = description
        }
    }
}
