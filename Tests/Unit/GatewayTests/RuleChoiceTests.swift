import Bootstrap
import Compliance
import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import GatewayService

@Suite struct RuleChoiceTests {
    private func choice(_ values: [String: String] = [:]) throws -> RuleChoice {
        let rulebook = try Rulebook(directory: TestFolders.package.appending(path: "Shared/Personas").path)
        return try RuleChoice(Settings(environment: values), rulebook: rulebook)
    }

    @Test func `a session follows its own market, otherwise the operator's, and names its rulebook`() throws {
        #expect(try choice().settings(for: nil).market == "EU")
        let czech = try choice(["MARKET": "CZ"])
        #expect(try czech.settings(for: nil).market == "CZ")
        #expect(try czech.settings(for: nil).timeZone == "Europe/Prague")
        let latvian = try czech.settings(for: "LV")
        #expect(latvian.market == "LV" && latvian.legalAge == 20 && latvian.timeZone == "Europe/Riga")
        #expect(latvian.rulebook?.count == 64)
    }

    @Test func `an operator's age can raise the legal age but never lower it`() throws {
        #expect(try choice(["LEGAL_AGE": "21"]).settings(for: "LV").legalAge == 21)
        #expect(try choice(["LEGAL_AGE": "18"]).settings(for: "LV").legalAge == 20)
        #expect(try choice(["MARKET_TIMEZONE": "Europe/Lisbon"]).settings(for: "CZ").timeZone == "Europe/Lisbon")
    }

    @Test func `an unknown market or time zone is refused, and the answer lists the markets`() throws {
        #expect(throws: SettingError.self) { try choice(["MARKET": "XX"]) }
        #expect(throws: SettingError.self) { try choice(["MARKET_TIMEZONE": "Prague"]) }
        let problem = #expect(throws: Problem.self) { try choice().settings(for: "XX") }
        #expect(problem?.status == .unprocessableContent)
        #expect(problem?.errors.first?.detail == "must be one of CZ, DE, EU, GR, LV")
    }
}
