import Bootstrap
import TestSupport
import Testing

@testable import GatewayService

@Suite(.timeLimit(.minutes(1))) struct `the gateway's health check` {
    @Test func `asks the gateway over its own port`() async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let probe = AliveProbe(GatewayAddress(host: "127.0.0.1", port: live.port, isTLS: false))
            #expect(await probe.problem() == nil)
        }
        let port = try FreePort.next()
        let nobody = AliveProbe(GatewayAddress(host: "127.0.0.1", port: port, isTLS: false))
        #expect(await nobody.problem()?.hasPrefix("no answer on 127.0.0.1:\(port)") == true)
    }

    @Test func `takes a certificate that is for another name`() async throws {
        let identity = try TestAuthority().identity(for: "trainer.example")
        let files = ["TLS_CERT": identity.certificate, "TLS_KEY": identity.key]
        try await withLiveGateway(files, withoutRelay: true) { live in
            let probe = AliveProbe(GatewayAddress(host: "127.0.0.1", port: live.port, isTLS: true))
            #expect(await probe.problem() == nil)
        }
    }

    @Test func `asks where the settings say`() throws {
        func address(_ settings: [String: String]) throws -> GatewayAddress {
            try GatewayAddress(Settings(environment: settings))
        }
        #expect(try address([:]) == GatewayAddress(host: "127.0.0.1", port: 3001, isTLS: false))
        #expect(
            try address(["HOST": "0.0.0.0", "PORT": "8443", "TLS_CERT": "c.pem"])
                == GatewayAddress(host: "127.0.0.1", port: 8443, isTLS: true))
        #expect(try address(["HOST": "::"]).host == "::1")
        #expect(try address(["HOST": "10.1.2.3"]).host == "10.1.2.3")
    }
}
