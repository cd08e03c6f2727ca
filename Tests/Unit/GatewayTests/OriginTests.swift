import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `the same origin in other words` {
    private let policy = OriginPolicy(
        allowed: ["https://a.example:443", "http://[2001:DB8:0::1]", "https://b.example/"],
        publicURL: URL(string: "https://Trainer.example:443/x"), loopbackOnly: false)

    @Test(arguments: [
        ("https://box.example", "box.example:443"), ("https://box.example:443", "BOX.example"),
        ("http://box.example", "box.example:80"), ("http://Box.Example:80", "box.example"),
        ("http://[::1]:3001", "[0:0:0:0:0:0:0:1]:3001"), ("http://[::1]", "[::1]:80"),
        ("http://localhost", "localhost.:80"), ("https://A.example", "other"), ("https://b.example", "other"),
        ("http://[2001:db8::1]:80", "other"), ("https://trainer.example", "10.0.0.7:3001"),
    ])
    func `default ports, letter case and spellings of an address make no difference`(
        _ origin: String, _ authority: String
    ) {
        #expect(policy.allows(origin: origin, authority: authority), "\(origin) at \(authority)")
    }

    @Test(arguments: [
        ("https://box.example", "box.example:80"), ("http://box.example", "box.example:443"),
        ("https://box.example:8443", "box.example"), ("https://box.example", "box.example.evil"),
        ("https://box.example@evil.example", "box.example"), ("https://a.example:8443", "other"),
        ("http://a.example", "other"), ("ftp://box.example", "box.example"), ("null", "null"), ("", ""),
        ("https://box.example:99999", "box.example:99999"), ("http://[::2]", "[::1]"),
    ])
    func `another scheme, port or host is another origin`(_ origin: String, _ authority: String) {
        #expect(!policy.allows(origin: origin, authority: authority), "\(origin) at \(authority)")
    }

    @Test func `without keys every spelling of a local name is answered, and no other`() {
        let local = OriginPolicy(
            allowed: [], publicURL: URL(string: "https://Trainer.example:443"), loopbackOnly: true)
        for name in ["LOCALHOST:80", "localhost.", "[0:0:0:0:0:0:0:1]:3001", "trainer.EXAMPLE:443"] {
            #expect(local.answers(to: name), "\(name)")
        }
        for name in ["localhost.evil", "[::2]", "127.0.0.1@evil", "127.1.evil.example:80", "local host"] {
            #expect(!local.answers(to: name), "\(name)")
        }
    }
}

@Suite struct `a gateway without keys whose CORS_ORIGIN is a wildcard` {
    private let evil: HTTPFields = [.origin: "https://evil.example"]
    private let body = #"{"scenarioId":"fmc_resistant","traineeId":"p"}"#

    @Test func `a foreign page creates sessions and sees only these`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "*"])
        try await gateway.newSession(trainee: "local")
        #expect(try await gateway.post("/api/sessions", body, headers: evil).status == 201)
        #expect(try await gateway.get("/api/sessions/BAT-002", headers: evil).status == 200)
        #expect(try await gateway.get("/api/sessions/BAT-001", headers: evil).status == 404)
        let list = try await gateway.get("/api/sessions", headers: evil)
        #expect(list.text.contains("BAT-002") && !list.text.contains("BAT-001"))
        let other: HTTPFields = [.origin: "https://other.example"]
        #expect(try await gateway.get("/api/sessions/BAT-002", headers: other).status == 404)
    }

    @Test func `a foreign page is never an admin`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "*"])
        #expect(try await gateway.get("/api/login", headers: evil).json["role"]?.string == "client")
        #expect(try await gateway.post("/api/login", "{}", headers: evil).json["role"]?.string == "client")
        #expect(try await gateway.get("/metrics", headers: evil).status == 403)
        #expect(try await gateway.post("/api/sessions", body, headers: evil).status == 201)
        for path in ["export", "score"] {
            #expect(try await gateway.post("/api/sessions/BAT-001/\(path)", "", headers: evil).status == 403)
        }
        #expect(!(try await gateway.get("/api/personas", headers: evil).text.contains("SECRET")))
        #expect(try await gateway.get("/metrics", headers: [.origin: "null"]).status == 403)
    }

    @Test func `the dashboard's own page and clients without an origin stay admins`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "*"])
        for headers: HTTPFields in [[:], [.origin: "http://localhost"], [.origin: "http://LOCALHOST:80"]] {
            #expect(try await gateway.get("/api/login", headers: headers).json["role"]?.string == "admin")
            #expect(try await gateway.get("/metrics", headers: headers).status == 200)
        }
        let listed = try await TestGateway(["CORS_ORIGIN": "https://trainer.example"])
        let page: HTTPFields = [.origin: "https://trainer.example"]
        #expect(try await listed.get("/api/login", headers: page).json["role"]?.string == "client")
    }
}

@Suite struct `the dashboard's content policy` {
    @Test func `the page may connect to its own origin only`() async throws {
        let gateway = try await TestGateway()
        let policy = try #require(try await gateway.get("/").headers[.contentSecurityPolicy])
        let directive = try #require(policy.split(separator: ";").first { $0.contains("connect-src") })
        let sources = directive.split(separator: " ").dropFirst()
        #expect(Set(sources).isSubset(of: ["'self'", "ws://localhost"]))
        #expect(sources.contains("'self'"))
    }
}
