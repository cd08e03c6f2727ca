import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// Erasing, whichever store it is in.
@Suite struct SessionStoreErasureTests {
    private func scored(
        _ store: any SessionStore, trainee: String = "REP_55", _ points: Int = 80, outcome: Outcome = .converted
    ) async throws -> SessionID {
        let id = try await store.create(.sample(trainee: trainee, metadata: ["store": "Brno"])).record.sessionId
        let now = Date()
        _ = try await store.claim(id, relay: "r", phase: .talking, startedAt: now, realtimeModel: "m")
        let facts: [RecordedFact] = [
            .utterance(1, "marker", speaker: .trainee), .event(2, id: "e2"), .attitude(3, 4),
        ]
        try await store.record(facts, of: id, by: 1)
        _ = try await store.end(id, with: .sample(facts, outcome: outcome, durationMs: 60_000))
        _ = try await store.lease(.scoring, of: id, for: "s", until: now + 60, now: now)
        _ = try await store.finishScoring(id, owner: "s", score: .sample(points), outcome: outcome)
        return id
    }

    private func expectErased(_ body: () async throws -> Void) async {
        do {
            try await body()
            Issue.record("it was not refused")
        } catch {
            #expect((error as? StorageError)?.code == .erased, "\(error)")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `nothing of an erased session can be read, and its tombstone says when and how much`(kind: StoreUnderTest)
        async throws
    {
        try await kind.run { store, time in
            let id = try await scored(store)
            let other = try await scored(store, trainee: "OTHER")
            #expect(try await store.tombstone(of: id) == nil)
            let tombstone = try #require(try await store.erase(id, person: "person-x"))
            #expect(tombstone.sessionId == id && tombstone.person == "person-x")
            #expect(tombstone.counts == ErasureCounts(sessions: 1, facts: 3))
            #expect(try await store.session(id) == nil)
            #expect(try await store.access(to: id) == nil)
            #expect(try await store.facts(of: id).isEmpty)
            let listed = try await store.sessions(matching: SessionFilter(.all), limit: 10, after: nil).items
            #expect(listed.map(\.sessionId) == [other])
            let results = try await store.results(matching: SessionFilter(.all), limit: 10)
            #expect(results.items.map(\.summary.sessionId) == [other])
            #expect(try await store.values(of: .traineeId, matching: SessionFilter(.all), limit: 9) == ["OTHER"])
            time.advance(60)
            #expect(try await store.erase(id, person: nil) == tombstone, "erased once")
            #expect(try await store.tombstone(of: id) == tombstone)
            #expect(try await store.erase(try #require(SessionID(number: 77)), person: nil) == nil)
            try await store.noteErasedFiles(4, of: id)
            #expect(try await store.tombstone(of: id)?.counts.files == 4)
            #expect(try await store.erased(among: [id, other]) == [id])
            #expect(try await store.erasedSessions(since: tombstone.erasedAt, limit: 9).map(\.id) == [id])
            #expect(try await store.erasedSessions(since: tombstone.erasedAt + 1, limit: 9).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `figures over many sessions count what was erased`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await scored(store, 60)
            _ = try await scored(store, trainee: "OTHER", 80, outcome: .rejected)
            let before = try await store.statistics(matching: SessionFilter(.counted))
            _ = try await store.erase(id, person: nil)
            var after = try await store.statistics(matching: SessionFilter(.counted))
            #expect(after.byTrainee.map(\.key) == ["OTHER"])
            after.byTrainee = before.byTrainee
            #expect(after == before)
            var own = SessionFilter(.counted)
            own.traineeId = "REP_55"
            #expect(try await store.statistics(matching: own).totalSessions == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `nobody can write to an erased session, and no later session gets its number`(kind: StoreUnderTest)
        async throws
    {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await store.claim(id, relay: "r", phase: .talking, startedAt: Date(), realtimeModel: "m")
            try await store.record([.utterance(1, "marker")], of: id, by: 1)
            _ = try await store.erase(id, person: nil)
            await expectErased { try await store.record([.utterance(2, "marker")], of: id, by: 1) }
            await expectErased { try await store.record([.attitude(2, 5)], of: id, by: 1) }
            await expectErased { try await store.record([.utterance(2, "marker")], of: id, by: nil) }
            await expectErased { _ = try await store.end(id, with: .sample([]), by: 1) }
            await expectErased {
                _ = try await store.claim(id, relay: "r2", phase: .suspended, startedAt: Date(), realtimeModel: "m")
            }
            await expectErased {
                _ = try await store.addLateEvents([SessionEvent(time: 1, type: .vrInteraction, data: .null)], to: id)
            }
            await expectErased { try await store.putExport(ExportRecord(exportId: "x", status: .pending), of: id) }
            await expectErased { try await store.submit(id) }
            let now = Date()
            #expect(try await store.lease(.scoring, of: id, for: "s", until: now + 9, now: now) == nil)
            #expect(try await store.overdue(startedBefore: now + 99, limit: 9).isEmpty)
            #expect(try await store.session(id) == nil)
            #expect(try await store.facts(of: id).isEmpty)
            #expect(try await store.create(.sample()).record.sessionId != id)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a judge that finishes after the erasure stores nothing`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await store.end(id, with: .sample([]))
            let now = Date()
            _ = try await store.lease(.scoring, of: id, for: "s", until: now + 60, now: now)
            _ = try await store.erase(id, person: nil)
            do {
                #expect(
                    try await !store.finishScoring(id, owner: "s", score: .sample(1), outcome: .rejected))
            } catch let error as StorageError { #expect(error.code == .erased) }
            #expect(try await store.session(id) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a trainee's sessions go in batches, and nobody else's`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            var own: Set<SessionID> = []
            for number in 0..<5 {
                let new = NewSession.sample(
                    createdBy: "key-\(number)", visibility: number == 0 ? .private : .submitted)
                let id = try await store.create(new).record.sessionId
                try await store.record([.utterance(1, "marker")], of: id, by: nil)
                own.insert(id)
            }
            let other = try await store.create(.sample(trainee: "OTHER")).record.sessionId
            var (erased, facts, rounds) = (Set<SessionID>(), 0, 0)
            while true {
                let batch = try await store.eraseSessions(of: "REP_55", limit: 2)
                guard !batch.ids.isEmpty else { break }
                #expect(batch.ids.count <= 2 && batch.counts.sessions == batch.ids.count)
                erased.formUnion(batch.ids)
                facts += batch.counts.facts
                rounds += 1
            }
            #expect(erased == own && facts == 5 && rounds == 3)
            #expect(try await store.session(other) != nil)
            #expect(try await store.tombstone(of: try #require(own.first))?.person == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the tombstone remembers what BatMan has until BatMan has deleted it`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await scored(store)
            for (name, status, attempts) in [
                ("sent", ExportRecord.Status.sent, 1), ("maybe", .failed, 3), ("waits", .pending, 0),
                ("never", .failed, 0),
            ] {
                try await store.putExport(
                    ExportRecord(exportId: name, status: status, attempts: attempts), of: id)
            }
            let tombstone = try #require(try await store.erase(id, person: nil))
            #expect(tombstone.counts.exports == 3)
            let due = try await store.dueWithdrawals(at: time.now + 1, limit: 9)
            #expect(Set(due.map(\.withdrawal.exportId)) == ["sent", "maybe", "waits"])
            #expect(due.allSatisfy { $0.session == id })
            #expect(try await store.dueWithdrawals(at: tombstone.erasedAt - 1, limit: 9).isEmpty)
            var late = try #require(due.first { $0.withdrawal.exportId == "maybe" }).withdrawal
            (late.attempts, late.nextAttemptAt) = (1, (time.now + 100).inMilliseconds)
            try await store.note(late, of: id, isDone: false)
            for done in due where done.withdrawal.exportId != "maybe" {
                try await store.note(done.withdrawal, of: id, isDone: true)
            }
            #expect(try await store.dueWithdrawals(at: time.now + 1, limit: 9).isEmpty)
            #expect(try await store.dueWithdrawals(at: time.now + 101, limit: 9).map(\.withdrawal) == [late])
            #expect(try await store.tombstone(of: id)?.withdrawals == [late])
            #expect(try await store.sessionWithDueExport(at: time.now + 999) == nil, "nothing is sent any more")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a person's key is made once, and gone once it is destroyed`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            #expect(try await store.personKey(of: "code", orNew: nil) == nil)
            #expect(try await store.personKey(of: "code", orNew: "k1") == "k1")
            #expect(try await store.personKey(of: "code", orNew: "k2") == "k1")
            try await store.destroyPersonKey(of: "code")
            #expect(try await store.personKey(of: "code", orNew: nil) == nil)
            #expect(try await store.erasureTime(ofTrainee: "code") == nil)
            try await store.noteErasedTrainee("code", until: time.now + 60)
            let first = try #require(try await store.erasureTime(ofTrainee: "code"))
            time.advance(5)
            try await store.noteErasedTrainee("code", until: time.now + 60)
            #expect(try #require(try await store.erasureTime(ofTrainee: "code")) > first)
        }
    }
}
