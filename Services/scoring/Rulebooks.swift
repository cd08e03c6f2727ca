import Compliance
import Domain
import Logging
import Storage

/// The rulebooks that sessions were created with: this process's own, and those of the store, compiled when needed and
/// cached.
actor Rulebooks {
    /// Maximum number of cached rulebooks, of some megabytes each; more than the versions in use at a time.
    private static let most = 4

    private let own: ComplianceCatalog
    private let store: any SessionStore
    private let logger: Logger
    private var others: [(hash: String, catalog: ComplianceCatalog)] = []

    init(own: ComplianceCatalog, store: any SessionStore, logger: Logger) {
        self.own = own
        self.store = store
        self.logger = logger
    }

    /// The rulebook with this hash, or this process's own if it is missing or unusable.
    ///
    /// - Returns: the catalog, and whether it is the one that was asked for.
    /// - Throws: `StorageError`.
    func catalog(_ hash: String?) async throws -> (catalog: ComplianceCatalog, isAskedFor: Bool) {
        guard let hash, hash != own.rulebook.hash else { return (own, true) }
        if let known = others.first(where: { $0.hash == hash }) { return (known.catalog, true) }
        guard let files = try await store.rulebook(hash) else {
            logger.warning("a rulebook is missing; using our own", metadata: ["rulebook": "\(hash)"])
            return (own, false)
        }
        do {
            let catalog = try ComplianceCatalog(Rulebook(files: files), checksAlternatives: false)
            if others.count >= Self.most { others.removeFirst() }
            others.append((hash, catalog))
            return (catalog, true)
        } catch {
            logger.warning(
                "a stored rulebook is unusable; using our own", metadata: ["rulebook": "\(hash)", "error": "\(error)"])
            return (own, false)
        }
    }
}
