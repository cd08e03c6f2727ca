import Domain
import Foundation
import TestSupport
import Testing

@testable import Storage

/// Lists and statistics.
@Suite struct SessionStoreQueryTests {
    @Test(arguments: StoreUnderTest.allCases)
    func `pages show every session once, newest first, while new ones are created`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            // Three with the same time: their order must be stable, too.
            for _ in 0..<4 {
                for _ in 0..<3 { _ = try await store.create(.sample()) }
                time.advance(0.001)
            }
            var seen: [SessionSummary] = []
            var cursor: String?
            repeat {
                let page = try await store.sessions(matching: SessionFilter(.counted), limit: 5, after: cursor)
                seen += page.items
                cursor = page.nextCursor
                if cursor != nil {
                    time.advance(1)
                    _ = try await store.create(.sample(trainee: "later"))
                }
            } while cursor != nil
            #expect(seen.count == 12)
            #expect(Set(seen.map(\.sessionId)).count == 12)
            #expect(seen.map(\.createdAt) == seen.map(\.createdAt).sorted(by: >))
            #expect(!seen.contains { $0.traineeId == "later" })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a page that ends with the last session has no next page`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            for _ in 0..<2 { _ = try await store.create(.sample()) }
            #expect(try await store.sessions(matching: SessionFilter(.counted), limit: 2, after: nil).nextCursor == nil)
            #expect(try await store.sessions(matching: SessionFilter(.counted), limit: 1, after: nil).nextCursor != nil)
        }
    }

    @Test(
        arguments: StoreUnderTest.allCases,
        ["", "x", "AAAA", "$gt", String(repeating: "A", count: 28), "ééééééééééééé0"])
    func `an unknown cursor is refused`(kind: StoreUnderTest, cursor: String) async throws {
        try await kind.run { store, _ in
            do {
                _ = try await store.sessions(matching: SessionFilter(.counted), limit: 1, after: cursor)
                Issue.record("nothing was thrown")
            } catch {
                #expect((error as? StorageError)?.code == .invalidCursor)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `filters compare for equality, and operators in them are plain text`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let first = try await store.create(.sample(trainee: "A", createdBy: "key1")).record
            time.advance(10)
            _ = try await store.create(
                .sample(trainee: "B", persona: .sample(id: "velo_user", name: "Nina"), client: "web"))
            _ = try await store.end(first.sessionId, with: .sample([]))

            func traineesOf(_ change: (inout SessionFilter) -> Void) async throws -> String {
                var filter = SessionFilter(.counted)
                change(&filter)
                return try await store.sessions(matching: filter, limit: 10, after: nil).items.map(\.traineeId).joined()
            }
            #expect(try await traineesOf { _ in } == "BA")
            #expect(try await traineesOf { $0.traineeId = "A" } == "A")
            #expect(try await traineesOf { $0.traineeId = "$ne" } == "")
            #expect(try await traineesOf { $0.personaId = "velo_user" } == "B")
            #expect(try await traineesOf { $0.scenarioId = "fmc_resistant" } == "BA")
            #expect(try await traineesOf { $0.outcome = .converted } == "A")
            #expect(try await traineesOf { $0.status = .active } == "B")
            #expect(try await traineesOf { $0.client = "web" } == "B")
            #expect(try await traineesOf { $0.createdBy = "key1" } == "A")
            // `from` is inclusive, `to` is exclusive.
            #expect(try await traineesOf { $0.from = first.createdAt } == "BA")
            #expect(try await traineesOf { $0.from = first.createdAt + 0.001 } == "B")
            #expect(try await traineesOf { $0.to = first.createdAt } == "")
            #expect(try await traineesOf { $0.to = first.createdAt + 0.001 } == "A")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a list item agrees with the record`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await store.end(id, with: .sample([.attitude(1, 7)]))
            _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now)
            _ = try await store.finishScoring(id, owner: "s", score: .sample(75), outcome: .rejected)
            let record = try #require(try await store.session(id))
            let page = try await store.sessions(matching: SessionFilter(.counted), limit: 10, after: nil)
            #expect(page.items == [SessionSummary(record)])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `uncounted sessions change no average, and unknown interactions are summed`(kind: StoreUnderTest)
        async throws
    {
        try await kind.run { store, time in
            func play(_ score: Int, _ outcome: Outcome, reason: String?, _ unknown: [Interaction]?) async throws {
                let id = try await store.create(.sample(trainee: "A", persona: .sample())).record.sessionId
                time.advance(1)
                _ = try await store.end(id, with: .sample([], outcome: outcome, durationMs: 1_000))
                _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now)
                var card = Scorecard.sample(score)
                card.counted = reason == nil
                card.notCountedReason = reason
                card.unknownInteractions = unknown
                _ = try await store.finishScoring(id, owner: "s", score: card, outcome: outcome)
            }
            let hologram = Interaction(object: "Hologram", action: "GIVE")
            let lamp = Interaction(object: "Lamp", action: "GIVE")
            try await play(80, .converted, reason: nil, [hologram])
            try await play(60, .rejected, reason: nil, [lamp, hologram])
            try await play(0, .walkedAway, reason: "upstream", nil)
            let all = try await store.statistics(matching: SessionFilter(.counted))
            #expect(all.scoredSessions == 3)
            #expect(all.notCountedSessions == 1)
            #expect(all.averageScore == 70)
            #expect(all.conversionRate == 0.5)
            #expect(all.outcomes == ["converted": 1, "rejected": 1])
            #expect(all.byTrainee.first?.averageScore == 70)
            #expect(all.byTrainee.first?.conversionRate == 0.5)
            #expect(all.byTrainee.first?.sessions == 3)
            #expect(
                all.unknownInteractions == [
                    .init(object: "Hologram", action: "GIVE", sessions: 2),
                    .init(object: "Lamp", action: "GIVE", sessions: 1),
                ])
            let list = try await store.sessions(matching: SessionFilter(.counted), limit: 10, after: nil)
            #expect(list.items.map(\.counted) == [false, true, true])
            #expect(list.items.map(\.verdict) == [.passed, .passed, .passed])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a customer who must not be served is in no conversion rate`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            for (mustNotBeServed, outcome) in [(false, Outcome.converted), (true, .converted), (true, .rejected)] {
                var persona = Persona.sample(id: mustNotBeServed ? "walk_in" : "fmc_smoker")
                persona.mustNotBeServed = mustNotBeServed ? true : nil
                let id = try await store.create(.sample(persona: persona)).record.sessionId
                _ = try await store.end(id, with: .sample([], outcome: outcome, durationMs: 1_000))
                _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now)
                _ = try await store.finishScoring(id, owner: "s", score: .sample(70), outcome: outcome)
            }
            let all = try await store.statistics(matching: SessionFilter(.counted))
            #expect(all.conversionRate == 1)
            #expect(all.averageScore == 70 && all.scoredSessions == 3)
            #expect(all.outcomes == ["converted": 2, "rejected": 1])
            #expect(all.byPersona.first { $0.key == "walk_in" }?.conversionRate == nil)
            #expect(all.byPersona.first { $0.key == "walk_in" }?.averageScore == 70)
        }
    }

    @Test func `statistics use only what compatible databases have too`() {
        let filter = SessionFilter(.counted)
        let pipelines = [
            MongoSessionStore.totalPipeline(filter), MongoSessionStore.outcomePipeline(filter),
            MongoSessionStore.groupPipeline(filter, by: "personaId", name: "personaName"),
            MongoSessionStore.unknownPipeline(filter),
        ]
        let stages = Set(pipelines.joined().flatMap { $0.elements.map(\.key) })
        // What Amazon DocumentDB, Azure Cosmos DB and FerretDB list.
        #expect(stages.isSubset(of: ["$match", "$project", "$sort", "$group", "$unwind", "$limit"]), "\(stages)")
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `statistics count, average and group`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let empty = try await store.statistics(matching: SessionFilter(.counted))
            #expect(empty.totalSessions == 0 && empty.averageScore == nil && empty.conversionRate == nil)

            func play(_ trainee: String, _ persona: Persona, _ outcome: Outcome, _ score: Int?, _ durationMs: Int)
                async throws
            {
                let id = try await store.create(.sample(trainee: trainee, persona: persona)).record.sessionId
                time.advance(1)
                _ = try await store.end(id, with: .sample([], outcome: outcome, durationMs: durationMs))
                guard let score else { return }
                _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now)
                _ = try await store.finishScoring(id, owner: "s", score: .sample(score), outcome: outcome)
            }
            try await play("A", .sample(), .converted, 80, 1000)
            try await play("A", .sample(id: "velo_user", name: "Nina"), .rejected, 40, 2000)
            try await play("B", .sample(name: "Karel II"), .walkedAway, nil, 3000)
            _ = try await store.create(.sample(trainee: "C"))

            let all = try await store.statistics(matching: SessionFilter(.counted))
            #expect(all.totalSessions == 4)
            #expect(all.activeSessions == 1)
            #expect(all.endedSessions == 3)
            #expect(all.scoredSessions == 2)
            #expect(all.averageScore == 60 && all.averageScoreOf == 2)
            #expect(all.conversionRateOf == 3)
            #expect(all.conversionRate.map { abs($0 - 1.0 / 3) < 1e-9 } == true)
            #expect(all.averageDurationMs == 2000)
            #expect(all.outcomes == ["converted": 1, "rejected": 1, "walked_away": 1])
            #expect(all.byPersona.map(\.key) == ["fmc_smoker", "velo_user"])
            #expect(all.byPersona.map(\.sessions) == [3, 1])
            #expect(all.byPersona.first?.averageScore == 80 && all.byPersona.first?.averageScoreOf == 1)
            #expect(all.byPersona.first?.conversionRate == 0.5 && all.byPersona.first?.conversionRateOf == 2)
            #expect(all.byTrainee.map(\.key) == ["A", "B", "C"])
            #expect(all.byTrainee.last?.conversionRate == nil)

            var filter = SessionFilter(.counted)
            filter.traineeId = "A"
            let own = try await store.statistics(matching: filter)
            #expect(own.totalSessions == 2)
            #expect(own.conversionRate == 0.5)
            #expect(own.byTrainee.map(\.key) == ["A"])
        }
    }
}
