import Foundation
import TestSupport
import Testing

@testable import HTTPClient

@Suite struct HTTPClientTests {
    let client = HTTPClient()

    @Test func `method, target, headers and body arrive unchanged`() async throws {
        let server = try ScriptedHTTPServer { _ in .json(#"{"ok":true}"#, status: 201, headers: ["X-Request-Id": "r-7"])
        }
        defer { server.stop() }
        let body = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        let response = try await client.send(
            HTTPRequest(
                "POST", server.url + "/v1/x?y=1", headers: ["Authorization": "Bearer k", "X-Empty": ""], body: body))

        #expect(response.status == 201)
        #expect(response["x-request-id"] == "r-7")
        #expect(response["X-REQUEST-ID"] == "r-7")
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"ok":true}"#)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/x?y=1")
        #expect(request.headers["authorization"] == "Bearer k")
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["expect"] == nil)
        #expect(request.headers["content-type"] == nil)
        #expect(request.body == body)
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "DELETE", "PATCH", "POST"])
    func `every method is sent under its own name`(method: String) async throws {
        let server = try ScriptedHTTPServer { _ in .json("{}") }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest(method, server.url + "/"))
        #expect(response.status == 200)
        #expect(server.requests.map(\.method) == [method])
        #expect(response.body.isEmpty == (method == "HEAD"))
    }

    @Test func `an error status is a response, not an error`() async throws {
        let server = try ScriptedHTTPServer { _ in .json("no", status: 503) }
        defer { server.stop() }
        #expect(try await client.send(HTTPRequest("GET", server.url)).status == 503)
    }

    @Test func `a server that does not respond is given up after the timeout`() async throws {
        let server = try ScriptedHTTPServer { _ in .silence }
        defer { server.stop() }
        let begin = ContinuousClock.now
        await expect(.timeout) {
            try await client.send(HTTPRequest("GET", server.url, timeout: .milliseconds(150)))
        }
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test func `a port without a listener is a failed connection`() async throws {
        let server = try ScriptedHTTPServer { _ in .hangUp }
        server.stop()
        try await eventually("the port is closed") {
            await self.code(of: { try await client.send(HTTPRequest("GET", server.url)) }) == .connectionFailed
        }
    }

    @Test func `a host that does not exist has its own error`() async {
        await expect(.hostNotFound) { try await client.send(HTTPRequest("GET", "http://no-such-host.invalid/")) }
    }

    @Test func `a body above the limit ends the transfer, with or without a declared length`() async throws {
        let server = try ScriptedHTTPServer { request in
            request.target == "/announced"
                ? .answer(status: 200, body: Data(count: 5_000))
                : .raw(Data("HTTP/1.1 200 OK\r\n\r\n".utf8) + Data(count: 5_000))
        }
        defer { server.stop() }
        for path in ["/announced", "/endless"] {
            await expect(.bodyTooLarge) {
                try await client.send(HTTPRequest("GET", server.url + path, bodyLimit: 4_999))
            }
            #expect(try await client.send(HTTPRequest("GET", server.url + path, bodyLimit: 5_000)).body.count == 5_000)
        }
    }

    @Test func `oversized headers are cut off`() async throws {
        let server = try ScriptedHTTPServer { _ in
            let line = "X-Fill: " + String(repeating: "a", count: 8_000) + "\r\n"
            return .raw(Data(("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 40) + "\r\n").utf8))
        }
        defer { server.stop() }
        await expect(.headersTooLarge) { try await client.send(HTTPRequest("GET", server.url)) }
    }

    @Test func `a redirect is a response, and is followed only on request`() async throws {
        let server = try ScriptedHTTPServer { request in
            request.target == "/from" ? .answer(status: 302, headers: ["Location": "/to"]) : .json("there")
        }
        defer { server.stop() }
        #expect(try await client.send(HTTPRequest("GET", server.url + "/from")).status == 302)
        #expect(server.requests.count == 1)
        let followed = try await client.send(HTTPRequest("GET", server.url + "/from", redirects: 3))
        #expect(String(decoding: followed.body, as: UTF8.self) == "there")
    }

    @Test func `a redirect to another protocol is refused`() async throws {
        let server = try ScriptedHTTPServer { _ in
            .answer(status: 302, headers: ["Location": "file:///etc/passwd"])
        }
        defer { server.stop() }
        await expect(.invalidRequest) { try await client.send(HTTPRequest("GET", server.url, redirects: 3)) }
    }

    @Test func `a GET is sent once more after a lost connection, a POST is not`() async throws {
        let server = try ScriptedHTTPServer { $0.number == 0 ? .hangUp : .json("second") }
        defer { server.stop() }
        #expect(try await client.send(HTTPRequest("GET", server.url)).body == Data("second".utf8))
        #expect(server.requests.count == 2)

        let other = try ScriptedHTTPServer { $0.number == 0 ? .hangUp : .json("second") }
        defer { other.stop() }
        await expect(.connectionLost) { try await client.send(HTTPRequest("POST", other.url)) }
        #expect(other.requests.count == 1)
    }

    @Test func `cancelling a task ends its transfer at once`() async throws {
        let server = try ScriptedHTTPServer { _ in .silence }
        defer { server.stop() }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await client.send(HTTPRequest("GET", server.url, timeout: .seconds(60))) }
            try? await eventually("the request arrives") { server.requests.count == 1 }
            let begin = ContinuousClock.now
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
            #expect(ContinuousClock.now - begin < .seconds(5))
        }
    }

    @Test func `a hundred concurrent requests each get their own answer`() async throws {
        let server = try ScriptedHTTPServer { .json($0.target) }
        defer { server.stop() }
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try await client.send(HTTPRequest("GET", server.url + "/\(number)"))
                    return String(decoding: response.body, as: UTF8.self) == "/\(number)"
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: true, count: 100))
    }

    @Test func `one request above the limit is refused, and the slot is free again afterwards`() async throws {
        let small = HTTPClient(requestLimit: 1)
        let server = try ScriptedHTTPServer { $0.target == "/slow" ? .silence : .json("{}") }
        defer { server.stop() }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await small.send(HTTPRequest("GET", server.url + "/slow")) }
            try? await eventually("the request arrives") { server.requests.count == 1 }
            await expect(.tooManyRequests) { try await small.send(HTTPRequest("GET", server.url)) }
            group.cancelAll()
        }
        #expect(try await small.send(HTTPRequest("GET", server.url)).status == 200)
    }

    @Test func `stopping ends current requests and refuses later ones`() async throws {
        let loop = TransferLoop(connectionsPerHost: 1, requestLimit: 2)
        let server = try ScriptedHTTPServer { _ in .silence }
        defer { server.stop() }
        async let code = code { try await loop.perform(HTTPRequest("GET", server.url)) }
        try await eventually("the request arrives") { server.requests.count == 1 }
        loop.stop()
        #expect(await code == .stopped)
        await expect(.stopped) { try await loop.perform(HTTPRequest("GET", server.url)) }
    }

    @Test func `a Unix socket works as well as a port`() async throws {
        let path = "/tmp/http-\(UUID().uuidString.prefix(8)).sock"
        let server = try ScriptedHTTPServer(unixSocket: path) { _ in .json("healthy") }
        defer {
            server.stop()
            unlink(path)
        }
        let response = try await client.send(HTTPRequest("GET", "http://relay/healthz", unixSocket: path))
        #expect(String(decoding: response.body, as: UTF8.self) == "healthy")
        #expect(server.requests.first?.target == "/healthz")
        #expect(server.requests.first?.headers["host"] == "relay")
    }

    @Test(arguments: [
        HTTPRequest("GET", "file:///etc/passwd"), HTTPRequest("GET", "/relative"), HTTPRequest("GET", "http://"),
        HTTPRequest("GET", "http://127.0.0.1/\r\nX: y"), HTTPRequest("G T", "http://127.0.0.1/"),
        HTTPRequest("GET", "http://127.0.0.1/\0"), HTTPRequest("GET", "http://127.0.0.1/", headers: ["A": "b\r\nC: d"]),
        HTTPRequest("GET", "http://127.0.0.1/", headers: ["A:": "b"]),
    ])
    func `an invalid request, or one that injects into the head, is refused`(request: HTTPRequest) async {
        await expect(.invalidRequest) { try await client.send(request) }
    }

    @Test func `garbage instead of HTTP is an error`() async throws {
        let server = try ScriptedHTTPServer { _ in .raw(Data("\u{1}\u{2}garbage\n\n".utf8)) }
        defer { server.stop() }
        let code = await code { try await client.send(HTTPRequest("GET", server.url)) }
        #expect(code != nil)
    }

    // MARK: -

    private func code(of body: () async throws -> HTTPResponse) async -> HTTPClientError.Code? {
        do {
            _ = try await body()
            return nil
        } catch { return (error as? HTTPClientError)?.code }
    }

    private func expect(
        _ code: HTTPClientError.Code, from body: () async throws -> HTTPResponse,
        at location: SourceLocation = #_sourceLocation
    ) async {
        #expect(await self.code(of: body) == code, sourceLocation: location)
    }
}
