import Domain
import Synchronization

/// The roles that sessions play, each held once however many of them play it: on its own a session would hold 40 kB of texts.
final class Cast: Sendable {
    struct Role: Sendable {
        var persona: Persona
        var scenario: Scenario
        /// What the voice model is told.
        var instructions: String
    }

    private struct Key: Hashable {
        var persona: String
        var version: Int
        var scenario: String
    }

    /// More than a house has; when there are more all the same, it begins anew.
    private static let capacity = 256

    private let roles = Mutex<[Key: Role]>([:])

    /// The role as a session's record has it: one that is held already, if that is the same word for word.
    func role(_ persona: Persona, in scenario: Scenario) -> Role {
        let key = Key(persona: persona.id, version: persona.version, scenario: scenario.id)
        return roles.withLock { roles in
            if let role = roles[key], role.persona == persona, role.scenario == scenario { return role }
            let role = Role(
                persona: persona, scenario: scenario,
                instructions: RealtimePrompt.instructions(persona: persona, scenario: scenario))
            if roles.count >= Self.capacity { roles = [:] }
            roles[key] = role
            return role
        }
    }
}
