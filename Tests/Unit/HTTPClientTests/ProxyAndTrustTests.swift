import Foundation
import NIOSSL
import Outgoing
import TestSupport
import Testing

@testable import HTTPClient

@Suite struct ProxyAndTrustTests {
    private func rules(proxy: Int, user: String? = nil, _ authority: TestAuthority? = nil) throws -> OutgoingRules {
        OutgoingRules(
            proxy: Proxy("http://\(user.map { "\($0)@" } ?? "")127.0.0.1:\(proxy)"),
            authorities: try authority.map { try Authorities(file: $0.file) })
    }

    private func error(
        _ url: String, _ rules: OutgoingRules, timeout: Duration = .seconds(10)
    ) async throws -> HTTPClientError {
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await HTTPClient(rules: rules).send(
                HTTPRequest("POST", url, headers: ["Authorization": "Bearer key"], timeout: timeout))
        }
        return try #require(error)
    }

    @Test func `a request passes through a proxy and TLS, and the proxy sees no header of ours`() async throws {
        let authority = try TestAuthority()
        let server = try ScriptedHTTPServer { _ in .json("{}") }
        let front = try await TLSFront(try authority.identity(for: "api.test"), to: server.port)
        let proxy = try ScriptedHTTPServer { _ in .tunnel(port: front.port) }
        defer {
            server.stop()
            proxy.stop()
        }
        let client = HTTPClient(rules: try rules(proxy: proxy.port, user: "me:secret", authority))
        let response = try await client.send(
            HTTPRequest("POST", "https://api.test/v1/x", headers: ["Authorization": "Bearer key"], body: Data("b".utf8))
        )
        #expect(response.status == 200)
        #expect(!response.headers.contains { $0.value.contains("established") })
        #expect(server.requests.first?.headers["authorization"] == "Bearer key")
        #expect(server.requests.first?.headers["proxy-authorization"] == nil)
        let request = try #require(proxy.requests.first)
        #expect(request.method == "CONNECT" && request.target == "api.test:443")
        #expect(request.headers["proxy-authorization"] == "Basic \(Data("me:secret".utf8).base64EncodedString())")
        #expect(request.headers["authorization"] == nil)
        await front.stop()
    }

    @Test(arguments: [
        (ScriptedHTTPServer.Reply.answer(status: 407), HTTPClientError.Code.proxy, "user name"),
        (.answer(status: 403), .proxy, "does not allow connections to api.test:443 (403)"),
        (.answer(status: 502), .connectionFailed, "could not reach api.test:443 (502)"),
        (.hangUp, .connectionLost, "through the proxy"),
        (.silence, .timeout, "through the proxy"),
    ])
    func `what a proxy answers instead becomes one sentence`(
        reply: ScriptedHTTPServer.Reply, code: HTTPClientError.Code, sentence: String
    ) async throws {
        let proxy = try ScriptedHTTPServer { _ in reply }
        defer { proxy.stop() }
        let isSilent = if case .silence = reply { true } else { false }
        let error = try await error(
            "https://api.test/", try rules(proxy: proxy.port, user: "me:secret"),
            timeout: isSilent ? .milliseconds(700) : .seconds(10))
        #expect(error.code == code, "\(error)")
        #expect(error.message.contains(sentence), "\(error)")
        #expect(error.message.contains("127.0.0.1:\(proxy.port)"))
        #expect(!error.message.contains("secret"))
    }

    @Test func `this machine, and an address without encryption, are reached without the proxy`() async throws {
        let authority = try TestAuthority()
        let server = try ScriptedHTTPServer { _ in .json("{}") }
        let proxy = try ScriptedHTTPServer { _ in .hangUp }
        let front = try await TLSFront(try authority.identity(for: "localhost"), to: server.port)
        defer {
            server.stop()
            proxy.stop()
        }
        let client = HTTPClient(rules: try rules(proxy: proxy.port, authority))
        for url in ["https://localhost:\(front.port)/", server.url] {
            #expect(try await client.send(HTTPRequest("GET", url)).status == 200)
        }
        #expect(proxy.requests.isEmpty)
        await front.stop()
    }

    @Test(arguments: ["expired", "name", "unknown", "tls1.1"])
    func `a server that cannot be trusted is refused`(fault: String) async throws {
        let authority = try TestAuthority()
        let identity = try authority.identity(
            for: fault == "name" ? "api.test" : "localhost", isExpired: fault == "expired")
        let server = try ScriptedHTTPServer { _ in .json("{}") }
        defer { server.stop() }
        let front = try await TLSFront(identity, to: server.port, newest: fault == "tls1.1" ? .tlsv11 : nil)
        let trusted = fault == "unknown" ? try TestAuthority() : authority
        let error = try await error(
            "https://localhost:\(front.port)/", OutgoingRules(authorities: try Authorities(file: trusted.file)))
        #expect(error.code == .tls, "\(error)")
        #expect(server.requests.isEmpty)
        await front.stop()
    }

    @Test func `authorities of our own are added to the system's`() async throws {
        // What the operating system trusts must stay trusted: the list that libcurl gets contains both.
        let authority = try TestAuthority()
        let own = try Authorities(file: authority.file)
        let list = Transfer.trusted(systemFile: "/etc/ssl/certs/ca-certificates.crt", own)
        #expect(list.count > own.pem.count)
        #expect(list.suffix(own.pem.count).elementsEqual(own.pem))
        #expect(Transfer.trusted(systemFile: nil, own).suffix(own.pem.count).elementsEqual(own.pem))
    }
}
