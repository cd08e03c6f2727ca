import Domain
import Foundation
import HTTPTypes
import NIOCore
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `scenarios and personas` {
    @Test func `clients see personas and scenarios without prompts and rubric`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let personas = try await gateway.get("/api/personas", key: `looking at sessions`.unity)
        #expect(personas.status == 200)
        guard case .array(let items)? = personas.json["items"] else {
            Issue.record("no items")
            return
        }
        #expect(Set(items.compactMap { $0["id"]?.string }) == ["fmc_smoker", "velo_user"])
        #expect(!personas.text.contains("SECRET"))
        #expect(!personas.text.contains("rubric"))
        let full = try await gateway.get("/api/personas", key: `looking at sessions`.viewer)
        #expect(full.text.contains("SECRET-REALTIME"))
        let scenarios = try await gateway.get("/api/scenarios?personaId=velo_user", key: `looking at sessions`.viewer)
        guard case .array(let list)? = scenarios.json["items"] else {
            Issue.record("no items")
            return
        }
        #expect(list.compactMap { $0["id"]?.string } == ["velo_curious"])
        #expect(list.first?["persona"]?["name"]?.string == "Eleni")
        #expect(!scenarios.text.contains("SECRET"))
    }
}

@Suite struct `the dashboard's numbers` {
    @Test func `the dashboard's numbers follow the filters of the list`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession(trainee: "a")
        try await gateway.newSession(trainee: "b")
        try await gateway.endAndScore(try Fixtures.id(1))
        let overview = try await gateway.get("/api/dashboard").json
        #expect(overview["stats"]?["totalSessions"] == 2)
        #expect(overview["stats"]?["averageScore"]?.number == 75)
        #expect(overview["stats"]?["conversionRate"]?.number == 1)
        let stats = try await gateway.get("/api/dashboard/stats?traineeId=b").json
        #expect(stats["totalSessions"] == 1)
        #expect(stats["conversionRate"] == nil)
    }
}

@Suite struct `health` {
    @Test func `a running process reports itself alive even without its dependencies`() async throws {
        let gateway = try await TestGateway(["SIMULATED": "1"])
        gateway.parts.addReadinessChecks()
        await gateway.store.setOutage(true)
        let alive = try await gateway.get("/healthz")
        #expect(alive.status == 200)
        #expect(alive.json["simulated"] == true)
        let ready = try await gateway.get("/readyz")
        #expect(ready.status == 503)
        #expect(ready.json["checks"]?["relay"]?.string == "no relay is connected")
        #expect(ready.json["checks"]?["database"]?.string != "ok")
        #expect(try await gateway.get("/metrics").text.contains("process_cpu_seconds_total"))
    }
}

@Suite struct `signing in` {
    @Test func `signing in exchanges a key for a cookie that scripts cannot read`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        #expect(try await gateway.get("/api/login").status == 401)
        #expect(try await gateway.post("/api/login", #"{"key":"wrong"}"#).status == 401)
        let answer = try await gateway.post("/api/login", #"{"key":"\#(`looking at sessions`.viewer)"}"#)
        #expect(answer.status == 200)
        let cookie = try #require(answer.headers[.setCookie])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        #expect(!cookie.contains(`looking at sessions`.viewer))
        let value = String(cookie.prefix { $0 != ";" })
        let who = try await gateway.get("/api/login", headers: [.cookie: "a=b; \(value)"])
        #expect(who.json["role"]?.string == "viewer")
        #expect(try await gateway.get("/api/sessions", headers: [.cookie: value]).status == 200)
        let forged = value.replacingOccurrences(of: "bat_login=", with: "bat_login=A")
        #expect(try await gateway.get("/api/sessions", headers: [.cookie: forged]).status == 401)
        let out = try await gateway.send(.delete, "/api/login")
        #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
    }

