import Bootstrap
import Domain
import Foundation
import HTTPTypes
import Storage
import Synchronization
import TestSupport
import Testing

@testable import GatewayService

@Suite(.timeLimit(.minutes(1))) struct `the head of a request` {
    private static let upgrade =
        "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    @Test func `a request without a host, with two or with a malformed one is refused`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = "/ws/sessions/\(id)?token=\(token)"
            for hosts in ["", "Host: localhost\r\nHost: localhost\r\n", "Host: local host\r\n", "Host: a/b\r\n"] {
                for head in ["GET /healthz HTTP/1.1\r\n", "GET \(socket) HTTP/1.1\r\n\(Self.upgrade)"] {
                    let answer = try await live.raw("\(head)\(hosts)\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 400"), "\(head) with \(hosts.debugDescription)")
                    #expect(answer.contains("application/problem+json"))
                }
            }
        }
    }

    @Test func `an upgrade is refused in HTTP 1.0, which may ask for health without a host`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let refused = try await live.raw(
                "GET /ws/sessions/\(id)?token=\(token) HTTP/1.0\r\nHost: localhost\r\n\(Self.upgrade)\r\n")
            #expect(refused.hasPrefix("HTTP/1.1 400") || refused.hasPrefix("HTTP/1.0 400"))
            let health = try await live.raw("GET /healthz HTTP/1.0\r\n\r\n")
            #expect(health.contains(" 200 "))
            let upgraded = try await live.raw("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            #expect(upgraded.contains(" 200 "))
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `clients without a credential` {
    @Test func `an unknown session and a foreign token look alike`() async throws {
        try await withLiveGateway { live in
            let (id, _) = try await live.newSession()
            let (_, foreign) = try await live.newSession()
            for token in ["wrong", foreign] {
                let known = try await Self.answer(live, "/ws/sessions/\(id)?token=\(token)")
                let unknown = try await Self.answer(live, "/ws/sessions/BAT-999?token=\(token)")
                #expect(known.contains("404") && known.contains("session_not_found"))
                #expect(known.replacing(id, with: "BAT-999") == unknown)
            }
        }
    }

    /// The status line and the problem, without what differs between any two requests.
    private static func answer(_ live: LiveGateway, _ target: String) async throws -> String {
        let text = try await live.raw(
            "GET \(target) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                + "X-Request-Id: r\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        return text.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("date:") }.joined(separator: "\n")
    }

    @Test func `handshakes with made-up tokens stop asking the relays`() async throws {
        let asked = Mutex(0)
        try await withLiveGateway(lives: { _, _ in
            asked.withLock { $0 += 1 }
            return false
        }) { live in
            var statuses: [Int] = []
            for number in 0..<200 {
                statuses.append(await TestSocket.refusal(live, "/ws/sessions/BAT-999?token=made-up-\(number)") ?? -1)
            }
            #expect(Set(statuses) == [404, 429])
            #expect(asked.withLock { $0 } < 100)
        }
    }

    @Test func `a client that was let in before comes back while others behind its address guess`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let (other, unused) = try await live.newSession()
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(id)?token=\(token)") == nil)
            for number in 0..<70 { _ = await TestSocket.refusal(live, "/ws/sessions/\(id)?token=made-up-\(number)") }
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(other)?token=\(unused)") == 429)
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(id)?token=\(token)") == nil)
        }
    }

    @Test func `concurrent readiness requests share one check`() async throws {
        let gateway = try await TestGateway()
        let checks = Mutex(0)
        gateway.parts.context.readiness.add("counted") {
            checks.withLock { $0 += 1 }
            return nil
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await gateway.get("/readyz").status } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(checks.withLock { $0 } < 5)
        gateway.parts.context.readiness.stop()
        #expect(try await gateway.get("/readyz").status == 503)
    }
}

@Suite struct `guessing keys` {
    @Test func `a right guess is refused too while wrong ones are limited`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        for number in 0..<25 { _ = try await gateway.get("/api/sessions", key: "guess-\(number)") }
        let right = try await gateway.get("/api/sessions", key: `looking at sessions`.unity)
        #expect(right.status == 429)
        #expect(right.code == "too_many_failures")
        #expect(right.headers[.retryAfter] != nil)
        let signIn = try await gateway.post("/api/login", #"{"key":"\#(`looking at sessions`.viewer)"}"#)
        #expect(signIn.status == 429)
    }

    @Test func `a key that was right before the guesses keeps working`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        #expect(try await gateway.get("/api/sessions", key: `looking at sessions`.unity).status == 200)
        for number in 0..<25 { _ = try await gateway.get("/api/sessions", key: "guess-\(number)") }
        #expect(try await gateway.get("/api/sessions", key: `looking at sessions`.unity).status == 200)
        #expect(try await gateway.get("/api/sessions", key: `looking at sessions`.web).status == 429)
    }
}
