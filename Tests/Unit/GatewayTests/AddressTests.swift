import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import GatewayService

@Suite(.timeLimit(.minutes(1))) struct `the address that a client is given` {
    private static let keys = `looking at sessions`.keys.merging(["HOST": "127.0.0.1"]) { $1 }

    /// The `wsUrl` of a new session, up to its token.
    private static func address(_ live: LiveGateway, _ fields: String) async throws -> String {
        let body = #"{"scenarioId":"fmc_resistant","traineeId":"t\#(UInt32.random(in: 0 ... .max))"}"#
        let answer = try await live.raw(
            "POST /api/sessions HTTP/1.1\r\n\(fields)X-API-Key: \(`looking at sessions`.unity)\r\n"
                + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        #expect(answer.lowercased().contains("cache-control: no-store"))
        let json = try JSONDecoder().decode(
            JSONValue.self, from: Data((answer.components(separatedBy: "\r\n\r\n").last ?? "").utf8))
        return String((json["wsUrl"]?.string ?? answer).prefix { $0 != "?" })
    }

    @Test func `without PUBLIC_URL the request's host names the address`() async throws {
        try await withLiveGateway(Self.keys, withoutRelay: true) { live in
            let hosts = [
                ("192.168.1.10:3001", "ws://192.168.1.10:3001"), ("trainer.example", "ws://trainer.example"),
                ("bat_gateway:80", "ws://bat_gateway:80"), ("[2001:db8::1]:3001", "ws://[2001:db8::1]:3001"),
            ]
            for (host, address) in hosts {
                let given = try await Self.address(live, "Host: \(host)\r\n")
                #expect(given.hasPrefix("\(address)/ws/sessions/BAT-"), "\(given)")
            }
        }
    }

    @Test func `forwarded fields count only from a trusted proxy`() async throws {
        let fields =
            "Host: gateway:3001\r\nX-Forwarded-Host: trainer.example\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-For: 203.0.113.7\r\n"
        try await withLiveGateway(Self.keys, withoutRelay: true) { live in
            let given = try await Self.address(live, fields)
            #expect(given.hasPrefix("ws://gateway:3001/ws/sessions/"), "\(given)")
        }
        let trusted = Self.keys.merging(["TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1"]) { $1 }
        try await withLiveGateway(trusted, withoutRelay: true) { live in
            let given = try await Self.address(live, fields)
            #expect(given.hasPrefix("wss://trainer.example/ws/sessions/"), "\(given)")
            let broken = try await Self.address(live, "Host: gateway:3001\r\nX-Forwarded-Host: a b\r\n")
            #expect(broken.hasPrefix("ws://gateway:3001/ws/sessions/"), "\(broken)")
        }
        let named = trusted.merging(["PUBLIC_URL": "https://vr.example/x"]) { $1 }
        try await withLiveGateway(named, withoutRelay: true) { live in
            let given = try await Self.address(live, fields)
            #expect(given.hasPrefix("wss://vr.example/x/ws/sessions/"), "\(given)")
        }
    }
}

@Suite struct `what a proxy forwards` {
    private func client(_ peer: String, _ fields: HTTPFields, trusting proxies: [String]) throws -> String {
        let trust = ProxyTrust(proxies: try proxies.map { try #require(AddressRange($0)) }, usesTLS: false)
        let request = HTTPRequest(
            method: .get, scheme: "http", authority: "gateway", path: "/", headerFields: fields)
        return trust.arrival(of: request, from: peer).client
    }

    @Test func `the client is the nearest address that no trusted proxy has`() throws {
        let chain: HTTPFields = [.forwardedFor: "6.6.6.6, 203.0.113.7:4711,10.1.2.3"]
        #expect(try client("10.0.0.1", chain, trusting: ["10.0.0.0/8"]) == "203.0.113.7")
        #expect(try client("10.0.0.1", chain, trusting: ["10.0.0.1"]) == "10.1.2.3")
        #expect(try client("::ffff:10.0.0.1", chain, trusting: ["10.0.0.1"]) == "10.1.2.3")
        #expect(try client("192.0.2.1", chain, trusting: ["10.0.0.0/8"]) == "192.0.2.1")
        #expect(try client("10.0.0.1", [.forwardedFor: "unknown"], trusting: ["10.0.0.1"]) == "10.0.0.1")
        #expect(try client("::1", [.forwardedFor: "[2001:db8::7]:99"], trusting: ["::1/128"]) == "2001:db8::/64")
    }

    @Test func `addresses of one IPv6 network count as one client`() throws {
        let one = try client("2001:db8:1:2:3:4:5:6", [:], trusting: [])
        #expect(try client("2001:db8:1:2::99", [:], trusting: []) == one)
        #expect(try client("2001:db8:1:3::99", [:], trusting: []) != one)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0", "proxy.example", "::1/129", "/8", "10.0.0.0/", ""])
    func `a malformed address range is refused`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `settings that would never match are refused at the start`() async throws {
        for origin in ["trainer.example", "https://trainer.example/app", "null", "https://*.example"] {
            await #expect(throws: (any Error).self, "\(origin)") { try await TestGateway(["CORS_ORIGIN": origin]) }
        }
        await #expect(throws: (any Error).self) { try await TestGateway(["TRUSTED_PROXIES": "proxy.example"]) }
    }
}
