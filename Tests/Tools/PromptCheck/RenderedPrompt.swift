public import Compliance
import Conversation
public import Domain
import Prompts

/// A prompt exactly as a model gets it.
public struct RenderedPrompt: Sendable {
    public enum Model: String, CaseIterable, Sendable {
        /// The voice model that plays the customer.
        case realtime
        /// The model that follows the attitude.
        case supervisor
        /// The model that judges the finished talk.
        case scoring
    }

    public let model: Model
    public let persona: Persona
    public let scenario: Scenario
    public let text: String

    /// All prompts of a persona, as on a given day.
    ///
    /// - Parameter persona: as it stands in its file.
    public static func all(of persona: Persona, on day: CalendarDay, _ catalog: ComplianceCatalog) -> [RenderedPrompt] {
        let persona = persona.on(day)
        let scoring = ScoringInstructions(
            salesSteps: catalog.salesSteps, productKnowledge: catalog.productKnowledge, markets: catalog.markets)
        return persona.scenarios.flatMap { scenario in
            Model.allCases.map { model in
                let text =
                    switch model {
                    case .realtime: RealtimePrompt.instructions(persona: persona, scenario: scenario)
                    case .supervisor:
                        SupervisorInstructions(catalog: catalog).text(for: persona, in: scenario, hints: false)
                    case .scoring: scoring.text(for: persona, in: scenario, by: RuleSettings())
                    }
                return RenderedPrompt(model: model, persona: persona, scenario: scenario, text: text)
            }
        }
    }
}
