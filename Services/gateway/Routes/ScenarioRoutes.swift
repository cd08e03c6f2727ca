import Domain
import Foundation
import Hummingbird
import Storage

/// The scenarios and personas that are available for training.
struct ScenarioRoutes: Sendable {
    let store: any SessionStore
    let now: @Sendable () -> Date

    /// All personas, with their age and the texts that mention it computed for today (UTC).
    private func personas() async throws -> [Persona] {
        let day = CalendarDay(utc: now())
        return try await store.personas().map { $0.on(day) }
    }

    func scenarios(_ call: Call) async throws -> Response {
        let personas = try await personas()
        let wanted = call.query?["personaId"]
        let allowed = try call.context.caller().bounds?.scenarioIds
        return try APIJSON.response(
            Listing(
                items: personas.filter { wanted == nil || $0.id == wanted }.flatMap { persona in
                    persona.scenarios.filter { allowed?.contains($0.id) ?? true }
                        .map { ScenarioView($0, of: persona) }
                }))
    }

    /// Prompts and rubric are for trainers only; a trainee who reads them knows what to say.
    func personas(_ call: Call) async throws -> Response {
        let personas = try await personas()
        guard try call.context.caller().role >= .viewer else {
            return try APIJSON.response(Listing(items: personas.map { PersonaView($0, withScenarios: true) }))
        }
        return try APIJSON.response(Listing(items: personas))
    }
}
