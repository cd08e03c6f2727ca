import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `names and dates from outside` {
    private static func count(_ answer: TestGateway.Answer) -> Int {
        if case .array(let items)? = answer.json["items"] { items.count } else { -1 }
    }

    @Test func `both Unicode forms of a name are one trainee`() async throws {
        let gateway = try await TestGateway()
        let composed = "Ren\u{e9}"
        let decomposed = "Rene\u{301}"
        let answer = try await gateway.newSession(trainee: decomposed)
        #expect(answer.status == 201)
        try await gateway.newSession(trainee: composed)
        let stored = try await gateway.store.session(try Fixtures.id(1))?.traineeId ?? ""
        #expect(Array(stored.utf8) == Array(composed.utf8))
        for name in [composed, decomposed] {
            let encoded = name.utf8.map { "%" + String($0, radix: 16) }.joined()
            let query = try Query.filter(of: "traineeId=\(encoded)")
            #expect(query.traineeId.map { Array($0.utf8) } == Array(composed.utf8))
            #expect(Self.count(try await gateway.get("/api/sessions?traineeId=\(encoded)")) == 2)
        }
    }

    @Test func `a plus sign in a query is refused with what to write instead`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession(trainee: "A+B")
        let refused = try await gateway.get("/api/sessions?traineeId=A+B")
        #expect(refused.status == 400)
        #expect(refused.code == "invalid_query")
        #expect(refused.text.contains("%2B") && refused.text.contains("%20"))
        #expect(Self.count(try await gateway.get("/api/sessions?traineeId=A%2BB")) == 1)
        let zone = try await gateway.get("/api/sessions?from=2020-01-01T00:00:00+01:00")
        #expect(zone.status == 400 && zone.text.contains("%2B"))
    }

    @Test func `a bare day in to includes itself`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        let today = CalendarDay(utc: Date()).description
        #expect(Self.count(try await gateway.get("/api/sessions?from=\(today)&to=\(today)")) == 1)
        #expect(Self.count(try await gateway.get("/api/sessions?to=\(today)T00:00:00Z")) == 0)
        #expect(try await gateway.get("/api/sessions?to=9999-12-31").status == 200)
    }

    @Test(arguments: [
        "0000-01-01T00:00:00Z", "0000-01-01", "10000-01-01T00:00:00Z", "10000-01-01", "2026-02-30",
        "2026-02-30T10:00:00Z", "2025-02-29", "2026-13-01", "2026-00-10", "2026-01-01T24:00:00Z",
        "2026-01-01T10:60:00Z", "2026-01-01T10:00:00", "-0001-01-01T00:00:00Z", "2026-01-01T10:00:00Z%00",
        "2026-01-01T10:00:00.Z", "2026-1-1", "yesterday", "1764460800",
    ])
    func `a date that does not exist is refused in every list, with what is allowed`(_ date: String) async throws {
        let gateway = try await TestGateway()
        for path in ["/api/sessions", "/api/dashboard", "/api/dashboard/stats"] {
            for key in ["from", "to"] {
                let answer = try await gateway.get("\(path)?\(key)=\(date)")
                #expect(answer.status == 400, "\(path) \(key)=\(date)")
                #expect(answer.code == "invalid_date", "\(path) \(key)=\(date)")
                #expect(answer.text.contains("0001-01-01") && answer.text.contains("9999-12-31"))
            }
        }
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05Z", 1_767_323_045.0), ("2026-01-02t03:04:05z", 1_767_323_045),
        ("2026-01-02T03:04:05.250Z", 1_767_323_045.25), ("2026-01-02T03:04:05.123456789Z", 1_767_323_045.123),
        ("2026-01-02T04:34:05%2B01:30", 1_767_323_045), ("2026-01-01T22:04:05-05:00", 1_767_323_045),
        ("2016-12-31T23:59:60Z", 1_483_228_800), ("2024-02-29", 1_709_164_800), ("1969-12-31T23:59:59Z", -1),
    ])
    func `every form of RFC 3339 is read`(_ text: String, _ seconds: Double) throws {
        let date = try #require(try Query.filter(of: "from=\(text)").from)
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.002)
    }
}

@Suite struct `whole numbers in metadata` {
    @Test func `whole numbers beyond 53 bits come out with the digits they came in with`() async throws {
        let gateway = try await TestGateway()
        let numbers = [
            "9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808",
            "18446744073709551615", "-9223372036854775809", "9999999999999999999999999999999999",
        ]
        let metadata = #"{"n":[\#(numbers.joined(separator: ","))],"half":0.5}"#
        let created = try await gateway.post(
            "/api/sessions", #"{"scenarioId":"fmc_resistant","traineeId":"a","metadata":\#(metadata)}"#)
        #expect(created.status == 201)
        let text = try await gateway.get("/api/sessions/BAT-001").text
        #expect(text.contains(#""n":[\#(numbers.joined(separator: ","))]"#))
    }
}

extension Query {
    /// What `GET /api/sessions` makes of a query.
    static func filter(of query: String) throws -> SessionFilter {
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/api/sessions?\(query)")
        return try Query(Request(head: head, body: .init(buffer: ByteBuffer())), allowed: listKeys).filter(
            for: .local, .counted)
    }
}