    @Test func `a login expires, and ends when its key changes`() throws {
        let secret = SessionSecret("a secret of at least thirty-two characters")
        let then = Date(timeIntervalSince1970: 1_700_000_000)
        let keys = "boss:viewer:0123456789abcdef"
        func cookie(_ keys: String, after seconds: Double = 0, _ secret: SessionSecret = secret) throws -> LoginCookie {
            LoginCookie(
                secret: secret, keys: try #require(APIKeys(keys)), now: { then.addingTimeInterval(seconds) })
        }
        let boss = Principal(name: "boss", role: .viewer)
        let field = try cookie(keys).set(for: boss, secure: true)
        #expect(field.contains("; Secure"))
        let value = String(field.prefix { $0 != ";" })
        #expect(try cookie(keys, after: 60).principal(inCookieField: value) == boss)
        #expect(try cookie(keys, after: LoginCookie.lifetime + 1).principal(inCookieField: value) == nil)
        let other = SessionSecret("another secret of thirty-two characters")
        #expect(try cookie(keys, after: 60, other).principal(inCookieField: value) == nil)
        for changed in ["boss:admin:0123456789abcdef", "boss:viewer:another-secret-1", "chef:viewer:0123456789abcdef"] {
            #expect(try cookie(changed).principal(inCookieField: value) == nil, "\(changed)")
        }
    }

    @Test func `a page on another port of this host cannot use the cookie`() async throws {
        let gateway = try await TestGateway(
            `looking at sessions`.keys.merging(["CORS_ORIGIN": "*"]) { $1 })
        let answer = try await gateway.post("/api/login", #"{"key":"\#(`looking at sessions`.admin)"}"#)
        let value = String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" })
        #expect(try await gateway.get("/api/sessions", headers: [.cookie: value]).status == 200)
        let foreign = try await gateway.get(
            "/api/sessions", headers: [.cookie: value, .origin: "http://127.0.0.1:8081"])
        #expect(foreign.status == 401)
    }

    @Test func `guessing keys is rate limited`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        var statuses: Set<Int> = []
        for number in 0..<25 { statuses.insert(try await gateway.get("/api/sessions", key: "guess-\(number)").status) }
        #expect(statuses == [401, 429])
    }
}

@Suite struct `pages of other origins` {
    @Test func `a page of another origin can neither change nor read anything unless allowed`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "https://trainer.example"])
        let evil: HTTPFields = [.origin: "https://evil.example"]
        let body = #"{"scenarioId":"fmc_resistant","traineeId":"a"}"#
        let refused = try await gateway.post("/api/sessions", body, headers: evil)
        #expect(refused.status == 403)
        #expect(try await gateway.send(.post, "/api/sessions/BAT-001/export", headers: evil).status == 403)
        let read = try await gateway.get("/api/sessions", headers: evil)
        #expect(read.headers[.accessControlAllowOrigin] == nil)
        #expect(read.headers[.vary] == "Origin")
        let allowed = try await gateway.post("/api/sessions", body, headers: [.origin: "https://trainer.example"])
        #expect(allowed.status == 201)
        #expect(allowed.headers[.accessControlAllowOrigin] == "https://trainer.example")
        #expect(try await gateway.post("/api/sessions", body, headers: [.origin: "http://localhost"]).status == 201)
        #expect(try await gateway.get("/api/sessions").headers[.vary] == "Origin")
    }

    @Test func `an allowed origin gets an answer to its preflight`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "https://trainer.example"])
        func preflight(_ origin: String) async throws -> TestGateway.Answer {
            try await gateway.send(
                .options, "/api/sessions",
                headers: [.origin: origin, .accessControlRequestMethod: "POST"])
        }
        let allowed = try await preflight("https://trainer.example")
        #expect(allowed.status == 204)
        #expect(allowed.headers[.accessControlAllowHeaders]?.contains("Idempotency-Key") == true)
        #expect(try await preflight("https://evil.example").status == 403)
    }

    @Test func `with a wildcard any origin may use the API without credentials`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "*"])
        let answer = try await gateway.get("/api/sessions", headers: [.origin: "https://any.example"])
        #expect(answer.headers[.accessControlAllowOrigin] == "*")
        #expect(answer.headers[.accessControlAllowCredentials] == nil)
    }
}

@Suite struct `every answer` {
    @Test func `every answer carries a request id and security headers`() async throws {
        let gateway = try await TestGateway()
        let answer = try await gateway.get("/api/nothing", headers: [.requestId: "abc-1"])
        #expect(answer.status == 404)
        #expect(answer.code == "not_found")
        #expect(answer.json["requestId"]?.string == "abc-1")
        #expect(answer.headers[.requestId] == "abc-1")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'self'") == true)
        let odd = try await gateway.get("/healthz", headers: [.requestId: "a b\u{1b}[31m"])
        #expect(odd.headers[.requestId]?.utf8.count == 36)
    }

    @Test func `an answer to a wrong method lists the allowed methods`() async throws {
        let gateway = try await TestGateway()
        let answer = try await gateway.send(.delete, "/api/sessions")
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "GET, HEAD, OPTIONS, POST")
        #expect(answer.code == "method_not_allowed")
        #expect(try await gateway.send(.put, "/healthz").status == 405)
        #expect(try await gateway.send(.options, "/api/sessions").headers[.allow] == "GET, HEAD, OPTIONS, POST")
        let head = try await gateway.send(.head, "/healthz")
        #expect(head.status == 200)
        #expect(head.body.readableBytes == 0)
        #expect(try await gateway.get("/ws/sessions/BAT-001").status == 426)
    }
}
