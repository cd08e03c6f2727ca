import Domain

/// A persona as every caller may see it, without prompts and rubric.
struct PersonaView: Encodable {
    var id: String
    var version: Int
    var name: String
    var type: String
    var age: Int
    /// Years, for those who do not need to know more: `40-49`.
    var ageGroup: String
    /// As on the persona's identity card, `YYYY-MM-DD`.
    var birthDate: String?
    var language: String
    var description: String
    var voice: String
    var initialAttitude: Int
    /// Absent for trainees, who should find them out.
    var traits: [String]?
    /// Absent when the persona is part of another object.
    var scenarios: [ScenarioView]?

    /// - Parameter scenarios: which of its scenarios to show with it; nil for none.
    init(_ persona: Persona, for caller: Principal, scenarios: [Scenario]? = nil) {
        id = persona.id
        version = persona.version
        name = persona.name
        type = persona.type
        age = persona.age
        ageGroup = persona.ageGroup
        birthDate = persona.birthDate
        language = persona.language
        description = persona.description
        voice = persona.voice
        initialAttitude = persona.initialAttitude
        traits = caller.role == .trainee ? nil : persona.traits
        self.scenarios = scenarios?.map { ScenarioView($0, with: persona) }
    }
}
