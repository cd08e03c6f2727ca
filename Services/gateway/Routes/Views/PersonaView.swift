import Domain

/// A persona as every caller may see it, without prompts and rubric.
struct PersonaView: Encodable {
    var id: String
    var version: Int
    var name: String
    var type: String
    var age: Int
    /// As on the persona's identity card, `YYYY-MM-DD`.
    var birthDate: String?
    var language: String
    var description: String
    var voice: String
    var initialAttitude: Int
    var traits: [String]
    /// Absent when the persona is part of another object.
    var scenarios: [ScenarioView]?

    init(_ persona: Persona, withScenarios: Bool = false) {
        id = persona.id
        version = persona.version
        name = persona.name
        type = persona.type
        age = persona.age
        birthDate = persona.birthDate
        language = persona.language
        description = persona.description
        voice = persona.voice
        initialAttitude = persona.initialAttitude
        traits = persona.traits
        scenarios = withScenarios ? persona.scenarios.map { ScenarioView($0) } : nil
    }
}

/// A scenario as the trainee may see it.
struct ScenarioView: Encodable {
    var id: String
    var title: String
    var description: String
    var goal: String
    var personaId: String?
    var persona: PersonaView?

    init(_ scenario: Scenario, of persona: Persona? = nil) {
        id = scenario.id
        title = scenario.title
        description = scenario.description
        goal = scenario.goal
        personaId = persona?.id
        self.persona = persona.map { PersonaView($0) }
    }
}
