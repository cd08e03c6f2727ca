public import Domain

/// Chooses what to practise next from the personas. No model takes part.
public enum NextPractice {
    /// A scenario in the language of the last session, with a persona whose rubric gives the category the most weight.
    /// Of equal ones the first by the ids of persona and scenario; the scenario of the last session only if there is no
    /// other. Nil if no persona is judged by this category.
    ///
    /// - Parameter scenarioId: of the last session, like `language`.
    public static func practice(
        of category: String, after scenarioId: String, language: String, personas: [Persona]
    ) -> Coaching.Practice? {
        let fitting = personas.filter { $0.language == language }.compactMap { persona in
            persona.rubric.categories.first { $0.id == category }.map { (persona: persona, weight: $0.weight) }
        }
        let choices = fitting.flatMap { persona, weight in
            persona.scenarios.map { (persona: persona, scenario: $0, weight: weight) }
        }
        let best = choices.min { one, other in
            func rank(_ choice: (persona: Persona, scenario: Scenario, weight: Int)) -> (Int, Int, String, String) {
                (choice.scenario.id == scenarioId ? 1 : 0, -choice.weight, choice.persona.id, choice.scenario.id)
            }
            return rank(one) < rank(other)
        }
        return best.map { choice in
            Coaching.Practice(
                category: category, personaId: choice.persona.id, personaName: choice.persona.name,
                scenarioId: choice.scenario.id, scenarioTitle: choice.scenario.title)
        }
    }

    /// After this session.
    public static func practice(
        of category: String, after record: SessionRecord, personas: [Persona]
    ) -> Coaching.Practice? {
        practice(of: category, after: record.scenarioId, language: record.persona.language, personas: personas)
    }
}
