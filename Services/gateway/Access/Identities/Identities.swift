import Domain
import HTTPTypes
import Storage

/// Whether trainers see who a trainee is (`SHOW_TRAINEE_IDENTITIES`). Trainees and clients always see their own ids.
struct Identities: Sendable {
    /// No trainee has this id.
    private static let nobody = ""

    private let pseudonyms: KnownPseudonyms?
    /// Maximum number of trainees among whom a pseudonym is looked for that nobody has been shown.
    private let mostTrainees: Int

    /// - Parameter secret: nil shows identities.
    init(hiddenWith secret: SessionSecret?, mostTrainees: Int = 10_000) {
        pseudonyms = secret.map { KnownPseudonyms(Pseudonyms(secret: $0)) }
        self.mostTrainees = mostTrainees
    }

    static let shown = Identities(hiddenWith: nil)

    /// Whether they are hidden from this caller.
    func areHidden(from caller: Principal) -> Bool { pseudonyms != nil && !caller.seesOnlyOwn }

    private func hiding(from caller: Principal) -> KnownPseudonyms? { caller.seesOnlyOwn ? nil : pseudonyms }

    /// The trainee was erased.
    func forget(_ traineeId: String) { pseudonyms?.forget(traineeId) }

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
        // In the order of the real ids, which tells something about them.
        statistics.byTrainee.sort { ($1.sessions, $0.key) < ($0.sessions, $1.key) }
        return statistics
    }

    // MARK: What a caller asks for

    /// The filter with the trainee whom a pseudonym stands for. A real id matches nobody: it would tell whose pseudonym
    /// it is.
    ///
    /// - Throws: 400 for a pseudonym that is not among those of very many trainees, and may still be somebody's.
    func resolved(_ filter: SessionFilter, of caller: Principal, in store: any SessionStore) async throws
        -> SessionFilter
    {
        guard let pseudonyms = hiding(from: caller), let wanted = filter.traineeId else { return filter }
        var filter = filter
        filter.traineeId = Self.nobody
        guard Pseudonyms.mayBe(wanted) else { return filter }
        if let known = pseudonyms.trainee(named: wanted) {
            filter.traineeId = known
            return filter
        }
        let trainees = try await store.values(
            of: .traineeId, matching: SessionFilter(filter.visibility), limit: mostTrainees)
        if let found = trainees.first(where: { pseudonyms.name(of: $0) == wanted }) {
            filter.traineeId = found
        } else if trainees.count >= mostTrainees {
            throw Problem(
                .badRequest, "pseudonym_unknown",
                "There are too many trainees to look for this pseudonym. Lists that show it make it known.")
        }
        return filter
    }
}
