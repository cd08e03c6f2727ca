import Domain
import Foundation
import TestSupport
import Testing

@testable import Storage

/// What statistics and streams read.
@Suite struct SessionStoreResultTests {
    @Test(arguments: StoreUnderTest.allCases)
    func `results say what statistics need, newest first, up to a limit`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            var ids: [SessionID] = []
            for number in 0..<3 {
                let id = try await store.create(.sample(metadata: number == 0 ? ["store": "Brno"] : [:])).record
                    .sessionId
                ids.append(id)
                time.advance(1)
            }
            _ = try await store.claim(ids[0], relay: "r", phase: .talking, startedAt: time.now, realtimeModel: "m")
            _ = try await store.end(ids[0], with: .sample([]))
            _ = try await store.lease(.scoring, of: ids[0], for: "s", until: time.now + 30, now: time.now)
            var card = Scorecard.sample(75)
            card.findings = [
                Finding(
                    rule: .ageCheck, status: .violated, severity: .blocker, message: "m",
                    evidence: Evidence(text: "x"), time: 1)
            ]
            _ = try await store.finishScoring(ids[0], owner: "s", score: card, outcome: .rejected)

            let all = try await store.results(matching: SessionFilter(.counted), limit: 3)
            #expect(all.isComplete)
            #expect(all.items.map(\.summary.sessionId) == ids.reversed())
            let record = try #require(try await store.session(ids[0]))
            let result = try #require(all.items.last)
            #expect(result == SessionResult(record))
            #expect(result.summary == SessionSummary(record))
            #expect(result.startedAt == record.startedAt && result.startedAt != nil)
            #expect(result.store == "Brno" && result.market == "EU" && result.language == "cs")
            #expect(result.categories == [.init(id: "empathy", title: "Empathy", score: 80, weight: 100)])
            #expect(result.findings == [.init(rule: Finding.Rule.ageCheck.rawValue, status: .violated)])
            #expect(result.counts && !(all.items.first?.counts ?? true))

            let some = try await store.results(matching: SessionFilter(.counted), limit: 2)
            #expect(!some.isComplete)
            #expect(some.items.map(\.summary.sessionId) == Array(ids.reversed().prefix(2)))
        }
    }

    /// MongoDB gives as many documents as have room in a reply of 16 MiB.
    @Test(arguments: StoreUnderTest.allCases)
    func `results are complete though clients send long texts`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let text = String(repeating: "x", count: 900_000)
            for _ in 0..<20 { _ = try await store.create(.sample(metadata: ["store": .string(text)])) }
            let all = try await store.results(matching: SessionFilter(.counted), limit: 100)
            #expect(all.isComplete && all.items.count == 20)
            #expect(all.items.allSatisfy { $0.store?.count == SessionResult.longestStore })
            #expect(try await store.values(of: .store, matching: SessionFilter(.counted), limit: 9) == [])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `sessions are found by store, market and id`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let brno = try await store.create(.sample(metadata: ["store": "Brno"])).record.sessionId
            let other = try await store.create(.sample(trainee: "B", metadata: ["store": 7])).record.sessionId
            func ids(_ change: (inout SessionFilter) -> Void) async throws -> [SessionID] {
                var filter = SessionFilter(.counted)
                change(&filter)
                return try await store.sessions(matching: filter, limit: 10, after: nil).items.map(\.sessionId)
            }
            #expect(try await ids { $0.store = "Brno" } == [brno])
            #expect(try await ids { $0.store = "$ne" } == [])
            #expect(try await ids { $0.market = "EU" } == [other, brno])
            #expect(try await ids { $0.market = "LV" } == [])
            #expect(try await ids { $0.sessionIds = [other] } == [other])
            #expect(try await ids { $0.sessionIds = [] } == [])
            let counted = SessionFilter(.counted)
            #expect(try await store.values(of: .store, matching: counted, limit: 9) == ["Brno"])
            #expect(try await store.values(of: .market, matching: counted, limit: 9) == ["EU"])
            #expect(try await store.values(of: .client, matching: counted, limit: 9) == ["unity-vr"])
            #expect(try await store.values(of: .traineeId, matching: counted, limit: 9) == ["B", "REP_55"])
            #expect(try await store.values(of: .traineeId, matching: counted, limit: 1) == ["B"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a live session can be followed fact by fact`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            let before = try #require(try await store.watched(id))
            #expect(before.seq == 0 && before.record.transcript.isEmpty)
            try await store.record([.utterance(1, "Hi"), .attitude(2, 5)], of: id)
            let after = try #require(try await store.watched(id))
            #expect(after.seq == 2 && after.record.transcript.map(\.text) == ["Hi"])
            try await store.record([.utterance(3, "Bye")], of: id)
            #expect(try await store.facts(of: id, after: 2).map(\.seq) == [3])
            #expect(try await store.facts(of: id, after: 3).isEmpty)
            _ = try await store.end(id, with: .sample([]))
            let ended = try #require(try await store.watched(id))
            #expect(ended.seq == nil && ended.record.transcript.count == 2)
            #expect(try await store.watched(try #require(SessionID(number: 99))) == nil)
        }
    }
}
