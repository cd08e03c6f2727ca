import Domain
public import Storage

extension MemorySessionStore {
    public func sessions(matching filter: SessionFilter, limit: Int, after cursor: String?) async throws -> SessionPage
    {
        let start = try cursor.map { try SessionCursor(text: $0) }
        let rest = try matches(filter)
            .filter { entry in start.map { entry.cursor < $0 } ?? true }
            .sorted { $0.cursor > $1.cursor }
        let limit = max(1, limit)
        return SessionPage(
            items: rest.prefix(limit).map { SessionSummary($0.record) },
            nextCursor: rest.count > limit ? rest[limit - 1].cursor.text : nil)
    }

    public func statistics(matching filter: SessionFilter) async throws -> SessionStatistics {
        let records = try matches(filter).map(\.record) + tombstones.values.map(\.record).filter { filter.contains($0) }
        let ended = records.filter { $0.status == .ended }
        let scores = records.filter(\.isCounted).compactMap { $0.score?.overall }
        return SessionStatistics(
            totalSessions: records.count,
            activeSessions: records.count - ended.count,
            endedSessions: ended.count,
            scoredSessions: records.count { $0.score != nil },
            notCountedSessions: records.count { $0.score?.counted == false },
            averageScore: average(scores),
            averageScoreOf: scores.count,
            averageMachineScore: average(
                records.filter(\.isCounted).compactMap { $0.score?.machine?.overall ?? $0.score?.overall }),
            reviewedSessions: records.count { $0.score?.reviewedBy != nil },
            reviewers: Dictionary(grouping: records.compactMap { $0.score?.reviewedBy }, by: \.self)
                .map { SessionStatistics.Reviewer(name: $0, sessions: $1.count) }
                .sorted { ($1.sessions, $0.name) < ($0.sessions, $1.name) },
            conversionRate: conversionRate(records),
            conversionRateOf: sellable(records).count,
            averageDurationMs: average(ended.filter(\.isCounted).compactMap(\.durationMs)),
            outcomes: Dictionary(
                grouping: ended.filter(\.isCounted).compactMap(\.outcome?.rawValue), by: \.self
            ).mapValues(\.count),
            byPersona: groups(records, key: \.personaId, name: \.personaName),
            byTrainee: groups(records.filter { !$0.traineeId.isEmpty }, key: \.traineeId, name: \.traineeId),
            unknownInteractions: unknown(records))
    }

    public func results(matching filter: SessionFilter, limit: Int) async throws -> SessionResults {
        let all = try matches(filter).sorted { $0.cursor > $1.cursor }
        return SessionResults(
            items: all.prefix(max(1, limit)).compactMap { SessionResult($0.record) },
            isComplete: all.count <= max(1, limit))
    }

    public func values(of field: SessionField, matching filter: SessionFilter, limit: Int) async throws -> [String] {
        let values = try matches(filter).map(\.record).compactMap { record in
            switch field {
            case .traineeId: record.traineeId
            case .client: record.client
            case .market: record.rules?.market
            case .store: record.metadata["store"]?.string
            }
        }
        let short = values.filter { $0.unicodeScalars.count <= SessionResult.longestStore }
        return Array(Set(short).subtracting([""]).sorted().prefix(max(1, limit)))
    }

    private func unknown(_ records: [SessionRecord]) -> [SessionStatistics.UnknownInteraction] {
        let pairs = records.flatMap { $0.score?.unknownInteractions ?? [] }
        let counted = Dictionary(grouping: pairs, by: \.self).map { pair, all in
            SessionStatistics.UnknownInteraction(object: pair.object, action: pair.action, sessions: all.count)
        }
        let sorted = counted.sorted { ($1.sessions, $0.object, $0.action) < ($0.sessions, $1.object, $1.action) }
        return Array(sorted.prefix(SessionStatistics.mostUnknownInteractions))
    }

    private func matches(_ filter: SessionFilter) throws -> [Entry] {
        try available()
        return entries.values.filter { filter.contains($0.record) }
    }

    private func groups(
        _ records: [SessionRecord], key: KeyPath<SessionRecord, String>, name: KeyPath<SessionRecord, String>
    ) -> [SessionStatistics.Group] {
        Dictionary(grouping: records, by: { $0[keyPath: key] })
            .map { id, records in
                let scores = records.filter(\.isCounted).compactMap { $0.score?.overall }
                return SessionStatistics.Group(
                    key: id,
                    name: records.max { $0.createdAt < $1.createdAt }?[keyPath: name] ?? id,
                    sessions: records.count,
                    averageScore: average(scores), averageScoreOf: scores.count,
                    conversionRate: conversionRate(records), conversionRateOf: sellable(records).count)
            }
            .sorted { ($1.sessions, $0.key) < ($0.sessions, $1.key) }
    }

    private func conversionRate(_ records: [SessionRecord]) -> Double? {
        average(sellable(records).map { $0.outcome == .converted ? 1 : 0 })
    }

    private func sellable(_ records: [SessionRecord]) -> [SessionRecord] {
        records.filter { $0.status == .ended && $0.isCounted && $0.persona.mustNotBeServed != true }
    }

    private func average(_ values: [Int]) -> Double? {
        values.isEmpty ? nil : Double(values.reduce(0, +)) / Double(values.count)
    }
}

extension SessionRecord {
    /// True also for a session whose scoring failed. A session that no client connected to has no outcome.
    fileprivate var isCounted: Bool { outcome != nil && score?.counted != false }
}

extension SessionFilter {
    fileprivate func contains(_ record: SessionRecord) -> Bool {
        if leavesOutBlind, record.hidesNumbers == true { return false }
        return visibility.contains(record.visibility)
            && traineeId.map { $0 == record.traineeId } ?? true
            && personaId.map { $0 == record.personaId } ?? true
            && scenarioId.map { $0 == record.scenarioId } ?? true
            && outcome.map { $0 == record.outcome } ?? true
            && status.map { $0 == record.status } ?? true
            && client.map { $0 == record.client } ?? true
            && createdBy.map { $0 == record.createdBy } ?? true
            && market.map { $0 == record.rules?.market } ?? true
            && store.map { $0 == record.metadata["store"]?.string } ?? true
            && sessionIds.map { $0.contains(record.sessionId) } ?? true
            && awaitsReview.map { $0 == record.awaitsReview } ?? true
            && from.map { $0 <= record.createdAt } ?? true
            && to.map { record.createdAt < $0 } ?? true
    }
}
