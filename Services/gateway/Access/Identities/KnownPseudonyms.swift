import Synchronization

/// The pseudonyms that were needed before, so that none is computed with every request, and one that was shown leads back
/// to its trainee.
final class KnownPseudonyms: Sendable {
    /// Trainees that are remembered; of others the pseudonym is computed each time.
    private static let most = 50_000

    private struct Known {
        var names: [String: String] = [:]
        var trainees: [String: String] = [:]
    }

    private let pseudonyms: Pseudonyms
    private let known = Mutex(Known())

    init(_ pseudonyms: Pseudonyms) { self.pseudonyms = pseudonyms }

    func name(of traineeId: String) -> String {
        if let name = known.withLock({ $0.names[traineeId] }) { return name }
        let name = pseudonyms.name(of: traineeId)
        known.withLock { known in
            guard known.names.count < Self.most else { return }
            known.names[traineeId] = name
            known.trainees[name] = traineeId
        }
        return name
    }

    /// The trainee was erased.
    func forget(_ traineeId: String) {
        known.withLock { known in
            if let name = known.names.removeValue(forKey: traineeId) { known.trainees[name] = nil }
        }
    }

    /// The trainee with this pseudonym, if it was needed before.
    func trainee(named name: String) -> String? { known.withLock { $0.trainees[name] } }
}
