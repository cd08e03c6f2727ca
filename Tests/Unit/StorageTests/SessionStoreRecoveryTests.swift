import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// Sessions and jobs that a process or a client left behind.
@Suite struct SessionStoreRecoveryTests {
    @Test(arguments: StoreUnderTest.allCases)
    func `a session that never started expires and is not scored`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let old = try await store.create(.sample()).record.sessionId
            let begun = try await store.create(.sample()).record.sessionId
            _ = try await store.claim(
                begun, relay: "r1", phase: .connecting, startedAt: time.now, realtimeModel: "gpt-realtime-2.1")
            // It waits because OpenAI was unreachable at first, but its client was connected.
            try await store.record([RecordedFact(seq: 1, time: 1, content: .phase(.waiting))], of: begun)
            time.advance(3_600)
            let young = try await store.create(.sample()).record.sessionId
            #expect(try await store.expireUnstarted(createdBefore: time.now - 60) == 1)
            #expect(try await store.expireUnstarted(createdBefore: time.now - 60) == 0)
            let record = try #require(try await store.session(old))
            #expect(record.status == .ended)
            #expect(record.endTrigger == "never_connected")
            #expect(record.outcome == nil)
            #expect(record.pipeline.scoring.state == .failed)
            #expect(try await store.lease(.scoring, of: old, for: "s", until: time.now + 9, now: time.now) == nil)
            #expect(try await store.retryFailedJobs(of: old) == false)
            let claimed = try await store.claim(
                old, relay: "r1", phase: .connecting, startedAt: time.now, realtimeModel: "gpt-realtime-2.1")
            #expect(claimed == nil)
            for id in [begun, young] { #expect(try await store.session(id)?.status == .active) }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `live sessions are counted by trainee and by key, and the oldest unstarted one makes room`(
        kind: StoreUnderTest
    ) async throws {
        try await kind.run { store, time in
            func create(_ trainee: String, _ key: String) async throws -> SessionID {
                time.advance(1)
                return try await store.create(.sample(trainee: trainee, createdBy: key)).record.sessionId
            }
            let first = try await create("a", "unity")
            let second = try await create("a", "unity")
            let third = try await create("a", "web")
            _ = try await create("b", "web")
            _ = try await store.claim(
                first, relay: "r1", phase: .connecting, startedAt: time.now, realtimeModel: "gpt-realtime-2.1")
            #expect(try await store.liveSessions(of: .trainee("a", createdBy: "unity")) == 2)
            #expect(try await store.liveSessions(of: .creator("web")) == 2)
            #expect(try await store.liveSessions(of: .trainee("nobody", createdBy: "unity")) == 0)
            #expect(
                try await store.oldestUnstarted(of: .trainee("a", createdBy: "unity"), createdBefore: time.now)
                    == second)
            #expect(
                try await store.oldestUnstarted(of: .trainee("a", createdBy: "unity"), createdBefore: time.now - 60)
                    == nil)
            #expect(try await store.expireUnstarted(second))
            #expect(try await store.expireUnstarted(second) == false)
            #expect(try await store.expireUnstarted(first) == false, "a client has connected")
            #expect(try await store.session(second)?.endTrigger == "never_connected")
            #expect(try await store.liveSessions(of: .trainee("a", createdBy: "unity")) == 1)
            #expect(try await store.oldestUnstarted(of: .creator("web"), createdBefore: time.now + 1) == third)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an earlier request is found by its idempotency key`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let key = NewSession.Idempotency(key: "k", requestDigest: "d")
            #expect(try await store.earlierAnswer(to: .sample(idempotency: key)) == nil)
            let first = try await store.create(.sample(idempotency: key)).record
            #expect(try await store.earlierAnswer(to: .sample(idempotency: key)) == first)
            #expect(try await store.earlierAnswer(to: .sample()) == nil)
            #expect(try await store.earlierAnswer(to: .sample(createdBy: "web", idempotency: key)) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `overdue sessions are found, oldest first`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            var ids: [SessionID] = []
            for _ in 0..<3 {
                let id = try await store.create(.sample()).record.sessionId
                _ = try await store.claim(
                    id, relay: "r1", phase: .connecting, startedAt: time.now, realtimeModel: "gpt-realtime-2.1")
                ids.append(id)
                time.advance(60)
            }
            _ = try await store.create(.sample())
            #expect(try await store.overdue(startedBefore: time.now - 100, limit: 10) == Array(ids.prefix(2)))
            #expect(try await store.overdue(startedBefore: time.now, limit: 1) == [ids[0]])
            _ = try await store.end(ids[0], with: .sample([]))
            #expect(try await store.overdue(startedBefore: time.now - 100, limit: 10) == [ids[1]])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `only its owner can renew a lease`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await store.end(id, with: .sample([]))
            #expect(try await store.renew(.scoring, of: id, owner: "s1", until: time.now + 9) == false)
            _ = try await store.lease(.scoring, of: id, for: "s1", until: time.now + 5, now: time.now)
            time.advance(4)
            #expect(try await store.renew(.scoring, of: id, owner: "s1", until: time.now + 5))
            #expect(try await store.renew(.scoring, of: id, owner: "s2", until: time.now + 5) == false)
            time.advance(4)
            #expect(try await store.lease(.scoring, of: id, for: "s2", until: time.now + 5, now: time.now) == nil)
            time.advance(4)
            #expect(try await store.lease(.scoring, of: id, for: "s2", until: time.now + 5, now: time.now) != nil)
            #expect(try await store.renew(.scoring, of: id, owner: "s1", until: time.now + 5) == false)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `only a job that was given up can be retried`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            #expect(try await store.retryFailedJobs(of: id) == false)
            _ = try await store.end(id, with: .sample([]))
            #expect(try await store.retryFailedJobs(of: id) == false)
            _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 9, now: time.now)
            try await store.failJob(.scoring, of: id, owner: "s", error: "model_refused", retryAt: nil)
            #expect(try await store.retryFailedJobs(of: id))
            let again = try await store.lease(.scoring, of: id, for: "s", until: time.now + 9, now: time.now)
            #expect(again?.pipeline.scoring.attempts == 1)
            #expect(again?.pipeline.files.state == .idle)
        }
    }
}
