import Conversation
import Synchronization

/// What the server has refused so far, for as long as the process runs, so that the next call does not ask for it again.
final class RefusedSettings: Sendable {
    private let refused = Mutex<Set<RefusedSetting>>([])

    func add(_ setting: RefusedSetting) {
        refused.withLock { _ = $0.insert(setting) }
    }

    /// The settings without what was refused.
    func applied(to settings: RealtimeSettings) -> RealtimeSettings {
        settings.without(refused.withLock { $0 })
    }
}
