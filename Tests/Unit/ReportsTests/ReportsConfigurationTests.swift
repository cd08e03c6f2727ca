import Bootstrap
import Testing

@testable import ReportsService

@Suite struct ReportsConfigurationTests {
    private func configuration(_ environment: [String: String] = [:]) throws -> ReportsConfiguration {
        try ReportsConfiguration(Settings(environment: environment))
    }

    @Test func `nothing is required`() throws {
        let configuration = try configuration()
        #expect(configuration.dataDirectory == "./data/sessions")
        #expect(configuration.batMan == nil)
    }

    @Test func `BatMan over https or on loopback is accepted`() throws {
        for url in ["https://batman.example/api", "http://127.0.0.1:8080/x", "http://localhost", "http://[::1]:9/"] {
            let batMan = try configuration(["BATMAN_API_URL": url, "BATMAN_API_AUTH": "Bearer a"]).batMan
            #expect(batMan?.url == url && batMan?.authorization == "Bearer a" && batMan?.signingSecret == nil)
        }
    }

    @Test(arguments: [
        ["BATMAN_API_URL": "http://batman.example/api"], ["BATMAN_API_URL": "ftp://x"], ["BATMAN_API_URL": "nonsense"],
        ["BATMAN_API_URL": "https://x", "BATMAN_API_AUTH": "a\r\nX-Evil: 1"], ["MONGODB_URI": "postgres://x"],
        ["BATMAN_API_URL": "http://127.0.0.1.evil.example/"],
    ])
    func `an insecure or invalid setting is refused`(environment: [String: String]) {
        #expect(throws: SettingError.self) { try configuration(environment) }
    }
}
