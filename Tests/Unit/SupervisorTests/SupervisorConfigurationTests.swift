import Bootstrap
import Domain
import OpenAI
import Testing

@testable import SupervisorService

/// Scoring reads the same settings in the same way.
@Suite struct SupervisorConfigurationTests {
    private func configuration(_ environment: [String: String]) throws -> SupervisorConfiguration {
        try SupervisorConfiguration(Settings(environment: environment))
    }

    @Test func `the judge's key follows the provider`() throws {
        let azure = try configuration([
            "PROVIDER": "azure", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://res.openai.azure.com/openai/v1",
        ]).openAI
        #expect(azure.keyHeader == "api-key" && azure.key.text == "k")
        let own = try configuration(["PROVIDER": "compatible", "OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"]).openAI
        #expect(own.keyHeader == "Authorization" && own.key.text.isEmpty)
        #expect(try configuration(["OPENAI_API_KEY": "k"]).openAI.keyHeader == "Authorization")
    }

    @Test func `a compatible server may hold the conversation while OpenAI judges it`() throws {
        let judge = try configuration(["PROVIDER": "compatible", "OPENAI_API_KEY": "k"]).openAI
        #expect(judge.baseURL == "https://api.openai.com/v1" && judge.key.text == "k")
    }

    @Test(arguments: [
        [:], ["PROVIDER": "compatible"], ["PROVIDER": "azure", "OPENAI_API_KEY": "k"],
        ["PROVIDER": "azure", "OPENAI_BASE_URL": "https://res.openai.azure.com/openai/v1"], ["PROVIDER": "else"],
    ])
    func `a judge without a key, or with a key for another host, does not start`(environment: [String: String]) {
        #expect(throws: SettingError.self) { try configuration(environment) }
    }
}
