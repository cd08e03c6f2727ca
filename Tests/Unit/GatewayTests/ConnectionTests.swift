import Foundation
import TestSupport
import Testing

@testable import GatewayService

@Suite(.timeLimit(.minutes(1))) struct `an HTTP connection` {
    static let next = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(arguments: [
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA\u{0}b: x\r\n\r\n",
        "GET /healthz HTTP/1.1\nHost: localhost\n\n",
        "nonsense\r\n\r\n",
    ])
    func `an ambiguous or malformed request gets 400 and closes the connection`(_ request: String) async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let answer = try await live.raw(request + Self.next)
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(request.debugDescription)")
            #expect(!answer.contains(#""status":"ok""#))
        }
    }

    @Test func `an oversized head or body is refused`() async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let declared = try await live.raw(
                "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1099511627776\r\n\r\n{")
            #expect(declared.hasPrefix("HTTP/1.1 413"))
            #expect(declared.contains("body_too_large"))
            let expecting = try await live.raw(
                "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 104857600\r\n\r\n")
            #expect(expecting.hasPrefix("HTTP/1.1 413"))
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            let chunked = try await live.raw(
                "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 160))
            #expect(chunked.hasPrefix("HTTP/1.1 413"))
            let fields = try await live.raw(
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: \(String(repeating: "a", count: 65_536))\r\n\r\n")
            #expect(fields.hasPrefix("HTTP/1.1 431"))
            let line = try await live.raw(
                "GET /\(String(repeating: "a", count: 2 << 20)) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(line.hasPrefix("HTTP/1.1 431"))
            let path = try await live.raw(
                "GET /\(String(repeating: "a", count: 3000)) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(path.hasPrefix("HTTP/1.1 414"))
        }
    }

    @Test func `a client that expects 100 Continue gets it`() async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let body = #"{"scenarioId":"fmc_resistant","traineeId":"a"}"#
            let answer = try await live.raw(
                "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201"))
        }
    }

    @Test func `without keys a request is answered only under a local host name`() async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let evil = try await live.raw(
                "GET /api/sessions HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            #expect(evil.hasPrefix("HTTP/1.1 421"))
        }
        try await withLiveGateway(`looking at sessions`.keys.merging(["HOST": "127.0.0.1"]) { $1 }, withoutRelay: true)
        { live in
            let body = #"{"scenarioId":"fmc_resistant","traineeId":"a"}"#
            let answer = try await live.raw(
                "POST /api/sessions HTTP/1.1\r\nHost: evil.example\r\nX-API-Key: \(`looking at sessions`.unity)\r\n"
                    + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            #expect(answer.hasPrefix("HTTP/1.1 201"))
            // The caller chose that name itself, and no cache may show the answer to another.
            #expect(answer.contains("ws://evil.example/ws/sessions/BAT-001"))
            #expect(answer.lowercased().contains("cache-control: no-store"))
        }
    }

    @Test func `pipelined requests are answered in order, even with an unsupported upgrade`() async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let answer = try await live.raw(
                Self.next + Self.next
                    + "GET /api/nothing HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n")
            #expect(
                answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) } == ["200", "200", "404"])
        }
    }
}
