import Bootstrap
import Testing

@Suite struct SettingsTests {
    private let port = Setting.integer("PORT", in: 1...65_535, default: 3001, meaning: "TCP port")
    private let key = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")

    @Test func `a variable that nobody sets has its default, and so has an empty one`() throws {
        #expect(try Settings(environment: [:]).value(of: port) == 3001)
        #expect(try Settings(environment: ["PORT": ""]).value(of: port) == 3001)
    }

    @Test func `a refusal names the variable, the value and what is allowed`() {
        let error = #expect(throws: SettingError.self) {
            try Settings(environment: ["PORT": "70000"]).value(of: port)
        }
        #expect(error?.description == "PORT must be a whole number from 1 to 65535, not \"70000\"")
    }

    @Test func `a secret that is refused is not shown`() {
        let error = #expect(throws: SettingError.self) {
            try Settings(environment: ["OPENAI_API_KEY": "sk-..."]).value(of: key)
        }
        #expect(error?.description.contains("sk-") == false)
        #expect(error?.description.hasPrefix("OPENAI_API_KEY must be") == true)
    }
}
