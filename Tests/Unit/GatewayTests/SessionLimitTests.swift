import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `how many sessions may be live at once` {
    /// Starts a session as a relay does when its first client connects.
    private func start(_ gateway: TestGateway, _ number: Int) async throws {
        _ = try await gateway.store.claim(
            try Fixtures.id(number), relay: "r1", phase: .connecting, startedAt: Date(), realtimeModel: "m")
    }

    private func end(_ gateway: TestGateway, _ number: Int) async throws {
        _ = try await gateway.store.end(
            try Fixtures.id(number),
            with: .init(endTrigger: "end_session", outcome: .rejected, endedAt: Date(), durationMs: 1, facts: []))
    }

    @Test func `a trainee with two calls gets no third until one has ended`() async throws {
        let gateway = try await TestGateway()
        for number in 1...2 {
            #expect(try await gateway.newSession(trainee: "Ren\u{e9}").status == 201)
            try await start(gateway, number)
        }
        let refused = try await gateway.newSession(trainee: "Rene\u{301}")
        #expect(refused.status == 429)
        #expect(refused.code == "too_many_live_sessions")
        #expect(refused.headers[.retryAfter] != nil)
        #expect(try await gateway.newSession(trainee: "other").status == 201)
        try await end(gateway, 1)
        #expect(try await gateway.newSession(trainee: "Ren\u{e9}").status == 201)
    }

    @Test func `two keys may have trainees of the same id`() async throws {
        let gateway = try await TestGateway([
            "API_KEYS": "a:client:key-of-the-first-customer,b:client:key-of-the-other-customer"
        ])
        #expect(try await gateway.newSession(trainee: "1", key: "key-of-the-first-customer").status == 201)
        for _ in 1...3 {
            #expect(try await gateway.newSession(trainee: "1", key: "key-of-the-other-customer").status == 201)
        }
        let first = try await gateway.get("/api/sessions/BAT-001", key: "key-of-the-first-customer").json
        #expect(first["status"]?.string == "active")
    }

    @Test func `sessions that nobody connected to do not lock their trainee out`() async throws {
        let gateway = try await TestGateway()
        for _ in 1...5 { #expect(try await gateway.newSession(trainee: "a").status == 201) }
        let active = try await gateway.get("/api/sessions?status=active").text
        #expect(active.contains("BAT-005") && active.contains("BAT-004") && !active.contains("BAT-003"))
        let oldest = try await gateway.get("/api/sessions/BAT-001").json
        #expect(oldest["endTrigger"]?.string == "never_connected")
        try await start(gateway, 4)
        try await start(gateway, 5)
        #expect(try await gateway.newSession(trainee: "a").status == 429)
    }

    @Test func `a repeated request gets its session even at the limit`() async throws {
        let gateway = try await TestGateway(["MAX_SESSIONS_PER_TRAINEE": "1"])
        let body = #"{"scenarioId":"fmc_resistant","traineeId":"a"}"#
        let first = try await gateway.post("/api/sessions", body, headers: [.idempotencyKey: "k"])
        try await start(gateway, 1)
        let again = try await gateway.post("/api/sessions", body, headers: [.idempotencyKey: "k"])
        #expect(again.status == 201)
        #expect(again.json == first.json)
        #expect(try await gateway.post("/api/sessions", body, headers: [.idempotencyKey: "l"]).status == 429)
    }

    @Test func `concurrent requests do not exceed the limit`() async throws {
        let gateway = try await TestGateway(["MAX_SESSIONS_PER_KEY": "3"])
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask { try await gateway.newSession(trainee: "t\(number)").status }
            }
            var statuses: [Int] = []
            for try await status in group { statuses.append(status) }
            #expect(statuses.count { $0 == 201 } <= 3)
            #expect(statuses.contains(201))
            #expect(Set(statuses) == [201, 429])
        }
    }

    @Test func `a key can have its own limit, off by default`() async throws {
        let open = try await TestGateway(["API_KEYS": "fleet:client:key-of-the-whole-fleet"])
        for number in 1...8 {
            #expect(try await open.newSession(trainee: "t\(number)", key: "key-of-the-whole-fleet").status == 201)
        }
        let limited = try await TestGateway([
            "API_KEYS": "fleet:client:key-of-the-whole-fleet,other:client:key-of-another-one",
            "MAX_SESSIONS_PER_KEY": "2",
        ])
        for number in 1...2 {
            #expect(try await limited.newSession(trainee: "t\(number)", key: "key-of-the-whole-fleet").status == 201)
        }
        let refused = try await limited.newSession(trainee: "t3", key: "key-of-the-whole-fleet")
        #expect(refused.status == 429)
        #expect(refused.code == "too_many_live_sessions")
        #expect(try await limited.newSession(trainee: "t3", key: "key-of-another-one").status == 201)
    }
}
