import Foundation
import Testing

@testable import GatewayService

@Suite struct `API keys` {
    @Test func `keys change while the gateway runs, but never to none`() throws {
        let keys = try #require(APIKeys("unity:client:0123456789abcdef"))
        let others = try #require(APIKeys("unity:client:fedcba9876543210"))
        #expect(keys.take(others) && !keys.take(others))
        #expect(keys.principal(holding: "fedcba9876543210")?.name == "unity")
        #expect(keys.principal(holding: "0123456789abcdef") == nil)
        #expect(!keys.take(.none) && !keys.isEmpty)
        #expect(!APIKeys.none.take(others) && APIKeys.none.isEmpty, "it listens only on loopback")
    }

    @Test(arguments: ["a:client", "a:boss:s", "a:client:", ":client:s", "a b:client:s", "a:client:x,a:viewer:y"])
    func `malformed keys are refused`(_ text: String) {
        #expect(APIKeys(text) == nil)
    }

    @Test func `a key is found by its whole secret, colons included`() throws {
        let keys = try #require(APIKeys("a:client:one:two, b:admin:0123456789abcdef"))
        #expect(keys.principal(holding: "one:two") == Principal(name: "a", role: .client))
        #expect(keys.principal(holding: "one") == nil)
        #expect(keys.principal(holding: "") == nil)
        #expect(keys.weak == ["a"])
    }
}

@Suite struct `a token bucket` {
    @Test func `a token bucket allows a burst, and then only the refill rate`() {
        let start = ContinuousClock().now
        var bucket = TokenBucket(capacity: 10, perSecond: 5, now: start)
        #expect(bucket.take(10, now: start) == nil)
        #expect(bucket.take(1, now: start) == .milliseconds(200))
        #expect(bucket.take(5, now: start + .seconds(1)) == nil)
        #expect(bucket.take(11, now: start + .seconds(60)) != nil)
        #expect(bucket.isFull(now: start + .seconds(60)))
    }
}

@Suite struct `the pace of messages` {
    @Test func `fifty messages pass at once, and a thousand take almost two seconds`() {
        let start = ContinuousClock().now
        var pace = MessagePace(now: start)
        for _ in 0..<50 { #expect(pace.count(now: start) == nil) }
        var now = start
        for _ in 0..<950 {
            guard let wait = pace.count(now: now) else { continue }
            #expect(wait > .zero)
            now += wait
        }
        #expect(abs((now - start - .milliseconds(1_900)).inSeconds) < 0.01)
    }

    @Test func `messages that come before their time are a debt, which time pays off`() {
        let start = ContinuousClock().now
        var pace = MessagePace(now: start)
        var longest = Duration.zero
        for _ in 0..<550 { longest = max(longest, pace.count(now: start) ?? .zero) }
        #expect(longest == .seconds(1))
        #expect(pace.count(now: start + .seconds(2)) == nil)
        // A clock that went back pays nothing.
        #expect(pace.count(now: start) == nil)
    }
}

@Suite struct `origins` {
    let policy = OriginPolicy(
        allowed: ["https://a.example"], publicURL: URL(string: "https://trainer.example:8443/x"), loopbackOnly: true)

    @Test func `origins are compared as a whole`() {
        #expect(policy.allows(origin: nil, authority: nil))
        #expect(policy.allows(origin: "https://A.example", authority: "localhost"))
        #expect(policy.allows(origin: "https://trainer.example:8443", authority: "10.0.0.1"))
        #expect(policy.allows(origin: "http://localhost:3001", authority: "localhost:3001"))
        for origin in [
            "https://a.example.evil", "http://a.example", "null", "https://trainer.example", "http://localhost",
        ] {
            #expect(!policy.allows(origin: origin, authority: "localhost:3001"), "\(origin)")
        }
    }

    @Test func `without keys only local names and the public one are accepted`() {
        for name in [
            "localhost", "localhost:3001", "127.0.0.1:3001", "127.9.9.9", "[::1]:3001", "trainer.example", nil,
        ] {
            #expect(policy.answers(to: name), "\(name ?? "")")
        }
        for name in ["evil.example", "127.0.0.1.evil.example", "127.0.0.999", "10.0.0.1"] {
            #expect(!policy.answers(to: name), "\(name)")
        }
    }
}

@Suite struct `the session secret` {
    @Test func `the session secret is created once and readable only by its owner`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gw-\(UInt32.random(in: 0 ... .max))/d")
            .path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try SessionSecret.kept(in: folder)
        let second = try SessionSecret.kept(in: folder)
        #expect(first.code(for: "login", "x") == second.code(for: "login", "x"))
        #expect(first.code(for: "login", "x") != first.code(for: "ws-token", "x"))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files == [".session-secret"])
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/.session-secret")[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }
}

@Suite struct `the configuration` {
    @Test func `without keys the gateway listens only on loopback`() async throws {
        await #expect(throws: (any Error).self) { try await TestGateway(["HOST": "0.0.0.0"]) }
        await #expect(throws: (any Error).self) { try await TestGateway(["API_KEYS": "broken"]) }
        let local = try await TestGateway()
        #expect(local.parts.configuration.host == "127.0.0.1")
        let open = try await TestGateway(`looking at sessions`.keys)
        #expect(open.parts.configuration.host == "0.0.0.0")
    }
}
