import Domain
import Foundation
import HTTPTypes
import NIOCore
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `creating a session` {
    @Test func `creating a session answers 201 with an address, a token and the persona`() async throws {
        let gateway = try await TestGateway()
        let answer = try await gateway.newSession()
        #expect(answer.status == 201)
        #expect(answer.headers[.location] == "/api/sessions/BAT-001")
        #expect(answer.json["sessionId"]?.string == "BAT-001")
        let token = try #require(answer.json["wsToken"]?.string)
        #expect(token.utf8.count == 43)
        #expect(answer.json["wsUrl"]?.string == "ws://localhost/ws/sessions/BAT-001?token=\(token)")
        #expect(answer.json["persona"]?["name"]?.string == "Karel")
        #expect(answer.json["scenario"]?["goal"]?.string == "Age check first.")
        #expect(!answer.text.contains("SECRET"))
    }

    @Test func `answers have their keys in the order of the documentation`() async throws {
        let gateway = try await TestGateway()
        let created = try await gateway.newSession().text
        #expect(
            Self.keys(created) == [
                "sessionId", "wsUrl", "wsToken", "persona", "scenario", "visibility", "notice", "noticeVersion",
                "noticeLanguage",
            ])
        let shown = Self.keys(try await gateway.get("/api/sessions/BAT-001").text)
        #expect(
            shown.prefix(9) == [
                "sessionId", "traineeId", "scenarioId", "personaId", "personaName", "status", "outcome", "transcript",
                "events",
            ])
        let problem = try await gateway.newSession(scenario: "nope").text
        #expect(
            Self.keys(problem) == [
                "type", "title", "status", "code", "detail", "instance", "requestId", "errors",
            ])
    }

    /// The keys of an object, without those of the objects in it.
    private static func keys(_ json: String) -> [String] {
        var depth = 0
        var keys: [String] = []
        for part in json.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if part.offset % 2 == 0 {
                depth += part.element.count { $0 == "{" || $0 == "[" } - part.element.count { $0 == "}" || $0 == "]" }
                if part.element.hasPrefix(":"), depth >= 1, let last = keys.last, last.hasPrefix("?") {
                    keys[keys.count - 1] = String(last.dropFirst())
                } else if let last = keys.last, last.hasPrefix("?") {
                    keys.removeLast()
                }
            } else if depth == 1 {
                keys.append("?" + part.element)
            }
        }
        return keys
    }

    @Test func `while no relay takes new sessions none is created`() async throws {
        let gateway = try await TestGateway(hasRelay: false)
        let answer = try await gateway.newSession()
        #expect(answer.status == 503)
        #expect(answer.code == "no_relay")
        #expect(answer.headers[.retryAfter] == "2")
        #expect(try await gateway.store.session(try Fixtures.id(1)) == nil)
    }

    @Test func `a session stores its token's hash and never the token`() async throws {
        let gateway = try await TestGateway()
        let token = try #require(try await gateway.newSession().json["wsToken"]?.string)
        let record = try #require(try await gateway.store.session(try Fixtures.id(1)))
        #expect(record.tokenHash == SessionToken(text: token).hash)
        #expect(record.tokenHash != token)
    }

    @Test func `an unknown scenario is refused with the known ones`() async throws {
        let answer = try await TestGateway().newSession(scenario: "nope")
        #expect(answer.status == 422)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.code == "invalid_request")
        #expect(answer.text.contains("fmc_resistant, velo_curious"))
    }

    @Test func `every invalid field is named by its pointer`() async throws {
        let answer = try await TestGateway().post(
            "/api/sessions", #"{"traineeId":7,"client":"","metadata":[1]}"#)
        #expect(answer.status == 422)
        guard case .array(let errors)? = answer.json["errors"] else {
            Issue.record("no errors")
            return
        }
        #expect(
            Set(errors.compactMap { $0["pointer"]?.string }) == ["/scenarioId", "/traineeId", "/client", "/metadata"])
    }

    @Test(arguments: [
        ("{", "invalid_json", 400), ("", "invalid_json", 400), ("{\"a\":1e999}", "invalid_json", 400),
        ("{\"a\":NaN}", "invalid_json", 400),
        ("\u{feff}[\u{0}", "invalid_json", 400),
        (String(repeating: "[", count: 100_000), "json_too_deep", 400),
        ("[" + String(repeating: "0,", count: 100_000) + "0]", "json_too_long", 400),
        ("[]", "invalid_request", 422), ("\"x\"", "invalid_request", 422), ("null", "invalid_request", 422),
    ])
    func `a broken body is refused`(_ body: String, _ code: String, _ status: Int) async throws {
        let answer = try await TestGateway().post("/api/sessions", body)
        #expect(answer.status == status)
        #expect(answer.code == code)
    }

    @Test func `a body that is not UTF-8, not JSON, compressed or too large is refused`() async throws {
        let gateway = try await TestGateway()
        let json: HTTPFields = [.contentType: "application/json"]
        let invalid = try await gateway.send(
            .post, "/api/sessions", headers: json, body: ByteBuffer(bytes: [0x22, 0xff, 0x22]))
        #expect(invalid.status == 400)
        let utf16 = #"{"scenarioId":"fmc_resistant","traineeId":"a"}"#.utf16.flatMap { [UInt8($0 & 0xff), 0] }
        let wide = try await gateway.send(.post, "/api/sessions", headers: json, body: ByteBuffer(bytes: utf16))
        #expect(wide.code == "invalid_json")
        let form = try await gateway.post("/api/sessions", "{}", headers: [.contentType: "text/plain"])
        #expect(form.status == 415)
        let packed = try await gateway.post(
            "/api/sessions", "{}", headers: [.contentType: "application/json", .contentEncoding: "gzip"])
        #expect(packed.status == 415)
        let huge = try await gateway.post("/api/sessions", String(repeating: " ", count: (1 << 20) + 1))
        #expect(huge.status == 413)
        #expect(huge.headers[.connection] == "close")
    }

    @Test func `fields that a client must not set are ignored`() async throws {
        let gateway = try await TestGateway()
        let answer = try await gateway.post(
            "/api/sessions",
            #"{"scenarioId":"fmc_resistant","traineeId":"a","status":"ended","score":{"overall":100},"sessionId":"BAT-777"}"#
        )
        #expect(answer.json["sessionId"]?.string == "BAT-001")
        let shown = try await gateway.get("/api/sessions/BAT-001").json
        #expect(shown["status"]?.string == "active")
        #expect(shown["score"] == nil)
    }

    @Test func `odd names are kept as text, and empty, invisible or overlong ones are refused`() async throws {
        let gateway = try await TestGateway()
        let name = "<img src=x onerror=alert(1)>"
        #expect(try await gateway.newSession(trainee: name).status == 201)
        #expect(try await gateway.get("/api/sessions/BAT-001").json["traineeId"]?.string == name)
        for invisible in ["a\\u202eb", "a\\u0000", "", " ", "a\\u200b", String(repeating: "x", count: 65)] {
            let answer = try await gateway.newSession(trainee: invisible)
            #expect(answer.status == 422, "\(invisible)")
        }
    }

    @Test func `metadata may contain operators and dots, but no NUL in its keys`() async throws {
        let gateway = try await TestGateway()
        func create(_ metadata: String) async throws -> Int {
            try await gateway.post(
                "/api/sessions", #"{"scenarioId":"fmc_resistant","traineeId":"a","metadata":\#(metadata)}"#
            ).status
        }
        #expect(try await create(#"{"$set":{"a.b":1},"c":[{"$where":"x"}]}"#) == 201)
        #expect(try await create(#"{"a\u0000b":1}"#) == 422)
    }

    @Test func `the same Idempotency-Key twice creates one session and returns its token again`() async throws {
        let gateway = try await TestGateway()
        let body = #"{"scenarioId":"fmc_resistant","traineeId":"a"}"#
        let first = try await gateway.post("/api/sessions", body, headers: [.idempotencyKey: "k1"])
        let second = try await gateway.post("/api/sessions", body, headers: [.idempotencyKey: "k1"])
        #expect(first.status == 201)
        #expect(second.status == 201)
        #expect(first.json == second.json)
        let other = try await gateway.post(
            "/api/sessions", #"{"scenarioId":"fmc_resistant","traineeId":"b"}"#, headers: [.idempotencyKey: "k1"])
        #expect(other.status == 409)
        #expect(other.code == "idempotency_conflict")
        let another = try await gateway.post("/api/sessions", body, headers: [.idempotencyKey: "k2"])
        #expect(another.json["wsToken"] != first.json["wsToken"])
    }

    @Test func `session creation is limited per minute, and refused requests do not count`() async throws {
        let gateway = try await TestGateway(["RATE_SESSIONS": "2"])
        #expect(try await gateway.newSession(scenario: "nope").status == 422)
        #expect(try await gateway.newSession().status == 201)
        #expect(try await gateway.newSession().status == 201)
        let refused = try await gateway.newSession()
        #expect(refused.status == 429)
        #expect(refused.code == "too_many_sessions")
        #expect(try #require(refused.headers[.retryAfter].flatMap { Int($0) }) > 0)
    }

    @Test func `session creation answers 503 with Retry-After while the database is unavailable`() async throws {
        let gateway = try await TestGateway()
        await gateway.store.setOutage(true)
        let answer = try await gateway.newSession()
        #expect(answer.status == 503)
        #expect(answer.code == "storage_unavailable")
        #expect(answer.headers[.retryAfter] == "5")
        #expect(!answer.text.lowercased().contains("mongo"))
    }

    @Test func `the address is under PUBLIC_URL rather than under the request's host`() async throws {
        let gateway = try await TestGateway(["PUBLIC_URL": "https://trainer.example/vr/"])
        let answer = try await gateway.newSession()
        #expect(
            answer.json["wsUrl"]?.string?.hasPrefix("wss://trainer.example/vr/ws/sessions/BAT-001?token=") == true)
    }
}

