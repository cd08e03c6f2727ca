import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// Scoring and filing: leased, counted, done once.
@Suite struct SessionStorePipelineTests {
    @Test(arguments: StoreUnderTest.allCases)
    func `a job has one owner, and another one when the lease has expired`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            let now = time.now
            let first = try await store.lease(.scoring, of: nil, for: "s1", until: now + 30, now: now)
            #expect(first?.sessionId == id)
            #expect(first?.pipeline.scoring.state == .leased)
            #expect(first?.pipeline.scoring.attempts == 1)
            #expect(try await store.lease(.scoring, of: nil, for: "s2", until: now + 60, now: now + 29) == nil)
            #expect(try await store.lease(.scoring, of: id, for: "s2", until: now + 60, now: now + 29) == nil)
            let second = try await store.lease(.scoring, of: id, for: "s2", until: now + 60, now: now + 31)
            #expect(second?.pipeline.scoring.attempts == 2)
            #expect(second?.pipeline.scoring.owner == "s2")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `only one of several workers gets a job`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            _ = try await ended(in: store)
            let now = time.now
            let leases = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        try await store.lease(.scoring, of: nil, for: "s\(number)", until: now + 30, now: now) != nil
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(leases == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the oldest job comes first, and an active session has none`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            _ = try await store.create(.sample())
            time.advance(1)
            let older = try await ended(in: store)
            time.advance(1)
            let younger = try await ended(in: store)
            let leases = try await [
                store.lease(.scoring, of: nil, for: "s", until: time.now + 30, now: time.now),
                store.lease(.scoring, of: nil, for: "s", until: time.now + 30, now: time.now),
                store.lease(.scoring, of: nil, for: "s", until: time.now + 30, now: time.now),
            ]
            #expect(leases.map { $0?.sessionId } == [older, younger, nil])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `leases and pauses set by a wrong clock end when it is corrected`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            let (now, wrong) = (time.now, time.now + 86_400)
            _ = try await store.lease(.scoring, of: id, for: "s1", until: wrong + 20, now: wrong)
            let second = try await store.lease(.scoring, of: nil, for: "s2", until: wrong + 20, now: now)
            #expect(second?.sessionId == id)
            try await store.failJob(.scoring, of: id, owner: "s2", error: "x", retryAt: wrong + 30)
            #expect(try await store.lease(.scoring, of: id, for: "s3", until: now + 20, now: now) != nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a returned job is due at once, and its attempt is not counted`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            let now = time.now
            _ = try await store.lease(.scoring, of: id, for: "s1", until: now + 30, now: now)
            try await store.returnJob(.scoring, of: id, owner: "another")
            #expect(try await store.session(id)?.pipeline.scoring.state == .leased)
            try await store.returnJob(.scoring, of: id, owner: "s1")
            try await store.returnJob(.scoring, of: id, owner: "s1")
            let job = try #require(try await store.session(id)).pipeline.scoring
            #expect(job.state == .pending && job.attempts == 0 && job.owner == nil && job.leaseUntil == nil)
            let next = try await store.lease(.scoring, of: nil, for: "s2", until: now + 30, now: now)
            #expect(next?.pipeline.scoring.attempts == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `one score is stored, and a lost lease stores none`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            let now = time.now
            _ = try await store.lease(.scoring, of: id, for: "slow", until: now + 30, now: now)
            _ = try await store.lease(.scoring, of: id, for: "quick", until: now + 90, now: now + 60)
            #expect(try await !store.finishScoring(id, owner: "slow", score: .sample(1), outcome: .rejected))
            let score = Scorecard.sample(75, categories: ["empathy": 80, "$odd.key": 70])
            #expect(try await store.finishScoring(id, owner: "quick", score: score, outcome: .walkedAway))
            #expect(try await !store.finishScoring(id, owner: "slow", score: .sample(1), outcome: .rejected))
            let record = try #require(try await store.session(id))
            #expect(record.score == score)
            #expect(record.outcome == .walkedAway)
            #expect(record.phase == .scored)
            #expect(record.pipeline.scoring.state == .done)
            #expect(record.pipeline.files.state == .pending)
            #expect(try await store.lease(.scoring, of: id, for: "s", until: now + 999, now: now + 900) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `files follow the score, and then the session is filed`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await scored(in: store, at: time.now)
            #expect(try await store.lease(.files, of: nil, for: "f", until: time.now + 30, now: time.now) != nil)
            #expect(try await !store.finishFiles(id, owner: "somebody else"))
            #expect(try await store.finishFiles(id, owner: "f"))
            let record = try #require(try await store.session(id))
            #expect(record.dataFilesWritten)
            #expect(record.phase == .filed)
            #expect(record.pipeline.files.state == .done)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a failed job is available again at its retry time`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            let now = time.now
            _ = try await store.lease(.scoring, of: id, for: "s", until: now + 30, now: now)
            try await store.failJob(.scoring, of: id, owner: "other", error: "not mine", retryAt: nil)
            try await store.failJob(.scoring, of: id, owner: "s", error: "model_timeout", retryAt: now + 10)
            #expect(try await store.lease(.scoring, of: id, for: "s", until: now + 40, now: now + 9) == nil)
            let again = try #require(try await store.lease(.scoring, of: nil, for: "s", until: now + 40, now: now + 10))
            #expect(again.pipeline.scoring.attempts == 2)
            #expect(again.pipeline.scoring.lastError == "model_timeout")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `if scoring is given up the files are due`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            let now = time.now
            _ = try await store.lease(.scoring, of: id, for: "s", until: now + 30, now: now)
            try await store.failJob(.scoring, of: id, owner: "s", error: "model_refused", retryAt: nil)
            let record = try #require(try await store.session(id))
            #expect(record.pipeline.scoring.state == .failed)
            #expect(record.pipeline.scoring.lastError == "model_refused")
            #expect(record.pipeline.files.state == .pending)
            #expect(record.score == nil)
            #expect(try await store.lease(.scoring, of: id, for: "s", until: now + 999, now: now + 900) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a late event has the session scored and its files written again, even while they are being written`(
        kind: StoreUnderTest
    ) async throws {
        try await kind.run { store, time in
            let id = try await scored(in: store, at: time.now)
            let event = SessionEvent(eventId: "l1", time: 1, type: .dobCheck, data: ["correct": true])
            _ = try await store.lease(.files, of: id, for: "f", until: time.now + 30, now: time.now)
            #expect(try await store.addLateEvents([event], to: id) == .init(results: [.stored], isRejudging: true))
            #expect(try await !store.finishFiles(id, owner: "f"))
            var record = try #require(try await store.session(id))
            #expect(record.isRejudging)
            #expect(record.score != nil)
            #expect(record.phase == .scored)
            #expect(try await store.lease(.files, of: id, for: "f", until: time.now + 30, now: time.now) == nil)
            // A delay allows for the client's other batches.
            #expect(try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now) == nil)
            let later = time.now + 10
            let leased = try await store.lease(.scoring, of: nil, for: "s", until: later + 30, now: later)
            #expect(leased?.events.map(\.eventId) == ["l1"])

            // Another event during scoring: a score without it is void.
            let second = SessionEvent(eventId: "l2", time: 2, type: .dobCheck, data: .null)
            #expect(try await store.addLateEvents([second], to: id).isRejudging)
            #expect(try await !store.finishScoring(id, owner: "s", score: .sample(80), outcome: .converted))
            _ = try await store.lease(.scoring, of: id, for: "s", until: later + 60, now: later + 20)
            #expect(try await store.finishScoring(id, owner: "s", score: .sample(80), outcome: .converted))
            _ = try await store.lease(.files, of: nil, for: "f", until: later + 60, now: later + 20)
            #expect(try await store.finishFiles(id, owner: "f"))

            #expect(try await store.addLateEvents([event], to: id) == .init(results: [.duplicate], isRejudging: false))
            record = try #require(try await store.session(id))
            #expect(record.phase == .filed)
            #expect(!record.isRejudging)
            #expect(record.score?.overall == 80)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the number of revisions is limited`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await ended(in: store)
            _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now)
            var score = Scorecard.sample(75)
            score.revision = 20
            #expect(try await store.finishScoring(id, owner: "s", score: score, outcome: .converted))
            let event = SessionEvent(eventId: "l1", time: 1, type: .dobCheck, data: .null)
            #expect(try await store.addLateEvents([event], to: id) == .init(results: [.stored], isRejudging: false))
            #expect(try await store.session(id)?.pipeline.files.state == .pending)
        }
    }

    private func ended(in store: any SessionStore) async throws -> SessionID {
        let id = try await store.create(.sample()).record.sessionId
        return try await store.end(id, with: .sample([])).sessionId
    }

    private func scored(in store: any SessionStore, at now: Date) async throws -> SessionID {
        let id = try await ended(in: store)
        _ = try await store.lease(.scoring, of: id, for: "s", until: now + 30, now: now)
        #expect(try await store.finishScoring(id, owner: "s", score: .sample(75), outcome: .converted))
        return id
    }
}
