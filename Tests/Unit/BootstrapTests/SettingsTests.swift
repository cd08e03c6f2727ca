import Foundation
import TestSupport
import Testing

@testable import Bootstrap

@Suite struct SettingsTests {
    private let port = Setting.integer("PORT", in: 1...65_535, default: 3001, meaning: "TCP port")
    private let key = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")

    @Test func `an unset variable has its default, and so has an empty one`() throws {
        #expect(try Settings(environment: [:]).value(of: port) == 3001)
        #expect(try Settings(environment: ["PORT": ""]).value(of: port) == 3001)
    }

    @Test func `the environment wins over the file, except where it is empty`() throws {
        let file = ["PORT": "4000"]
        #expect(try Settings(environment: ["PORT": "5000"], file: file).value(of: port) == 5000)
        #expect(try Settings(environment: ["PORT": ""], file: file).value(of: port) == 4000)
        #expect(try Settings(environment: [:], file: file).value(of: port) == 4000)
    }

    @Test func `an error names the variable, the value and the allowed range`() {
        let error = #expect(throws: SettingError.self) {
            try Settings(environment: ["PORT": "70000"]).value(of: port)
        }
        #expect(error?.description == "PORT must be a whole number from 1 to 65535, not \"70000\"")
    }

    @Test func `the value of a refused secret is not shown`() {
        let error = #expect(throws: SettingError.self) {
            try Settings(environment: ["OPENAI_API_KEY": "sk-..."]).value(of: key)
        }
        #expect(error?.description.contains("sk-") == false)
        #expect(error?.description.hasPrefix("OPENAI_API_KEY must be") == true)
    }

    @Test func `a secret may come as a file, and the variable itself wins`() throws {
        let file = try TestFolders.temporary().appending(path: "key")
        try "from-file\n".write(to: file, atomically: true, encoding: .utf8)
        let environment = ["OPENAI_API_KEY_FILE": file.path]
        #expect(try Settings(environment: environment).value(of: key) == "from-file")
        let both = environment.merging(["OPENAI_API_KEY": "direct"]) { _, new in new }
        #expect(try Settings(environment: both).value(of: key) == "direct")
        #expect(throws: SettingError.self) {
            try Settings(environment: ["OPENAI_API_KEY_FILE": "/nonexistent"]).value(of: key)
        }
    }

    @Test func `a required variable that is missing says what it is for`() {
        let error = #expect(throws: SettingError.self) { try Settings(environment: [:]).value(of: key) }
        #expect(error?.description == "OPENAI_API_KEY is required: key of the model API")
        #expect(throws: Never.self) { try Settings(environment: [:]).value(of: key.optional) == nil }
    }

    @Test(
        arguments: [
            ("10", 10), ("0", nil), ("61", nil), ("1.5", nil), ("ten", nil), ("-1", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func `a duration is a whole number in its unit and range`(text: String, seconds: Int?) throws {
        let setting = Setting.duration("RESUME_SECONDS", in: .seconds, 1...60, default: 30, meaning: "m")
        let value = try? Settings(environment: ["RESUME_SECONDS": text]).value(of: setting)
        #expect(value == seconds.map { .seconds($0) })
    }

    @Test(arguments: ["https://...", "not a url", "ftp://host", "/path", "http://"])
    func `a value that is not a URL is refused`(text: String) {
        let setting = Setting.url("BATMAN_API_URL", meaning: "m")
        #expect(throws: SettingError.self) { try Settings(environment: ["BATMAN_API_URL": text]).value(of: setting) }
    }

    @Test func `lists, flags and choices are parsed`() throws {
        let settings = Settings(environment: ["L": " a, b ,,c ", "F": "Yes", "C": "DEBUG", "BAD": "loud"])
        #expect(try settings.value(of: .list("L", meaning: "m")) == ["a", "b", "c"])
        #expect(try settings.value(of: .flag("F", meaning: "m")))
        #expect(try settings.value(of: Setting<Level>.choice("C", meaning: "m")) == .debug)
        let error = #expect(throws: SettingError.self) {
            try settings.value(of: Setting<Level>.choice("BAD", meaning: "m"))
        }
        #expect(error?.description == "BAD must be debug, info, not \"loud\"")
    }

    @Test func `a table lists its settings in their order and reads them by name`() throws {
        #expect(Table().all.map(\.name) == ["PORT", "OPENAI_API_KEY"])
        let values = Settings(environment: ["PORT": "80"]).values(of: Table.self)
        #expect(try values.port == 80)
        #expect(throws: SettingError.self) { try values.key }
    }

    private struct Table: SettingTable {
        let port = Setting.integer("PORT", default: 3001, meaning: "TCP port")
        let key = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")
    }

    private enum Level: String, CaseIterable {
        case debug, info
    }

    @Test func `lower-case proxy variables are read, and upper-case ones take precedence`() {
        let both = Settings.withCapitals(["https_proxy": "small", "HTTPS_PROXY": "CAPITAL", "no_proxy": "x"])
        #expect(both["HTTPS_PROXY"] == "CAPITAL" && both["NO_PROXY"] == "x")
        #expect(Settings.withCapitals(["https_proxy": "small", "HTTPS_PROXY": ""])["HTTPS_PROXY"] == "small")
        #expect(Settings.withCapitals(["mongodb_uri": "small"])["MONGODB_URI"] == nil)
        #expect(Settings.withCapitals([:]).isEmpty)
    }
}
