import Foundation
import Testing

@testable import OpenAI

@Suite struct RetryRuleTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of the RFC.
    let now = Date(timeIntervalSince1970: 784_111_777)

    func wait(
        _ status: Int?, code: String? = nil, _ headers: [String: String] = [:], failures: Int = 0, jitter: Double = 0
    ) -> Duration? {
        RetryRule.wait(
            status: status, errorCode: code, header: { headers[$0] }, failures: failures, jitter: jitter, now: now)
    }

    @Test(arguments: [400, 401, 403, 404, 422, 302]) func `these statuses are not retried`(status: Int) {
        #expect(wait(status) == nil)
        #expect(wait(status, ["retry-after": "1"]) == nil)
    }

    @Test(arguments: [nil, 408, 409, 429, 500, 502, 503, 599]) func `these statuses are retried`(status: Int?) {
        #expect(wait(status) == .milliseconds(500))
    }

    @Test func `the server may override the status, but not an exhausted quota`() {
        #expect(wait(400, ["x-should-retry": "true"]) == .milliseconds(500))
        #expect(wait(500, ["x-should-retry": "false"]) == nil)
        #expect(wait(429, code: "insufficient_quota", ["x-should-retry": "true"]) == nil)
        #expect(wait(429, code: "rate_limit_exceeded") != nil)
    }

    @Test func `waits double up to eight seconds, minus up to a quarter`() {
        #expect(
            (0...6).map { wait(500, failures: $0) } == [0.5, 1, 2, 4, 8, 8, 8].map { .milliseconds(Int64($0 * 1_000)) })
        #expect(wait(500, failures: 4, jitter: 1) == .seconds(6))
        #expect(wait(500, failures: 1_000_000) == .seconds(8))
    }

    @Test(arguments: [
        (["retry-after-ms": "250"], Duration?.some(.milliseconds(250))),
        (["retry-after": "2"], .seconds(2)),
        (["retry-after": "1.5"], .milliseconds(1_500)),
        (["retry-after": "0"], .zero),
        (["retry-after": "Sun, 06 Nov 1994 08:49:47 GMT"], .seconds(10)),
        (["retry-after": "120"], .seconds(120)),
        (["retry-after": "121"], nil),
        (["retry-after": "1e300"], nil),
        // Invalid values and past dates: the default wait.
        (["retry-after": "soon"], .milliseconds(500)),
        (["retry-after": "-1"], .milliseconds(500)),
        (["retry-after": "nan"], .milliseconds(500)),
        (["retry-after": "Sun, 06 Nov 1994 08:49:27 GMT"], .milliseconds(500)),
    ])
    func `a wait requested by the server is kept up to two minutes`(headers: [String: String], expected: Duration?) {
        #expect(wait(429, headers) == expected)
    }
}
