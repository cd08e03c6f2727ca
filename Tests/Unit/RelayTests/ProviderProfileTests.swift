import Bootstrap
import Compliance
import Domain
import Foundation
import Testing

@testable import Conversation
@testable import RelayService

/// Settings that say in what a server differs from OpenAI.
@Suite struct ProviderProfileTests {
    private func configuration(_ environment: [String: String]) throws -> RelayConfiguration {
        var settings = ["OPENAI_API_KEY": "sk-test"]
        if environment["PROVIDER"] != nil { settings["OPENAI_BASE_URL"] = "https://res.test/v1" }
        return try RelayConfiguration(Settings(environment: settings.merging(environment) { _, given in given }))
    }

    private func headers(_ environment: [String: String]) throws -> [String: String] {
        let realtime = try configuration(environment).realtime
        return Dictionary(
            uniqueKeysWithValues: realtime.profile.headers(key: realtime.key?.text, safetyIdentifier: "abc").map {
                ($0, $1)
            })
    }

    @Test(arguments: ["{x}", "a=%zz", "a=b#c", "a=\"b\"", "=b", "a=b c"])
    func `a malformed query is refused`(text: String) {
        #expect(ProviderProfile.query(from: text) == nil)
    }

    @Test func `a plus in a query reaches the server as a plus`() throws {
        let query = try #require(ProviderProfile.query(from: "?key=a%2Bb&region=eu"))
        let base = try #require(URL(string: "https://api.test/v1"))
        #expect(
            RealtimeClient.endpoint(base: base, realtime: nil, model: "m", query: query)
                == "wss://api.test/v1/realtime?key=a%2Bb&region=eu&model=m")
    }

    @Test func `without settings the server is OpenAI's`() throws {
        let realtime = try configuration([:]).realtime
        #expect(realtime.profile == ProviderProfile())
        #expect(realtime.url == "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1")
        #expect(try headers([:]) == ["Authorization": "Bearer sk-test", "OpenAI-Safety-Identifier": "abc"])
    }

    @Test(
        arguments: [
            (["PROVIDER": "azure"], ["api-key": "sk-test"]),
            (["PROVIDER": "azure", "REALTIME_AUTH_HEADER": "Authorization"], ["Authorization": "Bearer sk-test"]),
            (["PROVIDER": "azure-voice-live", "REALTIME_QUERY": "api-version=1"], ["api-key": "sk-test"]),
            (["PROVIDER": "compatible"], ["Authorization": "Bearer sk-test"]),
            (["PROVIDER": "compatible", "OPENAI_API_KEY": ""], [:]),
            (["PROVIDER": "compatible", "REALTIME_AUTH_HEADER": "none"], [:]),
            (
                [
                    "PROVIDER": "compatible", "REALTIME_AUTH_HEADER": "Authorization:Basic",
                    "REALTIME_HEADERS": "X-A=b=c, X-D = e",
                ],
                ["Authorization": "Basic sk-test", "X-A": "b=c", "X-D": "e"]
            ),
            (
                ["PROVIDER": "compatible", "REALTIME_DIALECT": "beta"],
                ["Authorization": "Bearer sk-test", "OpenAI-Beta": "realtime=v1"]
            ),
            (["PROVIDER": "compatible", "REALTIME_HEADERS": "authorization=mine"], ["authorization": "mine"]),
        ] as [([String: String], [String: String])])
    func `the handshake carries what the server wants`(environment: [String: String], expected: [String: String]) throws
    {
        #expect(try headers(environment) == expected)
    }

    @Test(arguments: [
        ["OPENAI_API_KEY": ""], ["PROVIDER": "azure", "OPENAI_API_KEY": ""], ["PROVIDER": "acme"],
        ["PROVIDER": "azure-voice-live"], ["PROVIDER": "azure", "OPENAI_BASE_URL": ""],
        ["PROVIDER": "compatible", "OPENAI_BASE_URL": "https://api.openai.com/v1"], ["REALTIME_AUTH_HEADER": "api key"],
        ["REALTIME_AUTH_HEADER": "A:b c"],
        ["REALTIME_HEADERS": "X-A"], ["REALTIME_HEADERS": "X A=b"], ["REALTIME_HEADERS": "X-A=b\r\nX-C: d"],
        ["REALTIME_QUERY": "a=b#c"], ["REALTIME_QUERY": "a b"], ["REALTIME_INPUT_RATE": "11000"],
        ["REALTIME_OPTIONAL_KEYS": "truncation,voice"], ["REALTIME_TOOLS": "none"], ["REALTIME_SESSION_MINUTES": "61"],
    ])
    func `a setting that cannot be meant is refused`(environment: [String: String]) {
        #expect(throws: SettingError.self) { try configuration(environment) }
    }

    @Test func `every difference has its setting`() throws {
        let realtime = try configuration([
            "PROVIDER": "compatible", "OPENAI_BASE_URL": "http://localhost:8000/v1", "REALTIME_MODEL": "qwen-omni",
            "REALTIME_QUERY": "region=eu", "REALTIME_DIALECT": "beta", "REALTIME_INPUT_RATE": "16000",
            "REALTIME_OPTIONAL_KEYS": "temperature, language", "REALTIME_TOOLS": "nested", "REALTIME_VOICE": "Cherry",
            "REALTIME_SESSION_MINUTES": "30", "REALTIME_CONFIRMS": "no",
        ])
        let profile = realtime.realtime.profile
        #expect(realtime.realtime.url == "ws://localhost:8000/v1/realtime?region=eu&model=qwen-omni")
        #expect(profile.inputRate == 16_000)
        #expect(profile.outputRate == 24_000)
        #expect(profile.optionalKeys == [.temperature, .language])
        #expect(profile.nestsTools)
        #expect(profile.voice(of: "verse", default: "verse") == "Cherry")
        #expect(!profile.isConfirmed)
        #expect(realtime.limits.upstream == .seconds(1_800))
        #expect(try configuration(["REALTIME_OPTIONAL_KEYS": "none"]).realtime.profile.optionalKeys == [])
    }

    @Test func `the version of the API may stand in the realtime URL itself`() throws {
        let url = "wss://res.services.ai.azure.com/voice-live/realtime"
        let realtime = try configuration([
            "PROVIDER": "azure-voice-live", "REALTIME_URL": "\(url)?api-version=2026-04-10",
        ]).realtime
        #expect(realtime.url == "\(url)?api-version=2026-04-10&model=gpt-realtime-2.1")
    }

    @Test func `a persona's voice is kept where the server has voices of its own`() {
        #expect(ProviderProfile(.openai).voice(of: "anna", default: "verse") == "verse")
        #expect(ProviderProfile(.azure).voice(of: "cedar", default: "verse") == "cedar")
        #expect(ProviderProfile(.compatible).voice(of: "anna", default: "verse") == "anna")
    }

    @Test func `the products' names are known to the transcription`() throws {
        let names = try configuration([:]).productNames
        for language in ["en", "cs", "el", "de", "lv"] {
            let known = names.names(in: language)
            for name in ["glo", "neo", "veo", "velo", "vuse", "Hyper X2"] { #expect(known.contains(name)) }
            #expect(known.allSatisfy { name in name.allSatisfy { $0.isLetter || $0.isNumber || " -".contains($0) } })
            #expect(known.count <= SpokenNames.mostNames && Set(known).count == known.count)
        }
        #expect(names.names(in: "de").contains("Tabakerhitzer"))
        #expect(!names.names(in: "en").contains("Tabakerhitzer"))
    }

    @Test func `a customer's own names come first among the words for the transcription`() throws {
        let names = try configuration([:]).productNames
        #expect(names.names(in: "en", more: ["Marlboro Red", "glo"]).prefix(2) == ["Marlboro Red", "glo"])
        let many = (1...500).map { "Brand \($0)" } + ["a|b", String(repeating: "x", count: 41), " "]
        #expect(names.names(in: "en", more: many).count == SpokenNames.mostNames)
        #expect(!names.names(in: "en", more: ["a|b", "ends*"]).contains { $0.contains("|") || $0.contains("*") })
    }
}
