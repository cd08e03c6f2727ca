import Domain

/// A scenario as the trainee may see it: what a card and a briefing show.
struct ScenarioView: Encodable {
    var id: String
    var title: String
    var description: String
    var goal: String
    var place: String?
    /// In which the call is held.
    var language: String
    var difficulty: Difficulty
    var passMark: Int
    /// What the trainee knows beforehand.
    var briefing: [String]
    /// This one and the next are absent when the scenario is part of another object.
    var personaId: String?
    var persona: PersonaView?

    init(_ scenario: Scenario, with persona: Persona) {
        id = scenario.id
        title = scenario.title
        description = scenario.description
        goal = scenario.goal
        place = scenario.place
        language = persona.language
        difficulty = scenario.difficulty ?? Difficulty(initialAttitude: persona.initialAttitude)
        passMark = scenario.passMark ?? Scenario.passMark
        briefing = scenario.briefing ?? []
    }

    /// The scenario with its persona.
    init(_ scenario: Scenario, of persona: Persona, for caller: Principal) {
        self.init(scenario, with: persona)
        personaId = persona.id
        self.persona = PersonaView(persona, for: caller)
    }
}
