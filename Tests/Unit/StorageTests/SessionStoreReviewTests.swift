import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// Reviews by people: stored with what follows from them, in one update.
@Suite struct SessionStoreReviewTests {
    private static func scored(
        in store: any SessionStore, _ time: TestTime, card: Scorecard = .sample(80), trainee: String = "REP_55"
    ) async throws -> SessionID {
        let id = try await store.create(.sample(trainee: trainee)).record.sessionId
        _ = try await store.end(id, with: .sample([]))
        try await score(id, in: store, time, card: card)
        return id
    }

    private static func score(
        _ id: SessionID, in store: any SessionStore, _ time: TestTime, card: Scorecard = .sample(80)
    ) async throws {
        _ = try await store.lease(.scoring, of: id, for: "s", until: time.now + 60, now: time.now)
        #expect(try await store.finishScoring(id, owner: "s", score: card, outcome: .converted))
    }

    private static func file(_ id: SessionID, in store: any SessionStore, _ time: TestTime) async throws {
        _ = try await store.lease(.files, of: id, for: "r", until: time.now + 60, now: time.now)
        #expect(try await store.finishFiles(id, owner: "r"))
    }

    /// Corrects `empathy` of the sample score, 80 by the machine.
    private static func correct(
        _ id: SessionID, to score: Int, seen revision: Int = 0, in store: any SessionStore, _ time: TestTime
    ) async throws -> SessionRecord {
        let now = time.now
        return try await store.changeReview(of: id) { record in
            let machine = try #require(record.machineScore ?? record.score)
            let reason: TrainerReview.Reason = score > 80 ? .tooLow : .tooHigh
            return try (record.review ?? TrainerReview()).after(
                ReviewStep(revision: revision, categories: [.init(id: "empathy", score: score, reason: reason)]),
                of: machine, isBlind: false, by: "coach",
                at: Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded()))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a correction changes score, revision and files at once`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await Self.scored(in: store, time)
            try await Self.file(id, in: store, time)
            let before = try #require(try await store.session(id))
            time.advance(5)
            let answer = try await Self.correct(id, to: 50, in: store, time)
            let after = try #require(try await store.session(id))
            #expect(answer == after)
            #expect(after.score?.overall == 50)
            #expect(after.score?.verdict == .failed)
            #expect(after.score?.machine?.overall == 80)
            #expect(after.score?.reviewedBy == "coach")
            #expect(after.score?.revision == 2)
            #expect(after.machineScore == before.score)
            #expect(after.pipeline.files.state == .pending)
            #expect(!after.dataFilesWritten)
            #expect(after.updatedAt > before.updatedAt, "report and zip are made again")
            await #expect(throws: ReviewRefusal.changed(revision: 1)) {
                _ = try await Self.correct(id, to: 60, in: store, time)
            }
            #expect(try await store.session(id) == after, "a refused step leaves nothing behind")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `of two people who saw the same, one is refused`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await Self.scored(in: store, time)
            let results = await withTaskGroup(of: Bool.self) { group in
                for score in [10, 20, 30] {
                    group.addTask { (try? await Self.correct(id, to: score, in: store, time)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(results == 1)
            #expect(try await store.session(id)?.review?.revision == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the machine's next score leaves the person's in place`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await Self.scored(in: store, time)
            _ = try await Self.correct(id, to: 50, in: store, time)
            let late = SessionEvent(eventId: "late", time: 3, type: .vrInteraction, data: [:])
            #expect(try await store.addLateEvents([late], to: id).isRejudging)
            time.advance(10)
            var card = Scorecard.sample(30)
            card.details[0].score = 30
            card.categories["empathy"] = 30
            card.revision = 3
            try await Self.score(id, in: store, time, card: card)
            let record = try #require(try await store.session(id))
            #expect(record.score?.overall == 50)
            #expect(record.score?.machine?.overall == 30)
            #expect(record.score?.machine?.changedSince == true)
            #expect(record.score?.needsReview == true)
            #expect(record.score?.revision == 3)
            #expect(record.awaitsReview == true)
            #expect(record.pipeline.files.state == .pending)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the queue has what needs a person, and nothing that is settled`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            var unsure = Scorecard.sample(80)
            unsure.needsReview = true
            let first = try await Self.scored(in: store, time, card: unsure)
            let second = try await Self.scored(in: store, time)
            func queue() async throws -> [String] {
                var filter = SessionFilter(.counted)
                filter.awaitsReview = true
                return try await store.sessions(matching: filter, limit: 10, after: nil).items.map {
                    "\($0.sessionId) \($0.reviewReasons.map(\.rawValue))"
                }
            }
            #expect(try await queue() == [#"BAT-001 ["needs_review"]"#])
            let now = Date(timeIntervalSince1970: 1_730_030_000)
            _ = try await store.changeReview(of: second) { record in
                try (record.review ?? TrainerReview()).disputed("I did ask.", by: "unity", at: now)
            }
            time.advance(1)
            #expect(try await queue() == [#"BAT-002 ["dispute"]"#, #"BAT-001 ["needs_review"]"#])
            _ = try await Self.correct(first, to: 70, in: store, time)
            _ = try await store.changeReview(of: second) { record in
                try (record.review ?? TrainerReview()).after(
                    ReviewStep(revision: 1, answer: .init(disputeId: "d1", text: "Yes.")),
                    of: try #require(record.score), isBlind: false, by: "coach", at: now)
            }
            #expect(try await queue().isEmpty)
            #expect(try await store.session(second)?.score?.reviewedBy == nil, "the numbers were not touched")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `statistics use the person's points and say what the machine's were`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let first = try await Self.scored(in: store, time)
            _ = try await Self.scored(in: store, time)
            _ = try await Self.correct(first, to: 50, in: store, time)
            let statistics = try await store.statistics(matching: SessionFilter(.counted))
            #expect(statistics.averageScore == 65)
            #expect(statistics.averageMachineScore == 80)
            #expect(statistics.reviewedSessions == 1)
            #expect(statistics.reviewers == [.init(name: "coach", sessions: 1)])
            let summary = try await store.sessions(matching: SessionFilter(.counted), limit: 10, after: nil).items
            #expect(summary.map(\.reviewedBy) == [nil, "coach"])
            #expect(summary.map(\.machineScore) == [nil, 80])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `agreement is counted from blind scores only`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let now = Date(timeIntervalSince1970: 1_730_030_000)
            for (score, isBlind) in [(70, true), (90, true), (85, true), (10, false)] {
                let id = try await Self.scored(in: store, time)
                _ = try await store.changeReview(of: id) { record in
                    try TrainerReview().after(
                        ReviewStep(
                            revision: 0, categories: [.init(id: "empathy", score: score, reason: .wrongReason)]),
                        of: try #require(record.score), isBlind: isBlind, by: "coach", at: now)
                }
            }
            let agreement = try await store.agreement()
            #expect(agreement.map(\.id) == ["empathy"])
            #expect(agreement.map(\.n) == [3])
            #expect(abs((agreement.first?.meanDifference ?? 0) - 5.0 / 3) < 0.001)
            #expect(abs((agreement.first?.meanAbsoluteDifference ?? 0) - 25.0 / 3) < 0.001)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what a cap held down is counted, and not compared`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let now = Date(timeIntervalSince1970: 1_730_030_000)
            var unsupported = Scorecard.sample(80)
            unsupported.details[0].capped = true
            for (number, card) in [unsupported, Scorecard.sample(80)].enumerated() {
                let id = try await Self.scored(in: store, time, card: card)
                _ = try await store.changeReview(of: id) { record in
                    try TrainerReview().after(
                        ReviewStep(revision: 0, categories: [.init(id: "empathy", score: 90)]),
                        of: try #require(record.score), isBlind: true, by: "coach", at: now)
                }
                let found = try #require(try await store.agreement().first)
                let mean: Double? = number == 0 ? nil : 10
                #expect(found.n == number && found.capped == 1)
                #expect(found.meanDifference == mean)
                #expect(found.meanAbsoluteDifference == mean)
            }
        }
    }

    /// BAT-007 is in the blind sample.
    @Test(arguments: StoreUnderTest.allCases)
    func `figures can leave out what a trainer must not see yet`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            var id = try #require(SessionID(number: 7))
            for _ in 1...7 { id = try await Self.scored(in: store, time) }
            #expect(BlindSample.contains(id))
            func counts() async throws -> [Int] {
                var filter = SessionFilter(.counted)
                filter.leavesOutBlind = true
                return [
                    try await store.statistics(matching: filter).totalSessions,
                    try await store.results(matching: filter, limit: 10).items.count,
                    try await store.sessions(matching: filter, limit: 10, after: nil).items.count,
                ]
            }
            #expect(try await counts() == [6, 6, 6])
            #expect(try await store.statistics(matching: SessionFilter(.counted)).totalSessions == 7)
            _ = try await Self.correct(id, to: 50, in: store, time)
            #expect(try await counts() == [7, 7, 7])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what people change gives late events no more revisions`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            var card = Scorecard.sample(80)
            card.revision = 20
            let id = try await Self.scored(in: store, time, card: card)
            let now = Date(timeIntervalSince1970: 1_730_030_000)
            _ = try await store.changeReview(of: id) { record in
                try (record.review ?? TrainerReview()).disputed("I did ask.", by: "unity", at: now)
            }
            _ = try await Self.correct(id, to: 50, seen: 1, in: store, time)
            let late = SessionEvent(eventId: "late", time: 3, type: .vrInteraction, data: [:])
            #expect(try await store.addLateEvents([late], to: id).isRejudging == false)
            #expect(try await store.session(id)?.judgements == 20)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `looks at many sessions are told apart by what they looked at`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let start = Date(timeIntervalSince1970: 1_730_030_400)
            for detail in ["market CZ", "market CZ", "market LV"] {
                try await store.add(
                    AuditEntry(time: start, actor: "boss", role: "viewer", action: .tableRead, detail: detail),
                    oncePer: 600)
            }
            let items = try await store.audit(matching: AuditFilter(), limit: 10, after: nil).items
            #expect(Set(items.map(\.detail)) == ["market CZ", "market LV"])
            #expect(items.count == 2 && items.allSatisfy { $0.sessionId == nil })
            let one = try #require(SessionID(number: 1))
            #expect(try await store.audit(matching: AuditFilter(sessionId: one), limit: 10, after: nil).items.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the audit is paged, filtered, and keeps a repeated look once`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let (one, two) = (try #require(SessionID(number: 1)), try #require(SessionID(number: 2)))
            let start = Date(timeIntervalSince1970: 1_730_030_400)
            func look(_ actor: String, _ id: SessionID, _ seconds: Double) async throws {
                try await store.add(
                    AuditEntry(
                        time: start + seconds, actor: actor, role: "viewer", action: .sessionRead, sessionId: id),
                    oncePer: 600)
            }
            try await look("boss", one, 0)
            try await look("boss", one, 60)
            try await look("boss", two, 70)
            try await look("root", one, 80)
            try await look("boss", one, 700)
            for _ in 0..<2 {
                try await store.add(
                    AuditEntry(
                        time: start + 710, actor: "coach", role: "trainer", action: .reviewChanged, sessionId: one,
                        detail: "review 1"), oncePer: nil)
            }
            func entries(_ filter: AuditFilter, _ limit: Int = 10, after cursor: String? = nil) async throws
                -> AuditPage
            { try await store.audit(matching: filter, limit: limit, after: cursor) }
            #expect(
                try await entries(AuditFilter()).items.map(\.actor)
                    == ["coach", "coach", "boss", "root", "boss", "boss"])
            #expect(try await entries(AuditFilter(sessionId: two)).items.map(\.actor) == ["boss"])
            #expect(try await entries(AuditFilter(sessionId: one, actor: "boss")).items.count == 2)
            let first = try await entries(AuditFilter(), 4)
            #expect(
                first.items.map(\.action.rawValue).prefix(3) == ["review_changed", "review_changed", "session_read"])
            let second = try await entries(AuditFilter(), 4, after: first.nextCursor)
            #expect(second.items.map(\.sessionId) == [two, one])
            #expect(second.nextCursor == nil)
            #expect(first.items.first?.detail == "review 1")
        }
    }
}
