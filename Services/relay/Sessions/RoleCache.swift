import Conversation
import Domain
import Synchronization

/// Roles that sessions play, each held once: a session with its own copy would hold 40 kB of text.
final class RoleCache: Sendable {
    struct Role: Sendable {
        var persona: Persona
        var scenario: Scenario
        /// The voice model's instructions.
        var instructions: String
    }

    private struct Key: Hashable {
        var persona: String
        var version: Int
        var scenario: String
    }

    /// Larger than any installation; the cache is emptied beyond that.
    private static let capacity = 256

    private let roles = Mutex<[Key: Role]>([:])

    /// The role as a session's record has it: a cached one, if that is the same word for word.
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
