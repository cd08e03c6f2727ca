import Foundation

/// A customer type: who it is, how it speaks, what moves it, and how a call with it is judged.
///
/// Each persona is one YAML file under `Shared/Personas` and is seeded into MongoDB by `version`. The keys of the
/// spec's `personas` collection keep their names; the rest is additional.
public struct Persona: Codable, Hashable, Sendable {
    public var id: String
    /// Goes up with every change of the file; the higher version wins when MongoDB is seeded.
    public var version: Int
    public var name: String
    public var type: String
    /// Completed years; computed from `birthDate` if there is one. Every persona is an adult who already uses nicotine,
    /// except one that must not be served.
    public var age: Int
    /// `YYYY-MM-DD`, as on the document. The prompts name it as `{birthDate}`, and the age as `{age}`.
    public var birthDate: String?
    /// Instead of `birthDate`: the customer is always of this age, and the date follows from the day of the session.
    public var ageInYears: Int?
    /// A customer whom the trainee has to turn away. Ending politely is the good result, and a sale fails the session.
    public var mustNotBeServed: Bool?
    /// Names that only this customer uses, for speech recognition.
    public var keywords: [String]?
    /// Minimum attitude for a sale, 0…10; nil means `Attitude.toConvert`.
    public var convertsAt: Int?
    /// How it takes silence; nil for the relay's own way.
    public var silence: Silence?
    /// ISO 639-1 code of the language it speaks.
    public var language: String
    public var description: String
    /// A voice of the Realtime API.
    public var voice: String
    public var initialAttitude: Int
    /// How high the attitude can rise before certain sales steps are done; nil for no limit.
    public var ceilings: [Ceiling]?
    /// How it feels, by bands of the attitude that cover 0…10, ascending; nil to tell the voice model numbers.
    public var moods: [Mood]?
    public var traits: [String]
    /// What makes it refuse, and what softens or hardens it.
    public var objections: [Objection]
    /// One rule per entry: what raises or lowers the attitude, and by how much.
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
        id: String, version: Int, name: String, type: String, age: Int, birthDate: String? = nil,
        convertsAt: Int? = nil, silence: Silence? = nil, language: String, description: String,
        voice: String, initialAttitude: Int, traits: [String], objections: [Objection], attitudeRules: [String],
        realtimePrompt: String, supervisorPrompt: String, scoringPrompt: String, productKnowledge: String,
        rubric: Rubric, scenarios: [Scenario]
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.type = type
        self.age = age
        self.birthDate = birthDate
        self.convertsAt = convertsAt
        self.silence = silence
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

extension Persona {
    /// The age may be missing if there is a date of birth: it is then the age today.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let birthDate = try container.decodeIfPresent(String.self, forKey: .birthDate)
        let ageInYears = try container.decodeIfPresent(Int.self, forKey: .ageInYears)
        let age = try container.decodeIfPresent(Int.self, forKey: .age) ?? ageInYears
        guard let years = age ?? birthDate.flatMap({ CalendarDay($0) })?.age(on: CalendarDay(utc: Date())) else {
            throw DecodingError.keyNotFound(
                CodingKeys.birthDate,
                .init(codingPath: decoder.codingPath, debugDescription: "neither birthDate, YYYY-MM-DD, nor age"))
        }
        self.init(
            id: try container.decode(String.self, forKey: .id),
            version: try container.decode(Int.self, forKey: .version),
            name: try container.decode(String.self, forKey: .name),
            type: try container.decode(String.self, forKey: .type), age: years, birthDate: birthDate,
            convertsAt: try container.decodeIfPresent(Int.self, forKey: .convertsAt),
            silence: try container.decodeIfPresent(Silence.self, forKey: .silence),
            language: try container.decode(String.self, forKey: .language),
            description: try container.decode(String.self, forKey: .description),
            voice: try container.decode(String.self, forKey: .voice),
            initialAttitude: try container.decode(Int.self, forKey: .initialAttitude),
            traits: try container.decode([String].self, forKey: .traits),
            objections: try container.decode([Objection].self, forKey: .objections),
            attitudeRules: try container.decode([String].self, forKey: .attitudeRules),
            realtimePrompt: try container.decode(String.self, forKey: .realtimePrompt),
            supervisorPrompt: try container.decode(String.self, forKey: .supervisorPrompt),
            scoringPrompt: try container.decode(String.self, forKey: .scoringPrompt),
            productKnowledge: try container.decode(String.self, forKey: .productKnowledge),
            rubric: try container.decode(Rubric.self, forKey: .rubric),
            scenarios: try container.decode([Scenario].self, forKey: .scenarios))
        ceilings = try container.decodeIfPresent([Ceiling].self, forKey: .ceilings)
        moods = try container.decodeIfPresent([Mood].self, forKey: .moods)
        self.ageInYears = ageInYears
        mustNotBeServed = try container.decodeIfPresent(Bool.self, forKey: .mustNotBeServed)
        keywords = try container.decodeIfPresent([String].self, forKey: .keywords)
    }
}

/// A situation in which the trainee meets a persona.
public struct Scenario: Codable, Hashable, Sendable {
    public var id: String
    public var title: String
    /// For the trainee: where the talk takes place, and what it is about.
    public var description: String
    /// What the trainee should achieve.
    public var goal: String
    /// For the persona, appended to its prompt: where it stands, what it has just been doing, how the talk begins.
    public var situation: String
    /// Points out of 100 needed to pass; nil means `Scenario.passMark`.
    public var passMark: Int?
    /// For the trainee, in a few words: where the talk takes place.
    public var place: String?
    /// How hard it is to win the customer; nil to tell by the persona.
    public var difficulty: Difficulty?
    /// For the trainee: what he knows before the talk. Nothing that the customer should be asked for.
    public var briefing: [String]?
    /// Who speaks first; nil for the trainee.
    public var opening: Opening?
    /// What happens around the customer, in the order of time.
    public var clocks: [Clock]?

    /// Applies if a scenario sets no pass mark.
    public static let passMark = 60

    public init(
        id: String, title: String, description: String, goal: String, situation: String, passMark: Int? = nil,
        place: String? = nil, difficulty: Difficulty? = nil, briefing: [String]? = nil, opening: Opening? = nil,
        clocks: [Clock]? = nil
    ) {
        self.opening = opening
        self.clocks = clocks
        self.passMark = passMark
        self.place = place
        self.difficulty = difficulty
        self.briefing = briefing
        self.id = id
        self.title = title
        self.description = description
        self.goal = goal
        self.situation = situation
    }
}

/// The criteria by which a call with this persona is judged. The weights add up to 100; `overall` is computed from them
/// by code.
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
