import Domain
import Foundation
import JSON
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `live streams` {
    private static func create(
        _ gateway: LiveGateway, trainee: String = "anna", visibility: SessionVisibility = .submitted
    ) async throws -> SessionID {
        let id = try await gateway.gateway.store.create(
            NewSession(
                traineeId: trainee, persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0],
                client: "unity-vr", metadata: [:], tokenHash: "", createdBy: "unity", idempotency: nil,
                visibility: visibility)
        ).record.sessionId
        _ = try await gateway.gateway.store.claim(
            id, relay: "r", phase: .talking, startedAt: Date(), realtimeModel: "m")
        return id
    }

    /// Marks the files as written, which ends a session's stream.
    private static func file(_ id: SessionID, in gateway: LiveGateway) async throws {
        let store = gateway.gateway.store
        _ = try await store.lease(.files, of: id, for: "f", until: Date().addingTimeInterval(60), now: Date())
        _ = try await store.finishFiles(id, owner: "f")
    }

    @Test func `the list tells of sessions that begin, change and end, and forgets them once they are filed`()
        async throws
    {
        try await withLiveGateway { gateway in
            let first = try await Self.create(gateway)
            let reader = try EventReader(port: gateway.port, "/api/live")
            let state = try await reader.event("the state") { $0.name == "state" }
            #expect(reader.text.lowercased().contains("content-type: text/event-stream"))
            #expect(
                `the API descriptions`.items(state.data["sessions"]).map { $0["sessionId"]?.string } == [first.text])
            #expect(state.data["isComplete"] == true)

            let second = try await Self.create(gateway, trainee: "boris")
            _ = try await reader.event("a new session") { "\($0.data)".contains(second.text) }
            try await gateway.gateway.store.record(Fixtures.facts, of: first)
            _ = try await reader.event("a mood") {
                `the API descriptions`.items($0.data["sessions"]).first?["finalAttitude"] == 4
            }
            try await gateway.gateway.endAndScore(first)
            _ = try await reader.event("a score") {
                `the API descriptions`.items($0.data["sessions"]).first?["score"] == 75
            }
            try await Self.file(first, in: gateway)
            _ = try await reader.event("the files") {
                `the API descriptions`.items($0.data["sessions"]).first?["phase"] == "filed"
            }
            reader.leave()
            try await eventually("the seat is free") { gateway.gateway.parts.liveSeats.count == 0 }
        }
    }

    @Test func `a session's stream tells only what is new, until it is scored and filed`() async throws {
        try await withLiveGateway { gateway in
            let id = try await Self.create(gateway)
            let reader = try EventReader(port: gateway.port, "/api/sessions/\(id)/live")
            let state = try await reader.event("the state") { $0.name == "state" }
            #expect(state.data["sessionId"]?.string == id.text)
            try await gateway.gateway.store.record(Fixtures.facts, of: id)
            let change = try await reader.event("the words") { $0.name == "change" }
            #expect(`the API descriptions`.items(change.data["lists"]?["transcript"]?["items"]).count == 1)
            #expect(change.data["set"]?["persona"] == nil, "what has not changed is not sent again")
            let words = Utterance(utteranceId: "u2", startTime: 6, endTime: 7, speaker: .trainee, text: "Hello")
            try await gateway.gateway.store.record(
                [RecordedFact(seq: 4, time: 7, content: .utterance(words))], of: id)
            let next = try await reader.event("more words") { $0.data["lists"]?["transcript"]?["from"] == 1 }
            #expect(`the API descriptions`.items(next.data["lists"]?["transcript"]?["items"]).first?["text"] == "Hello")
            try await gateway.gateway.endAndScore(id)
            _ = try await reader.event("a score") { $0.data["set"]?["score"]?["overall"] == 75 }
            #expect(!reader.isOver)
            try await Self.file(id, in: gateway)
            let end = try await reader.event("the end") { $0.name == "end" }
            #expect(end.data["reason"] == "over")
            try await eventually("the connection is closed") { reader.isOver }

            let again = try EventReader(port: gateway.port, "/api/sessions/\(id)/live")
            try await eventually("an answer") { again.status != 0 }
            #expect(again.status == 204, "an EventSource stays away")
        }
    }

    @Test func `who comes again gets the whole state`() async throws {
        try await withLiveGateway { gateway in
            let id = try await Self.create(gateway)
            try await gateway.gateway.store.record(Fixtures.facts, of: id)
            for _ in 0..<2 {
                let reader = try EventReader(
                    port: gateway.port, "/api/sessions/\(id)/live", headers: "Last-Event-ID: 7\r\n")
                let state = try await reader.event("the state") { $0.name == "state" }
                #expect(`the API descriptions`.items(state.data["transcript"]).count == 1)
                reader.leave()
            }
        }
    }

    @Test(arguments: ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"])
    func `a reader that leaves before its request is complete frees its seat`(header: String) async throws {
        try await withLiveGateway { gateway in
            let id = try await Self.create(gateway)
            let reader = try EventReader(port: gateway.port, "/api/sessions/\(id)/live", headers: header)
            _ = try await reader.event("the state") { $0.name == "state" }
            #expect(gateway.gateway.parts.liveSeats.count == 1)
            reader.leave()
            try await eventually("the seat is free") { gateway.gateway.parts.liveSeats.count == 0 }
            let next = try EventReader(port: gateway.port, "/api/sessions/\(id)/live")
            _ = try await next.event("the state again") { $0.name == "state" }
            next.leave()
        }
    }

    @Test func `a viewer watches what is submitted, and nothing private`() async throws {
        try await withLiveGateway(`looking at sessions`.keys) { gateway in
            let (open, hidden) = (
                try await Self.create(gateway), try await Self.create(gateway, visibility: .private)
            )
            func status(_ path: String, _ key: String) async throws -> Int {
                let reader = try EventReader(port: gateway.port, path, headers: "X-API-Key: \(key)\r\n")
                try await eventually("an answer") { reader.status != 0 }
                defer { reader.leave() }
                return reader.status
            }
            let viewer = `looking at sessions`.viewer
            #expect(try await status("/api/sessions/\(open)/live", viewer) == 200)
            #expect(try await status("/api/sessions/\(hidden)/live", viewer) == 404)
            #expect(try await status("/api/sessions/\(hidden)/live", `looking at sessions`.admin) == 409)
            #expect(try await status("/api/sessions/\(open)/live", `looking at sessions`.web) == 404)
            let reader = try EventReader(port: gateway.port, "/api/live", headers: "X-API-Key: \(viewer)\r\n")
            let state = try await reader.event("the state") { $0.name == "state" }
            #expect(`the API descriptions`.items(state.data["sessions"]).map { $0["sessionId"]?.string } == [open.text])
            reader.leave()
        }
    }

    @Test func `the audit knows from when on a stream showed the machine's numbers`() async throws {
        try await withLiveGateway(`looking at sessions`.keys) { gateway in
            let id = try await Self.create(gateway)
            let reader = try EventReader(
                port: gateway.port, "/api/sessions/\(id)/live",
                headers: "X-API-Key: \(`looking at sessions`.viewer)\r\n")
            _ = try await reader.event("the state") { $0.name == "state" }
            func looks() async throws -> [AuditEntry.Action] {
                try await gateway.gateway.store.audit(
                    matching: AuditFilter(sessionId: id, actor: "boss"), limit: 10, after: nil
                ).items.map(\.action)
            }
            try await eventually("a look") { try await !looks().isEmpty }
            #expect(try await looks() == [.sessionReadBlind])
            try await gateway.gateway.endAndScore(id)
            _ = try await reader.event("a score") { $0.data["set"]?["score"]?["overall"] == 75 }
            try await eventually("another look") { try await looks().count == 2 }
            let both = try await looks()
            #expect(Set(both) == [.sessionRead, .sessionReadBlind])
            reader.leave()
        }
    }

    @Test func `a quiet stream has heartbeats, and a stream that has lasted long enough says so`() async throws {
        var timing = LiveTiming.fast
        timing.heartbeat = .milliseconds(40)
        timing.longest = .milliseconds(500)
        try await withLiveGateway(live: timing) { gateway in
            let reader = try EventReader(port: gateway.port, "/api/live")
            try await eventually("comments") { reader.comments >= 2 }
            let end = try await reader.event("the end") { $0.name == "end" }
            #expect(end.data["reason"] == "renew")
            try await eventually("the connection is closed") { reader.isOver }
        }
    }

    @Test func `streams are bounded for each caller`() async throws {
        try await withLiveGateway { gateway in
            let readers = try (0..<16).map { _ in try EventReader(port: gateway.port, "/api/live") }
            for reader in readers { _ = try await reader.event("the state") { $0.name == "state" } }
            let next = try EventReader(port: gateway.port, "/api/live")
            try await eventually("a refusal") { next.text.contains("too_many_streams") }
            #expect(next.status == 429 && next.text.lowercased().contains("retry-after: 10"))
            readers[0].leave()
            try await eventually("a free seat") { gateway.gateway.parts.liveSeats.count == 15 }
            let last = try EventReader(port: gateway.port, "/api/live")
            _ = try await last.event("the state") { $0.name == "state" }
            for reader in readers + [next, last] { reader.leave() }
        }
    }

    @Test func `a reader that takes nothing is let go`() async throws {
        var timing = LiveTiming.fast
        timing.longestWrite = .milliseconds(300)
        try await withLiveGateway(live: timing) { gateway in
            let id = try await Self.create(gateway)
            // More than the buffers of both ends hold.
            let words = String(repeating: "x", count: 1 << 20)
            try await gateway.gateway.store.record(
                (1...24).map { seq in
                    RecordedFact(
                        seq: seq, time: Double(seq),
                        content: .utterance(
                            Utterance(
                                utteranceId: "u\(seq)", startTime: Double(seq), endTime: Double(seq) + 1,
                                speaker: .avatar, text: words)))
                }, of: id)
            let reader = try EventReader(port: gateway.port, "/api/sessions/\(id)/live", reads: false)
            try await eventually("the seat is taken") { gateway.gateway.parts.liveSeats.count == 1 }
            try await eventually("the seat is free again") { gateway.gateway.parts.liveSeats.count == 0 }
            #expect(await reader.drain() < 24 << 20, "the rest was not kept for it")
        }
    }

    @Test func `a stopping gateway ends its streams`() async throws {
        try await withLiveGateway { gateway in
            let reader = try EventReader(port: gateway.port, "/api/live")
            _ = try await reader.event("the state") { $0.name == "state" }
            await gateway.stop()
            let end = try await reader.event("the end") { $0.name == "end" }
            #expect(end.data["reason"] == "restarting")
        }
    }

    @Test func `an outage of the database is bridged`() async throws {
        try await withLiveGateway { gateway in
            let id = try await Self.create(gateway)
            let reader = try EventReader(port: gateway.port, "/api/sessions/\(id)/live")
            _ = try await reader.event("the state") { $0.name == "state" }
            let store = gateway.gateway.store
            await store.setOutage(true)
            try await eventually("refused calls") { await store.failedCalls > 1 }
            await store.setOutage(false)
            try await store.record(Fixtures.facts, of: id)
            _ = try await reader.event("the words") { $0.name == "change" }
            reader.leave()
        }
    }
}

