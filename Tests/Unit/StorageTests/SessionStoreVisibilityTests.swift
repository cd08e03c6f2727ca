import Domain
import Foundation
import TestSupport
import Testing

@testable import Storage

/// Private sessions, which no list and no statistic has unless it asks for them.
@Suite struct SessionStoreVisibilityTests {
    private static let reaches: [Set<SessionVisibility>] = [.all, .counted, [.private], []]

    @Test(arguments: StoreUnderTest.allCases)
    func `lists and statistics have the sessions that the filter asks for`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            for (trainee, visibility) in [("A", SessionVisibility.private), ("B", .submitted), ("A", .submitted)] {
                let id = try await store.create(.sample(trainee: trainee, visibility: visibility)).record.sessionId
                time.advance(1)
                _ = try await store.end(id, with: .sample([]))
                _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 30, now: time.now)
                var card = Scorecard.sample(visibility == .private ? 20 : 80)
                card.unknownInteractions = [Interaction(object: visibility.rawValue, action: "GIVE")]
                _ = try await store.finishScoring(id, owner: "s", score: card, outcome: .converted)
            }
            var lists: [String] = []
            var averages: [Double?] = []
            var unknown: [[String]] = []
            for reach in Self.reaches {
                let page = try await store.sessions(matching: SessionFilter(reach), limit: 10, after: nil)
                lists.append(page.items.map { "\($0.traineeId)\($0.visibility == .private ? "p" : "")" }.joined())
                let statistics = try await store.statistics(matching: SessionFilter(reach))
                #expect(statistics.totalSessions == page.items.count)
                #expect(statistics.byTrainee.reduce(0) { $0 + $1.sessions } == page.items.count)
                #expect(statistics.byPersona.reduce(0) { $0 + $1.sessions } == page.items.count)
                #expect(statistics.outcomes["converted"] ?? 0 == page.items.count)
                averages.append(statistics.averageScore)
                unknown.append(statistics.unknownInteractions.map(\.object))
            }
            #expect(lists == ["ABAp", "AB", "Ap", ""])
            #expect(averages == [60, 80, 20, nil])
            #expect(unknown == [["submitted", "private"], ["submitted"], ["private"], []])
            var filter = SessionFilter(.counted)
            filter.traineeId = "A"
            #expect(try await store.sessions(matching: filter, limit: 10, after: nil).items.count == 1)
            let first = try await store.sessions(matching: SessionFilter(.counted), limit: 1, after: nil)
            let second = try await store.sessions(
                matching: SessionFilter(.counted), limit: 1, after: first.nextCursor)
            #expect(second.items.map(\.traineeId) == ["B"] && second.nextCursor == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a private session is submitted once, at any time of its life`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let shown = NoticeShown(version: 2, language: "cs", time: Date(timeIntervalSince1970: 1_730_000_000.5))
            let id = try await store.create(.sample(visibility: .private, noticeShown: shown)).record.sessionId
            let created = try #require(try await store.session(id))
            #expect(created.visibility == .private && created.submittedAt == nil && created.noticeShown == shown)
            #expect(created.recordingNoticeShown == nil)
            #expect(try await store.access(to: id)?.visibility == .private)
            _ = try await store.claim(id, relay: "r", phase: .talking, startedAt: time.now, realtimeModel: "m")
            time.advance(5)
            try await store.submit(id)
            let submitted = try #require(try await store.session(id))
            #expect(submitted.visibility == .submitted && submitted.phase == .talking)
            #expect(submitted.submittedAt == submitted.updatedAt)
            #expect(try await store.access(to: id)?.visibility == .submitted)
            time.advance(5)
            try await store.submit(id)
            #expect(try await store.session(id) == submitted, "once")
            let ended = try await store.end(id, with: .sample([]))
            #expect(ended.visibility == .submitted && ended.submittedAt == submitted.submittedAt)
            #expect(ended.noticeShown == shown)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a session that is not there cannot be submitted, and one that never was private stays as it is`(
        kind: StoreUnderTest
    ) async throws {
        try await kind.run { store, time in
            let record = try await store.create(.sample()).record
            #expect(record.visibility == .submitted)
            time.advance(5)
            try await store.submit(record.sessionId)
            let after = try #require(try await store.session(record.sessionId))
            #expect(after.submittedAt == nil && after.updatedAt < time.now)
            await #expect { try await store.submit(try #require(SessionID(number: 999))) } throws: {
                ($0 as? StorageError)?.code == .notFound
            }
        }
    }

    @Test func `a session stored before there were private ones is submitted`() async throws {
        let store = try MongoSessionStore(try await .forTests(), logger: .silent)
        let id = try await store.create(.sample()).record.sessionId
        _ = try await store.sessions.update(["sessionId": .string(id.text)], ["$unset": ["visibility": ""]])
        #expect(try await store.session(id)?.visibility == .submitted)
        #expect(try await store.access(to: id)?.visibility == .submitted)
        for (reach, count) in zip(Self.reaches, [1, 1, 0, 0]) {
            #expect(try await store.sessions(matching: SessionFilter(reach), limit: 9, after: nil).items.count == count)
            #expect(try await store.statistics(matching: SessionFilter(reach)).totalSessions == count)
        }
        await store.close()
    }
}
