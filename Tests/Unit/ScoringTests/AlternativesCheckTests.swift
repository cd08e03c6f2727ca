import Compliance
import Domain
import Foundation
import Logging
import TestSupport
import Testing

@testable import ScoringService

@Suite struct AlternativesCheckTests {
    @Test func `a phrase that can never match is found after the start`() async throws {
        var files = try Rulebook(directory: TestFolders.package.appending(path: "Shared/Personas").path).files
        let text = try #require(files["languages/en.yaml"])
        let place = try #require(text.range(of: "\"hello\""))
        // A per cent sign is a word of its own, so no word ends with it.
        files["languages/en.yaml"] = text.replacingCharacters(in: place, with: "\"*%\"")
        let rulebook = Rulebook(files: files)
        #expect(throws: Never.self) { try ComplianceCatalog(rulebook, checksAlternatives: false) }
        let error = AlternativesCheck(rulebook: rulebook, logger: Logger(label: "test")).fault() as? ContentError
        #expect(error?.file == "languages/en.yaml")
        #expect(error?.field == "cues.greeting[0]")
    }

    @Test func `the phrases of the product can match`() throws {
        let rulebook = try Rulebook(directory: TestFolders.package.appending(path: "Shared/Personas").path)
        #expect(AlternativesCheck(rulebook: rulebook, logger: Logger(label: "test")).fault() == nil)
    }
}
