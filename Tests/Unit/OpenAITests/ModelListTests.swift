import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import OpenAI

struct ModelListTests {
    private func date(_ body: String, status: Int = 200) async throws -> Date? {
        let server = try ScriptedHTTPServer { _ in .json(body, status: status) }
        defer { server.stop() }
        let configuration = OpenAIConfiguration(baseURL: server.url + "/v1", key: "sk-test", model: "gpt-4.1")
        let date = try await ModelList(configuration, client: HTTPClient()).shutdownDate()
        #expect(server.requests.first?.target == "/v1/models")
        #expect(server.requests.first?.headers["authorization"] == "Bearer sk-test")
        return date
    }

    @Test func `the shutdown date of a model is read in either format`() async throws {
        let expected = try Date("2027-01-14", strategy: .iso8601.year().month().day())
        let others = #"{"id":"gpt-x","shutdown_date":"2026-01-01"}"#
        #expect(try await date(#"{"data":[\#(others),{"id":"gpt-4.1","shutdown_date":"2027-01-14"}]}"#) == expected)
        #expect(try await date(#"{"data":[{"id":"gpt-4.1","shutdown_date":1799884800}]}"#) == expected)
    }

    @Test(arguments: [
        #"{"data":[]}"#, #"{"data":[{"id":"gpt-4.1"}]}"#, #"{"data":[{"id":"gpt-4.1","shutdown_date":null}]}"#,
        #"{"data":[{"id":"gpt-4.1","shutdown_date":{"a":1}}]}"#, "no JSON",
    ]) func `a server without a shutdown date gives none`(_ body: String) async throws {
        #expect(try await date(body) == nil)
    }

    @Test func `a server without a model list is an error`() async {
        await #expect(throws: OpenAIError.self) { try await date("{}", status: 404) }
    }

    @Test func `a shutdown is reported up to ninety days ahead`() throws {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        #expect(ModelRetirement.daysLeft(until: now + 89.5 * 86_400, from: now) == 89)
        #expect(ModelRetirement.daysLeft(until: now + 91.5 * 86_400, from: now) == nil)
        #expect(ModelRetirement.daysLeft(until: now - 5 * 86_400, from: now) == 0)
        #expect(ModelRetirement.daysLeft(until: .distantFuture, from: now) == nil)
    }
}
