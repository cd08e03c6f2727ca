import Compliance
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Takes the persona files over into the store, as soon as it can be reached; newer versions win. The rulebook is kept
/// beside them, so that every session can be judged by what it was frozen with.
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
                    self.logger.debug("personas not taken over yet", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(5))
                }
            }
            self.done.store(true, ordering: .relaxed)
        }
        try? await gracefulShutdown()
    }
}