@Suite struct `looking at sessions` {
    static let keys = [
        "API_KEYS": "unity:client:key-of-the-unity-client,web:client:key-of-the-web-client,"
            + "boss:viewer:key-of-the-viewer-here,coach:trainer:key-of-the-trainer-here,root:admin:key-of-the-admin-here"
    ]
    static let unity = "key-of-the-unity-client"
    static let web = "key-of-the-web-client"
    static let viewer = "key-of-the-viewer-here"
    static let trainer = "key-of-the-trainer-here"
    static let admin = "key-of-the-admin-here"

    @Test func `a session is shown as specified, without secrets and prompts`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(1))
        let answer = try await gateway.get("/api/sessions/BAT-001")
        #expect(answer.status == 200)
        for key in [
            "sessionId", "traineeId", "scenarioId", "personaId", "personaName", "status", "outcome", "transcript",
            "events", "moodHistory", "finalAttitude", "score", "supervisorLogs", "endTrigger", "durationMs", "client",
            "metadata", "exports", "dataFilesWritten", "createdAt", "updatedAt",
        ] {
            #expect(answer.json[key] != nil, "\(key)")
        }
        #expect(answer.json["outcome"]?.string == "converted")
        #expect(answer.json["moodHistory"] == [4])
        #expect(!answer.text.contains("SECRET"))
        #expect(!answer.text.contains("tokenHash"))
        #expect(!answer.text.contains("idempotency"))
    }

    @Test func `reading a session needs a key, and other clients' sessions are hidden`() async throws {
        let gateway = try await TestGateway(Self.keys)
        #expect(try await gateway.newSession(key: Self.unity).status == 201)
        for path in ["", "/report", "/data"] {
            let uri = "/api/sessions/BAT-001\(path)"
            #expect(try await gateway.get(uri).status == 401)
            #expect(try await gateway.get(uri, key: "wrong").status == 401)
            let foreign = try await gateway.get(uri, key: Self.web)
            #expect(foreign.status == 404)
            let missing = try await gateway.get("/api/sessions/BAT-999\(path)", key: Self.web)
            #expect(missing.status == 404)
            #expect(foreign.code == missing.code)
        }
        #expect(try await gateway.post("/api/sessions/BAT-001/events", "[]", key: Self.web).status == 404)
        #expect(try await gateway.get("/api/sessions/BAT-001", key: Self.unity).status == 200)
        #expect(try await gateway.get("/api/sessions/BAT-001", key: Self.viewer).status == 200)
        #expect(
            try await gateway.send(.get, "/api/sessions/BAT-001", headers: [.apiKey: Self.admin]).status == 200)
    }

    @Test func `each role has its permissions and no more`() async throws {
        let gateway = try await TestGateway(Self.keys)
        #expect(try await gateway.newSession(key: Self.viewer).status == 403)
        #expect(try await gateway.newSession(key: Self.unity).status == 201)
        #expect(try await gateway.post("/api/sessions/BAT-001/export", "", key: Self.unity).status == 403)
        #expect(try await gateway.post("/api/sessions/BAT-001/export", "", key: Self.viewer).status == 403)
        #expect(try await gateway.post("/api/sessions/BAT-001/export", "", key: Self.admin).status == 409)
        #expect(try await gateway.get("/metrics", key: Self.unity).status == 403)
        #expect(try await gateway.get("/metrics", key: Self.viewer).status == 200)
    }

    @Test func `lists and statistics are limited to the client's own sessions`() async throws {
        let gateway = try await TestGateway(Self.keys)
        try await gateway.newSession(trainee: "a", key: Self.unity)
        try await gateway.newSession(trainee: "b", key: Self.web)
        func count(_ uri: String, _ key: String) async throws -> Int {
            guard case .array(let items)? = try await gateway.get(uri, key: key).json["items"] else { return -1 }
            return items.count
        }
        #expect(try await count("/api/sessions", Self.unity) == 1)
        #expect(try await count("/api/dashboard", Self.unity) == 1)
        #expect(try await count("/api/sessions", Self.viewer) == 2)
        let stats = try await gateway.get("/api/dashboard/stats", key: Self.unity).json
        #expect(stats["totalSessions"] == 1)
    }

    @Test func `sessions are listed newest first, page by page`() async throws {
        let gateway = try await TestGateway()
        for name in ["a", "b", "c"] { try await gateway.newSession(trainee: name) }
        let first = try await gateway.get("/api/sessions?limit=2").json
        guard case .array(let items)? = first["items"], let cursor = first["nextCursor"]?.string else {
            Issue.record("no first page")
            return
        }
        #expect(items.compactMap { $0["traineeId"]?.string } == ["c", "b"])
        let second = try await gateway.get("/api/sessions?limit=2&cursor=\(cursor)").json
        guard case .array(let rest)? = second["items"] else {
            Issue.record("no second page")
            return
        }
        #expect(rest.compactMap { $0["traineeId"]?.string } == ["a"])
        #expect(second["nextCursor"] == nil)
    }

    @Test(arguments: [
        "traineeId[$gt]=", "traineeId%5B%24ne%5D=x", "$where=1", "limit=0", "limit=201", "limit=x", "outcome=won",
        "status=x", "from=yesterday", "cursor=!!", "limit=1&limit=2", "traineeId=%ff",
    ])
    func `an unknown or invalid query is refused`(_ query: String) async throws {
        #expect(try await TestGateway().get("/api/sessions?\(query)").status == 400)
    }

    @Test func `sessions are filtered by the specified fields`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession(trainee: "a")
        try await gateway.newSession(trainee: "b", scenario: "velo_curious")
        try await gateway.endAndScore(try Fixtures.id(2), outcome: .rejected)
        func ids(_ query: String) async throws -> [String] {
            guard case .array(let items)? = try await gateway.get("/api/sessions?\(query)").json["items"] else {
                return []
            }
            return items.compactMap { $0["sessionId"]?.string }
        }
        #expect(try await ids("traineeId=a") == ["BAT-001"])
        #expect(try await ids("personaId=velo_user") == ["BAT-002"])
        #expect(try await ids("outcome=rejected&status=ended") == ["BAT-002"])
        #expect(try await ids("from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00%2B01:00") == [])
        #expect(try await ids("from=2020-01-01") == ["BAT-002", "BAT-001"])
        #expect(try await ids("traineeId=") == ["BAT-002", "BAT-001"])
    }

    @Test(arguments: ["..%2f..%2fetc%2fpasswd", "BAT-001%00", "bat-001", "BAT-1", "%ff", "BAT-001.json"])
    func `only a valid session id is accepted`(_ id: String) async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        #expect(try await gateway.get("/api/sessions/\(id)").status == 404)
        #expect(try await gateway.get("/api/sessions/\(id)/report").status == 404)
    }

    @Test func `scoring can be repeated if it has failed, and not otherwise`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        let id = try Fixtures.id(1)
        let path = "/api/sessions/BAT-001/score"
        #expect(try await gateway.send(.post, path).code == "session_not_ended")
        _ = try await gateway.store.end(
            id, with: .init(endTrigger: "end_session", outcome: .rejected, endedAt: Date(), durationMs: 1, facts: []))
        #expect(try await gateway.send(.post, path).code == "nothing_failed")
        _ = try await gateway.store.lease(.scoring, of: id, for: "s", until: Date() + 60, now: Date())
        try await gateway.store.failJob(.scoring, of: id, owner: "s", error: "model_refused", retryAt: nil)
        let answer = try await gateway.send(.post, path)
        #expect(answer.status == 202)
        #expect(answer.json["pipeline"]?["scoring"]?["state"] == "pending")
        #expect(try await gateway.send(.post, "/api/sessions/BAT-404/score").status == 404)
    }
}
