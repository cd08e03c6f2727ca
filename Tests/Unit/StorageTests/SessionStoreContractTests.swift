import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// What the users of a store rely on, whichever store it is.
@Suite struct SessionStoreContractTests {
    // MARK: Creating

    @Test(arguments: StoreUnderTest.allCases)
    func `sessions are numbered from BAT-001`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let first = try await store.create(.sample())
            let second = try await store.create(.sample())
            #expect(first.isNew && second.isNew)
            #expect(first.record.sessionId.text == "BAT-001")
            #expect(second.record.sessionId.text == "BAT-002")
            #expect(first.record.phase == .waiting)
            #expect(abs(first.record.createdAt.timeIntervalSince(time.now)) < 0.001)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a created session is read back unchanged`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let metadata: JSONValue = [
                "": 1, "$set": ["$gt": ""], "a.b": [1, 2.5, true, .null, "x"], "nul\0key": "nul\0value", "％24": "％",
                "$": [:], "plain": ["deep": [[["end"]]]], "big": .integer(.max), "small": .integer(.min),
                "beyond": .large(18_446_744_073_709_551_615), "longest": .large(-JSONValue.largest),
                "tiny": 2.5e-308,
                "ž": "Žluťoučký kůň 🐎", "whole": .number(2), "e\u{301}": "\u{e9}",
            ]
            let created = try await store.create(.sample(metadata: metadata)).record
            #expect(created.metadata == metadata)
            let read = try #require(try await store.session(created.sessionId))
            #expect(read == created)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an unknown session is nil`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try id("BAT-001")
            #expect(try await store.session(id) == nil)
            #expect(try await store.facts(of: id).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a repeated idempotency key gives the first session, and only to its creator`(kind: StoreUnderTest)
        async throws
    {
        try await kind.run { store, _ in
            let key = NewSession.Idempotency(key: "k-1", requestDigest: "d-1")
            let first = try await store.create(.sample(idempotency: key))
            let again = try await store.create(.sample(idempotency: key))
            #expect(!again.isNew)
            #expect(again.record == first.record)
            let other = try await store.create(.sample(createdBy: "web", idempotency: key))
            #expect(other.isNew)
            await #expect(throws: StorageError.self) {
                try await store.create(.sample(idempotency: .init(key: "k-1", requestDigest: "d-2")))
            }
            #expect(try await store.sessions(matching: SessionFilter(.counted), limit: 10, after: nil).items.count == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the same request sent concurrently creates one session`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let key = NewSession.Idempotency(key: "k-1", requestDigest: "d-1")
            let answers = try await withThrowingTaskGroup(of: (SessionID, Bool).self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        let answer = try await store.create(.sample(idempotency: key))
                        return (answer.record.sessionId, answer.isNew)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.0)).count == 1)
            #expect(answers.filter(\.1).count == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `sessions created concurrently have different numbers`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let ids = try await withThrowingTaskGroup(of: SessionID.self) { group in
                for _ in 0..<20 { group.addTask { try await store.create(.sample()).record.sessionId } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 20)
        }
    }

    // MARK: Active sessions

    @Test(arguments: StoreUnderTest.allCases)
    func `a relay can take over a session until it has ended`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            func claim(_ relay: String) async throws -> SessionRecord? {
                try await store.claim(
                    id, relay: relay, phase: .connecting, startedAt: time.now, realtimeModel: "gpt-realtime-2.1")
            }
            let first = try #require(try await claim("relay-a"))
            #expect(first.phase == .waiting && first.startedAt == nil && first.relay == nil)
            let begun = time.now
            time.advance(60)
            try await store.record([.attitude(1, 4), RecordedFact(seq: 2, time: 1, content: .phase(.waiting))], of: id)
            let second = try #require(try await claim("relay-b"))
            #expect(second.relay == "relay-a")
            #expect(second.attitudeCurve.isEmpty, "the facts come apart")
            let record = try #require(try await store.session(id))
            #expect(record.relay == "relay-b")
            #expect(try await claim("relay-b")?.phase == .connecting)
            #expect(record.realtimeModel == "gpt-realtime-2.1")
            #expect(record.startedAt.map { abs($0.timeIntervalSince(begun)) < 0.001 } == true, "it began once")
            _ = try await store.end(id, with: .sample([]))
            #expect(try await claim("relay-c") == nil)
            #expect(try await store.session(id)?.relay == "relay-b")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the access data of a session holds nothing that was said in it`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            func expect(_ change: (inout SessionAccess) -> Void) async throws {
                var expected = SessionAccess(try #require(try await store.session(id)))
                change(&expected)
                #expect(try await store.access(to: id) == expected)
            }
            try await expect { access in
                #expect(access.tokenHash?.count == 64 && access.startedAt == nil && access.relay == nil)
            }
            _ = try await store.claim(id, relay: "r", phase: .talking, startedAt: time.now, realtimeModel: "m")
            try await store.record([.utterance(1, "Hi")], of: id)
            try await expect { access in
                #expect(access.startedAt != nil && access.relay == "r" && access.status == .active)
            }
            _ = try await store.end(id, with: .sample([]))
            try await expect { access in #expect(access.durationMs == 512_000 && access.status == .ended) }
            #expect(try await store.access(to: try #require(SessionID(number: 999))) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the record changes with phase and attitude, not with every utterance`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            let created = try #require(try await store.session(id)).updatedAt
            time.advance(5)
            try await store.record([.utterance(1, "Hi"), .event(2, id: "e1")], of: id)
            #expect(try await store.session(id)?.updatedAt == created)
            try await store.record([.attitude(3, 4)], of: id)
            let moved = try #require(try await store.session(id)).updatedAt
            #expect(abs(moved.timeIntervalSince(created) - 5) < 0.01)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `facts are stored once by number and event id, and folded into the record`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            let first: [RecordedFact] = [
                .utterance(1, "Hi"), .event(2, id: "e1", data: ["$a.b": 1]), .attitude(3, 4),
            ]
            try await store.record(first, of: id)
            try await store.record(
                [.utterance(1, "Something else"), .event(4, id: "e1"), .event(5, id: "e2"), .event(6), .event(7)]
                    + [RecordedFact(seq: 8, time: 8, content: .phase(.suspended))], of: id)
            try await store.record(first, of: id)
            let facts = try await store.facts(of: id)
            #expect(facts.map(\.seq) == [1, 2, 3, 5, 6, 7, 8])
            #expect(Array(facts.prefix(3)) == first)
            let record = try #require(try await store.session(id))
            #expect(record.transcript.map(\.text) == ["Hi"])
            #expect(record.events.map(\.eventId) == ["e1", "e2", nil, nil])
            #expect(record.events.first?.data == ["$a.b": 1])
            #expect(record.moodHistory == [4])
            #expect(record.phase == .suspended)
            let line = try #require(
                try await store.sessions(matching: SessionFilter(.counted), limit: 1, after: nil).items.first)
            #expect(line.phase == .suspended)
            #expect(line.finalAttitude == 4)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `every kind of fact is read back unchanged`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            let verdict = Verdict(
                evalSeq: 1, attitude: 5, direction: .rising, guidance: "Warm up.",
                salesSteps: [SalesStepResult(id: "greeting", status: .partial, evidence: [Evidence(eventId: "e1")])],
                shouldEnd: true, outcome: .rejected, model: "gpt-4.1", latencyMs: 800, flags: ["attitude_clamped"])
            let contents: [RecordedFact.Content] = [
                .utterance(
                    Utterance(
                        utteranceId: "u1", startTime: 0, endTime: 0.1, speaker: .trainee, text: "", interrupted: true)),
                .event(SessionEvent(eventId: nil, time: 1.25, type: .system, data: "Session_Start")),
                .attitude(AttitudePoint(time: 2, value: 0, direction: .falling)),
                .supervisorLog(SupervisorLog(time: 3, evalSeq: 1, verdict: verdict)),
                .supervisorLog(SupervisorLog(time: 4, evalSeq: 2, verdict: nil, error: "model_timeout")),
                .finding(
                    Finding(
                        rule: "forbidden_word", status: .violated, severity: .blocker, message: "Said free.",
                        evidence: Evidence(utteranceId: "u1", text: "free"), time: 5)),
                .outcomeClaim(OutcomeClaim(source: .voiceModel, outcome: .walkedAway, time: 6)),
                .usage(TokenUsage(inputTokens: 3_000_000_000, cachedInputTokens: 0, outputTokens: 1)),
                .phase(.ending),
            ]
            let facts = contents.enumerated().map { RecordedFact(seq: $0 + 1, time: Double($0) / 3, content: $1) }
            try await store.record(facts, of: id)
            #expect(try await store.facts(of: id) == facts)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `more facts than fit into one batch are all stored in order`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            let facts = (1...2300).map { RecordedFact.event($0, id: "e\($0)") }
            try await store.record(facts, of: id)
            #expect(try await store.facts(of: id).map(\.seq) == Array(1...2300))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a call that needs a session refuses an unknown one`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try id("BAT-404")
            func expectNotFound(_ call: () async throws -> Void) async {
                do {
                    try await call()
                    Issue.record("nothing was thrown")
                } catch {
                    #expect((error as? StorageError)?.code == .notFound)
                }
            }
            await expectNotFound { try await store.record([.event(1)], of: id) }
            await expectNotFound { _ = try await store.end(id, with: .sample([])) }
            await expectNotFound {
                _ = try await store.addLateEvents([SessionEvent(time: 1, type: .error, data: .null)], to: id)
            }
            await expectNotFound { try await store.putExport(ExportRecord(exportId: "x", status: .pending), of: id) }
            await expectNotFound {
                _ = try await store.claim(id, relay: "r", phase: .talking, startedAt: time.now, realtimeModel: "m")
            }
            #expect(try await store.facts(of: id).isEmpty)
        }
    }

    // MARK: Ending

    @Test(arguments: StoreUnderTest.allCases)
    func `ending embeds the facts once, and later endings change nothing`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            let facts: [RecordedFact] = [.utterance(1, "Hi"), .event(2, id: "e1"), .attitude(3, 7)]
            // After a crash, the store may know a fact that the relay does not.
            try await store.record([.event(4, id: "e4")], of: id)
            let ended = try await store.end(id, with: .sample(facts))
            #expect(ended.status == .ended)
            #expect(ended.phase == .ended)
            #expect(ended.outcome == .converted)
            #expect(ended.endTrigger == "end_conversation:converted")
            #expect(ended.durationMs == 512_000)
            #expect(ended.transcript.map(\.text) == ["Hi"])
            #expect(ended.events.map(\.eventId) == ["e1", "e4"])
            #expect(ended.moodHistory == [7])
            #expect(ended.pipeline.scoring.state == .pending)
            #expect(ended.pipeline.files.state == .idle)
            #expect(try await store.session(id) == ended)
            let again = try await store.end(id, with: .sample([], outcome: .rejected))
            #expect(again == ended)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `two concurrent endings give one ending`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            async let one = store.end(id, with: .sample([.event(1)], outcome: .converted))
            async let two = store.end(id, with: .sample([.event(1)], outcome: .rejected))
            let endings = try await [one, two]
            #expect(endings[0].outcome == endings[1].outcome)
            #expect(try await store.session(id)?.outcome == endings[0].outcome)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `late events are distinguished from duplicates, before and after the end`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            func late(_ id: String?, _ time: Double) -> SessionEvent {
                SessionEvent(eventId: id, time: time, type: .tabletChoice, data: ["question": "Q1"])
            }
            let id = try await store.create(.sample()).record.sessionId
            try await store.record([.event(1, id: "e1")], of: id)
            // While it is active: one known from the facts, one new, one twice in the batch, one without an id.
            #expect(
                try await store.addLateEvents([late("e1", 1), late("l1", 9), late("l1", 9), late(nil, 8)], to: id)
                    == .init(results: [.reused, .stored, .duplicate, .stored], isRejudging: false))
            #expect(try await store.session(id)?.events.map(\.eventId) == ["e1", nil, "l1"])
            let ended = try await store.end(id, with: .sample([.event(1, id: "e1"), .event(2, id: "e2")]))
            #expect(ended.events.map(\.eventId) == ["e1", "e2", nil, "l1"])
            #expect(
                try await store.addLateEvents([late("e2", 2), late("l1", 9), late("l2", 0.5)], to: id)
                    == .init(results: [.reused, .duplicate, .stored], isRejudging: true))
            #expect(try await store.session(id)?.events.map(\.eventId) == ["l2", "e1", "e2", nil, "l1"])
            #expect(try await store.session(id)?.pipeline.files.state == .idle)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `late events have the same limit as those of the call`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await store.end(id, with: .sample([.event(1, id: "e1")]))
            let large = JSONValue.string(String(repeating: "x", count: 60_000))
            let events = (0..<75).map {
                SessionEvent(eventId: "l\($0)", time: 1, type: .tabletChoice, data: ["note": large])
            }
            let results = try await store.addLateEvents(events, to: id).results
            #expect(results.first == .stored && results.last == .full)
            #expect(results.count { $0 == .stored } == 69)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `events added concurrently are all stored`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let event = SessionEvent(eventId: "l\(number)", time: 1, type: .error, data: .null)
                        _ = try await store.addLateEvents([event], to: id)
                    }
                }
                group.addTask { _ = try await store.end(id, with: .sample([.event(1, id: "e1")])) }
                try await group.waitForAll()
            }
            let record = try #require(try await store.session(id))
            #expect(record.status == .ended)
            #expect(Set(record.events.compactMap(\.eventId)) == Set(["e1"] + (0..<8).map { "l\($0)" }))
            #expect(record.events.count == 9)
        }
    }

    // MARK: Rulebooks

    @Test(arguments: StoreUnderTest.allCases)
    func `a rulebook is stored once under its hash`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            #expect(try await store.rulebook("abc") == nil)
            let files = ["languages/en.yaml": "a: 1\n", "products.yaml": String(repeating: "x", count: 600_000)]
            try await store.keepRulebook("abc", files: files)
            try await store.keepRulebook("abc", files: files)
            #expect(try await store.rulebook("abc") == files)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a changed finding replaces the first one`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            func fact(_ seq: Int, _ status: Finding.Status) -> RecordedFact {
                RecordedFact(
                    seq: seq, time: Double(seq),
                    content: .finding(
                        Finding(
                            findingId: "u1.free", id: "free", rule: "forbidden_word", status: status, severity: .major,
                            message: "…", evidence: Evidence(utteranceId: "u1", text: "free"), time: 1)))
            }
            try await store.record([fact(1, .violated), fact(2, .dismissed)], of: id)
            #expect(try await store.session(id)?.findings.map(\.status) == [.dismissed])
            let ended = try await store.end(id, with: .sample([fact(1, .violated), fact(2, .dismissed)]))
            #expect(ended.findings.map(\.findingId) == ["u1.free"])
        }
    }

    // MARK: Exports and personas

    @Test(arguments: StoreUnderTest.allCases)
    func `an export is added once and replaced by its id`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            let next = time.now.addingTimeInterval(30)
            try await store.putExport(ExportRecord(exportId: "a", status: .pending, nextAttemptAt: next), of: id)
            try await store.putExport(
                ExportRecord(exportId: "b", status: .failed, attempts: 3, lastError: "http_500"), of: id)
            #expect(try await store.sessionWithDueExport(at: time.now) == nil)
            #expect(try await store.sessionWithDueExport(at: next.addingTimeInterval(1)) == id)
            try await store.putExport(ExportRecord(exportId: "a", status: .sent, sentAt: time.now, attempts: 1), of: id)
            #expect(try await store.sessionWithDueExport(at: next.addingTimeInterval(1)) == nil)
            let exports = try #require(try await store.session(id)).exports
            #expect(exports.map(\.exportId) == ["a", "b"])
            #expect(exports.map(\.status) == [.sent, .failed])
            #expect(exports.first?.sentAt.map { abs($0.timeIntervalSince(time.now)) < 0.001 } == true)
            #expect(exports.last?.lastError == "http_500")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a persona is replaced by a higher version only`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            try await store.seed([.sample(version: 2, name: "Karel"), .sample(id: "velo_user", name: "Nina")])
            try await store.seed([.sample(version: 1, name: "Old"), .sample(id: "velo_user", name: "Same version")])
            #expect(try await store.personas() == [.sample(version: 2), .sample(id: "velo_user", name: "Nina")])
            try await store.seed([.sample(version: 3, name: "New")])
            #expect(try await store.personas().map(\.name) == ["New", "Nina"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a running store answers a ping`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in try await store.ping() }
    }

    private func id(_ text: String) throws -> SessionID {
        try #require(SessionID(text))
    }
}
