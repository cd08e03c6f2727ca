import Compliance
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Copies the persona files into the store as soon as it is reachable; newer versions win. The rulebook is stored with
/// them, so that every session can be judged by the rules it was created with.
final class PersonaSeeding: Service {
    private let personas: [Persona]
    private let rulebook: Rulebook
    private let store: any SessionStore
    private let logger: Logger
    private let done = Atomic(false)

    init(_ personas: [Persona], rulebook: Rulebook, into store: any SessionStore, logger: Logger) {
        self.personas = personas
        self.rulebook = rulebook
        self.store = store
        self.logger = logger
    }

    var isDone: Bool { done.load(ordering: .relaxed) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    try await self.store.seed(self.personas)
                    try await self.store.keepRulebook(self.rulebook.hash, files: self.rulebook.files)
                    break
                } catch {
                    self.logger.debug("personas not stored yet", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(5))
                }
            }
            self.done.store(true, ordering: .relaxed)
        }
        try? await gracefulShutdown()
    }
}
