import Domain
import Foundation
import HTTPClient
import Secrets
import TestSupport
import Testing

@testable import ReportsService

@Suite struct BatManClientTests {
    private let record = BatManRecord(SampleSession.record())

    private func client(_ url: String, secret: String? = "shared secret") -> BatManClient {
        BatManClient(
            .init(url: url, authorization: "Bearer abc", signingSecret: secret), http: HTTPClient(),
            now: { SampleSession.start })
    }

    @Test func `a record is posted with credential, key and a signature that BatMan can check`() async throws {
        let server = try ScriptedHTTPServer { _ in .json("{}", status: 201) }
        defer { server.stop() }
        #expect(try await client(server.url + "/sessions?a=b").send(record) == .delivered)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.target == "/sessions?a=b")
        #expect(request.headers["authorization"] == "Bearer abc")
        #expect(request.headers["idempotency-key"] == record.exportId)
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.body == Data(record.body))
        let time = "1730023200"
        let code = HMACSHA256.hex(of: Array("\(time).".utf8) + Array(request.body), key: "shared secret".utf8)
        #expect(request.headers["x-bat-signature"] == "t=\(time),v1=\(code)")
    }

    @Test func `without a secret nothing is signed`() async throws {
        let server = try ScriptedHTTPServer { _ in .answer(status: 204) }
        defer { server.stop() }
        #expect(try await client(server.url, secret: nil).send(record) == .delivered)
        #expect(server.requests.first?.headers["x-bat-signature"] == nil)
    }

    @Test func `a redirect is refused, and its target does not get the credential`() async throws {
        let other = try ScriptedHTTPServer { _ in .answer(status: 200) }
        let server = try ScriptedHTTPServer { [url = other.url] _ in
            .answer(status: 307, headers: ["Location": url + "/"])
        }
        defer {
            server.stop()
            other.stop()
        }
        guard case .refused(let reason) = try await client(server.url).send(record) else {
            Issue.record("a redirect was taken for an answer")
            return
        }
        #expect(reason.hasPrefix("http_307:"))
        #expect(other.requests.isEmpty && server.requests.count == 1)
    }

    @Test(arguments: [400, 401, 403, 404, 409, 413, 422])
    func `an answer that will not change is final`(status: Int) {
        guard case .refused(let reason) = BatManClient.judge(HTTPResponse(status: status, body: Data("secret".utf8)))
        else {
            Issue.record("\(status) would be tried again")
            return
        }
        #expect(reason.hasPrefix("http_\(status):") && !reason.contains("secret"))
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503, 504])
    func `an answer that may change is retried`(status: Int) {
        let wish = HTTPResponse(status: status, headers: [.init(name: "retry-after", value: "120")])
        guard case .failed(_, 120, false) = BatManClient.judge(wish),
            case .failed(_, nil, true) = BatManClient.judge(HTTPResponse(status: status))
        else {
            Issue.record("\(status) would not be tried again as it should")
            return
        }
    }

    @Test func `a requested wait is bounded`() {
        let wish = HTTPResponse(status: 503, headers: [.init(name: "retry-after", value: "1e300")])
        #expect(
            BatManClient.judge(wish)
                == .failed("http_503: BatMan answered with status 503", retryAfter: 3600, mayRetryAtOnce: false))
    }

    @Test func `an endless answer, a lost connection and a closed port are failures with a reason`() async throws {
        let big = try ScriptedHTTPServer { _ in .answer(status: 200, body: Data(repeating: 0x61, count: 1 << 20)) }
        let rude = try ScriptedHTTPServer { _ in .hangUp }
        defer {
            big.stop()
            rude.stop()
        }
        for (url, code) in [
            (big.url, "body_too_large:"), (rude.url, "connection_lost:"), ("http://127.0.0.1:1", "connection_failed:"),
        ] {
            guard case .failed(let reason, _, _) = try await client(url).send(record) else {
                Issue.record("no failure from \(url)")
                continue
            }
            #expect(reason.hasPrefix(code))
        }
    }
}
