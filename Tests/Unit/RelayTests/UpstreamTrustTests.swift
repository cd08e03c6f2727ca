import Bootstrap
import Domain
import Foundation
import Outgoing
import TestSupport
import Testing
import WebSocket

@testable import Conversation
@testable import RelayService

/// A voice service that cannot be trusted, or not be reached through the proxy.
@Suite struct UpstreamTrustTests {
    @Test(.timeLimit(.minutes(1)))
    func `an untrusted certificate ends the session without a reconnect`() async throws {
        let authority = try TestAuthority()
        let front = try await TLSFront(try authority.identity(for: "localhost"))
        let house = try RelayHouse()
        try await house.run(["OPENAI_BASE_URL": "https://localhost:\(front.port)/v1"]) { path in
            let id = try await house.newSession()
            let gateway = try await ScriptedGateway.connect(to: path)
            try await gateway.attach(1, id)
            let error = try await gateway.message(1, "error")
            #expect(error["code"] == "upstream_failed")
            #expect(error["fatal"] == true)
            #expect(error["message"]?.string?.contains("upstream_tls") == true)
            try await eventually("the session has ended") {
                try await house.record(id).endTrigger == "upstream:upstream_tls"
            }
            #expect(gateway.messages(1, "status").isEmpty)
        }
        await front.stop()
    }

    @Test(arguments: [
        (WebSocketClient.Failure.tls("x", isFinal: true), RealtimeFailure.fatal(code: "upstream_tls")),
        (.tls("x", isFinal: false), .reconnect), (.proxy("x", isFinal: true), .fatal(code: "upstream_proxy")),
        (.proxy("x", isFinal: false), .reconnect), (.refused(status: 302, body: ""), .fatal(code: "upstream_refused")),
    ])
    func `what another attempt cannot change is final`(error: WebSocketClient.Failure, failure: RealtimeFailure) {
        #expect(RealtimeClient.failure(of: error) == failure)
    }

    @Test func `a failed attempt is one short line without the key`() {
        let client = RealtimeClient(
            .init(url: "wss://api.test/", key: "secret-key", model: "m", profile: ProviderProfile()),
            client: WebSocketClient())
        let body = "You sent secret-key.\n" + String(repeating: "word ", count: 10_000)
        let detail = client.detail(of: WebSocketClient.Failure.refused(status: 401, body: body))
        #expect(detail.hasPrefix("the server refused the connection with status 401: You sent …. word"))
        #expect(detail.count <= 300 && !detail.contains("\n"))
        // The key lies where the description is cut.
        let late = client.detail(
            of: WebSocketClient.Failure.refused(status: 401, body: String(repeating: "x", count: 195) + "secret-key"))
        #expect(!late.contains("secret"))
    }

    @Test func `the proxy and the authorities are settings`() throws {
        let authority = try TestAuthority()
        let basis = ["OPENAI_API_KEY": "sk-test", "PERSONAS_DIR": TestFolders.package.path + "/Shared/Personas"]
        func rules(_ more: [String: String]) throws -> Bool {
            let rules = try RelayConfiguration(Settings(environment: basis.merging(more) { $1 })).outgoing
            return rules.proxy(for: "api.openai.com", port: 443, isSecure: true) != nil && rules.authorities != nil
        }
        let all = ["HTTPS_PROXY": "http://p:1", "CA_FILE": authority.file]
        #expect(try rules(all))
        #expect(try !rules(all.merging(["NO_PROXY": "x.test,.openai.com"]) { $1 }))
        for (name, value) in [("HTTPS_PROXY", "socks5://me:secret@p:1"), ("CA_FILE", "/nonexistent")] {
            let error = #expect(throws: SettingError.self) { try rules([name: value]) }
            #expect(error?.description.hasPrefix("\(name) ") == true)
            #expect(error?.description.contains("secret") == false)
        }
    }
}