@Suite struct `what is told of live sessions` {
    private static func summary(_ number: Int, phase: SessionPhase = .talking) throws -> SessionSummary {
        var summary = try SessionResult.sample(number, score: nil, status: .active).summary
        summary.phase = phase
        if [.ended, .scored, .filed].contains(phase) { summary.status = .ended }
        return summary
    }

    @Test func `changes are told once`() throws {
        var list = LiveList()
        let now = Date(timeIntervalSince1970: 0)
        let (one, two) = (try Self.summary(1), try Self.summary(2))
        #expect(list.take(active: [two, one], ended: [], now: now).sessions == [two, one])
        #expect(list.take(active: [two, one], ended: [], now: now).isEmpty)
        #expect(list.left(by: [two]) == [one.sessionId])
        let ended = try Self.summary(1, phase: .ended)
        #expect(list.take(active: [two], ended: [ended], now: now).sessions == [ended])
        #expect(list.take(active: [two], ended: [ended], now: now).isEmpty)
        let filed = try Self.summary(1, phase: .filed)
        #expect(list.take(active: [two], ended: [filed], now: now).sessions == [filed])
        #expect(list.left(by: [two]).isEmpty, "forgotten")
        #expect(list.take(active: [], ended: [], now: now).gone == [two.sessionId])
    }

    @Test func `an ended session that is never filed is forgotten`() throws {
        var list = LiveList()
        let now = Date(timeIntervalSince1970: 0)
        _ = list.take(active: [try Self.summary(1)], ended: [], now: now)
        let ended = try Self.summary(1, phase: .ended)
        _ = list.take(active: [], ended: [ended], now: now)
        #expect(!list.left(by: []).isEmpty)
        _ = list.take(active: [], ended: [ended], now: now + LiveList.patience)
        #expect(list.left(by: []).isEmpty)
    }

    @Test func `a patch has what differs`() {
        let old: OrderedJSON = .object([
            .init("a", .integer(1)), .init("b", .string("x")), .init("list", .strings(["one", "two"])),
            .init("gone", .null),
        ])
        let new: OrderedJSON = .object([
            .init("a", .integer(2)), .init("b", .string("x")), .init("list", .strings(["one", "2", "3"])),
        ])
        #expect(Patch.patch(from: old, to: old) == nil)
        #expect(
            Patch.patch(from: old, to: new)?.compact
                == #"{"set":{"a":2},"lists":{"list":{"from":1,"items":["2","3"]}},"gone":["gone"]}"#)
    }
}
