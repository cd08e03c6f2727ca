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
        let caller = try call.context.caller()
        return try APIJSON.response(
            Listing(
                items: personas.filter { wanted == nil || $0.id == wanted }.flatMap { persona in
                    Self.scenarios(of: persona, for: caller).map { ScenarioView($0, of: persona, for: caller) }
                }))
    }

    /// Prompts and rubric are for trainers only; a trainee who reads them knows what to say.
    func personas(_ call: Call) async throws -> Response {
        let personas = try await personas()
        let caller = try call.context.caller()
        guard caller.role < .viewer else { return try APIJSON.response(Listing(items: personas)) }
        let views = personas.compactMap { persona -> PersonaView? in
            let scenarios = Self.scenarios(of: persona, for: caller)
            return scenarios.isEmpty ? nil : PersonaView(persona, for: caller, scenarios: scenarios)
        }
        return try APIJSON.response(Listing(items: views))
    }

    /// Those that the caller's ticket is good for; all without a ticket.
    private static func scenarios(of persona: Persona, for caller: Principal) -> [Scenario] {
        persona.scenarios.filter { caller.bounds?.scenarioIds?.contains($0.id) ?? true }
    }
}
