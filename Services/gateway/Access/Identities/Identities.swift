import Domain
import Storage

/// Whether trainers see who a trainee is (`SHOW_TRAINEE_IDENTITIES`). Trainees and clients always see their own ids.
struct Identities: Sendable {
    /// Maximum number of trainees among whom a pseudonym is looked for.
    static let mostTrainees = 10_000
    /// No trainee has this id.
    private static let nobody = ""

    private let pseudonyms: Pseudonyms?

    /// - Parameter secret: nil shows identities.
    init(hiddenWith secret: SessionSecret?) {
        pseudonyms = secret.map(Pseudonyms.init)
    }

    static let shown = Identities(hiddenWith: nil)

    /// Whether they are hidden from this caller.
    func areHidden(from caller: Principal) -> Bool { pseudonyms != nil && !caller.seesOnlyOwn }

    private func hiding(from caller: Principal) -> Pseudonyms? { caller.seesOnlyOwn ? nil : pseudonyms }

    // MARK: What a caller sees

    /// The record without whom it is about. `metadata` goes too: what a client put there may be a name.
    func shown(_ record: SessionRecord, to caller: Principal) -> SessionRecord {
        guard let pseudonyms = hiding(from: caller) else { return record }
        var record = record
        record.traineeId = pseudonyms.name(of: record.traineeId)
        record.metadata = .object([:])
        return record
    }

    func shown(_ summary: SessionSummary, to caller: Principal) -> SessionSummary {
        guard let pseudonyms = hiding(from: caller) else { return summary }
        var summary = summary
        summary.traineeId = pseudonyms.name(of: summary.traineeId)
        return summary
    }

    func shown(_ statistics: SessionStatistics, to caller: Principal) -> SessionStatistics {
        guard let pseudonyms = hiding(from: caller) else { return statistics }
        var statistics = statistics
        for index in statistics.byTrainee.indices {
            let name = pseudonyms.name(of: statistics.byTrainee[index].key)
            statistics.byTrainee[index].key = name
            statistics.byTrainee[index].name = name
        }
        return statistics
    }

    // MARK: What a caller asks for

    /// The filter with the trainee whom a pseudonym stands for. A real id matches nobody: it would tell whose pseudonym
    /// it is.
    func resolved(_ filter: SessionFilter, of caller: Principal, in store: any SessionStore) async throws
        -> SessionFilter
    {
        guard let pseudonyms = hiding(from: caller), let wanted = filter.traineeId else { return filter }
        var filter = filter
        filter.traineeId = Self.nobody
        guard Pseudonyms.mayBe(wanted) else { return filter }
        let trainees = try await store.values(
            of: .traineeId, matching: SessionFilter(filter.visibility), limit: Self.mostTrainees)
        filter.traineeId = trainees.first { pseudonyms.name(of: $0) == wanted } ?? Self.nobody
        return filter
    }
}
