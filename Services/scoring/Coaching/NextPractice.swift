import Domain

/// Chooses what to practise next from the personas. No model takes part.
enum NextPractice {
    /// A scenario in the language of the session, with a persona whose rubric gives the category the most weight. Of
    /// equal ones the first by the ids of persona and scenario; the scenario of the session itself only if there is no
    /// other. Nil if no persona is judged by this category.
    static func practice(
        of category: String, after record: SessionRecord, personas: [Persona]
    ) -> Coaching.Practice? {
        let fitting = personas.filter { $0.language == record.persona.language }.compactMap { persona in
            persona.rubric.categories.first { $0.id == category }.map { (persona: persona, weight: $0.weight) }
        }
        let choices = fitting.flatMap { persona, weight in
            persona.scenarios.map { (persona: persona, scenario: $0, weight: weight) }
        }
        let best = choices.min { one, other in
            func rank(_ choice: (persona: Persona, scenario: Scenario, weight: Int)) -> (Int, Int, String, String) {
                (choice.scenario.id == record.scenarioId ? 1 : 0, -choice.weight, choice.persona.id, choice.scenario.id)
            }
            return rank(one) < rank(other)
        }
        return best.map { choice in
            Coaching.Practice(
                category: category, personaId: choice.persona.id, personaName: choice.persona.name,
                scenarioId: choice.scenario.id, scenarioTitle: choice.scenario.title)
        }
    }
}
