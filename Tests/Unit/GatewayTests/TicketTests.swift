import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `tickets for pages` {
    private static let unity = `looking at sessions`.unity

    private func ticket(
        _ gateway: TestGateway, _ body: String = #"{"traineeId":"anna"}"#, key: String = unity
    ) async throws -> String {
        let answer = try await gateway.post("/api/tickets", body, key: key)
        #expect(answer.status == 201)
        return try #require(answer.json["ticket"]?.string)
    }

    @Test func `a ticket creates sessions of its trainee and sees these only`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        try await gateway.newSession(trainee: "boris", key: Self.unity)
        let ticket = try await ticket(gateway)
        let created = try await gateway.newSession(trainee: "anna", key: ticket)
        #expect(created.status == 201)
        #expect(created.json["wsToken"]?.string?.isEmpty == false)
        #expect(try await gateway.get("/api/sessions/BAT-002", key: ticket).status == 200)
        #expect(try await gateway.get("/api/sessions/BAT-001", key: ticket).status == 404)
        #expect(try await gateway.post("/api/sessions/BAT-001/events", "[]", key: ticket).status == 404)
        let list = try await gateway.get("/api/sessions", key: ticket)
        #expect(list.text.contains("BAT-002") && !list.text.contains("BAT-001"))
        #expect(try await gateway.get("/api/sessions?traineeId=boris", key: ticket).status == 403)
        #expect(try await gateway.newSession(trainee: "boris", key: ticket).status == 403)
        #expect(try await gateway.get("/api/sessions/BAT-002", key: Self.unity).status == 200, "the key's own")
        #expect(try await gateway.get("/api/sessions/BAT-002", key: `looking at sessions`.web).status == 404)
        #expect(try await gateway.get("/api/login", key: ticket).json["role"]?.string == "trainee")
    }

    @Test func `the tickets of two trainees may carry the same Idempotency-Key`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        var sessions: [String?] = []
        for trainee in ["anna", "boris", "anna"] {
            let ticket = try await ticket(gateway, #"{"traineeId":"\#(trainee)"}"#)
            let answer = try await gateway.post(
                "/api/sessions", #"{"scenarioId":"velo_curious"}"#, key: ticket, headers: [.idempotencyKey: "1"])
            sessions.append(answer.json["sessionId"]?.string)
        }
        #expect(sessions == ["BAT-001", "BAT-002", "BAT-001"])
    }

    @Test func `tickets do not multiply the sessions that their key may create`() async throws {
        let gateway = try await TestGateway(
            `looking at sessions`.keys.merging(["RATE_SESSIONS": "3"]) { $1 })
        var statuses: [Int] = []
        for number in 0..<5 {
            let ticket = try await ticket(gateway, #"{"traineeId":"t\#(number)"}"#)
            statuses.append(try await gateway.newSession(trainee: "t\(number)", key: ticket).status)
        }
        #expect(statuses.prefix(3) == [201, 201, 201] && statuses.last == 429)
    }

    @Test func `a ticket may be bound to scenarios`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let bound = try await ticket(gateway, #"{"traineeId":"anna","scenarioIds":["velo_curious"]}"#)
        #expect(try await gateway.newSession(trainee: "anna", scenario: "fmc_resistant", key: bound).status == 403)
        #expect(try await gateway.newSession(trainee: "anna", scenario: "velo_curious", key: bound).status == 201)
        let scenarios = try await gateway.get("/api/scenarios", key: bound).text
        #expect(scenarios.contains("velo_curious") && !scenarios.contains("fmc_resistant"))
        // The ticket names its trainee, so the request need not.
        let body = #"{"scenarioId":"velo_curious"}"#
        #expect(try await gateway.post("/api/sessions", body, key: bound).status == 201)
    }

    @Test(arguments: [
        #"{}"#, #"{"traineeId":""}"#, #"{"traineeId":"a","expiresInSeconds":3601}"#,
        #"{"traineeId":"a","expiresInSeconds":0}"#, #"{"traineeId":"a","expiresInSeconds":"60"}"#,
        #"{"traineeId":"a","scenarioIds":["nope"]}"#, #"{"traineeId":"a","scenarioIds":"velo_curious"}"#,
        #"{"traineeId":"a","scenarioIds":[]}"#, #"[]"#,
    ])
    func `a malformed request for a ticket is refused`(_ body: String) async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let answer = try await gateway.post("/api/tickets", body, key: Self.unity)
        #expect(answer.status == 422)
        #expect(answer.code == "invalid_request")
    }

    @Test func `a ticket says until when it is valid and is not stored by caches`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let answer = try await gateway.post(
            "/api/tickets", #"{"traineeId":"anna","expiresInSeconds":60}"#, key: `looking at sessions`.admin)
        #expect(answer.status == 201)
        #expect(answer.headers[.cacheControl] == "no-store")
        let text = try #require(answer.json["expiresAt"]?.string)
        let expires = try #require(try Query.filter(of: "from=\(text)").from)
        #expect((50...61).contains(expires.timeIntervalSinceNow))
    }

    @Test func `a forged ticket is refused`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let ticket = try await ticket(gateway)
        for forged in [
            ticket + "A", String(ticket.dropLast()), String(ticket.reversed()), "bat-ticket.", "bat-ticket.x.y",
        ] {
            #expect(try await gateway.get("/api/sessions", key: forged).status == 401, "\(forged)")
        }
    }

    @Test func `a ticket ends with its time, and with the key that asked for it`() throws {
        let start = Date(timeIntervalSince1970: 1_700_000_000)
        func tickets(
            after seconds: Double = 0, keys: String = "unity:client:key-of-the-unity-client",
            secret: String = "a secret of at least thirty-two characters"
        ) throws -> Tickets {
            Tickets(
                secret: SessionSecret(secret), keys: try #require(APIKeys(keys)),
                now: { start.addingTimeInterval(seconds) })
        }
        let text = try tickets().issue(
            .init(traineeId: "anna", scenarioIds: nil), by: Principal(name: "unity", role: .client), for: 60
        ).text
        let ticket = try #require(try tickets().ticket(text))
        #expect(
            ticket.principal
                == Principal(
                    name: "unity", role: .trainee, bounds: .init(traineeId: "anna", scenarioIds: nil),
                    expires: start.addingTimeInterval(60), issued: start))
        #expect(try tickets(after: 59).isValid(ticket))
        #expect(try !tickets(after: 60).isValid(ticket))
        #expect(try !tickets(keys: "other:client:key-of-the-unity-client").isValid(ticket))
        #expect(try !tickets(keys: "unity:trainer:key-of-the-unity-client").isValid(ticket))
        #expect(try !tickets(keys: "unity:viewer:key-of-the-unity-client").isValid(ticket))
        #expect(try !tickets(keys: "unity:client:another-key-of-the-client").isValid(ticket))
        #expect(try tickets(secret: "another secret of thirty-two characters").ticket(text) == nil)
        #expect(APIKeys("page:trainee:0123456789abcdef") == nil, "no key has a ticket's role")
    }

    /// What each role may do: the statuses of requests that are otherwise well formed.
    @Test func `every role may do what the table says and no more`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let ticket = try await ticket(gateway)
        let keys = [
            ("trainee", ticket), ("client", Self.unity), ("viewer", `looking at sessions`.viewer),
            ("trainer", `looking at sessions`.trainer), ("admin", `looking at sessions`.admin),
        ]
        let allowed: [(HTTPRequest.Method, String, Set<String>)] = [
            (.post, "/api/sessions", ["trainee", "client", "admin"]),
            (.get, "/api/sessions", ["trainee", "client", "viewer", "trainer", "admin"]),
            (.get, "/api/sessions/BAT-404", ["trainee", "client", "viewer", "trainer", "admin"]),
            (.post, "/api/sessions/BAT-404/events", ["trainee", "client", "admin"]),
            (.post, "/api/sessions/BAT-404/submit", ["trainee", "client", "admin"]),
            (.post, "/api/sessions/BAT-404/score", ["admin"]),
            (.get, "/api/sessions/BAT-404/report", ["trainee", "client", "viewer", "trainer", "admin"]),
            (.get, "/api/sessions/BAT-404/data", ["client", "viewer", "trainer", "admin"]),
            (.post, "/api/sessions/BAT-404/export", ["admin"]),
            (.post, "/api/tickets", ["client", "admin"]),
            (.get, "/api/scenarios", ["trainee", "client", "viewer", "trainer", "admin"]),
            (.get, "/api/personas", ["trainee", "client", "viewer", "trainer", "admin"]),
            (.get, "/api/dashboard", ["client", "viewer", "trainer", "admin"]),
            (.get, "/api/dashboard/stats", ["client", "viewer", "trainer", "admin"]),
            (.get, "/api/login", ["trainee", "client", "viewer", "trainer", "admin"]),
            (.post, "/api/sessions/BAT-404/review", ["trainer", "admin"]),
            (.post, "/api/sessions/BAT-404/disputes", ["trainee", "client", "admin"]),
            (.get, "/api/reviews", ["viewer", "trainer", "admin"]),
            (.get, "/api/reviews/agreement", ["viewer", "trainer", "admin"]),
            (.get, "/api/audit", ["admin"]),
            (.delete, "/api/sessions/BAT-404", ["admin"]),
            (.delete, "/api/trainees/nobody", ["admin"]),
            (.get, "/api/trainees/nobody/data", ["admin"]),
            (.post, "/api/receipts/verify", ["client", "viewer", "trainer", "admin"]),
            (.get, "/metrics", ["viewer", "trainer", "admin"]),
        ]
        for (method, path, roles) in allowed {
            for (role, key) in keys {
                let answer =
                    method != .post
                    ? try await gateway.send(method, path, key: key)
                    : try await gateway.post(path, #"{"traineeId":"anna"}"#, key: key)
                #expect((answer.status != 403) == roles.contains(role), "\(role): \(method) \(path)")
            }
            let anonymous = try await gateway.send(method, path)
            #expect(anonymous.status == 401, "nobody: \(method) \(path)")
        }
    }
}
