import Compliance
import Domain
import Foundation
import Testing

struct ComplianceCatalogTests {
    @Test func `the real files load`() throws {
        let catalog = try Fixture.catalog.get()
        #expect(catalog.languages == ["cs", "de", "el", "en"])
        #expect(
            catalog.salesSteps.map(\.id) == [
                "greeting", "needs", "age_check", "presentation", "product_accuracy", "compliance", "objections",
                "close",
            ])
        #expect(catalog.products.map(\.id).contains("veo"))
        #expect(catalog.productKnowledge.contains("neo sticks contain tobacco"))
    }

    @Test func `the product facts pass their own rules`() throws {
        for product in try Fixture.catalog.get().products {
            for fact in product.facts {
                let findings = try Fixture.findings([fact.text]).filter { $0.status == .violated }
                #expect(findings.of("product_claim").isEmpty, "\(fact.text) \(findings)")
                #expect(findings.of("forbidden_word").isEmpty, "\(fact.text) \(findings)")
            }
        }
    }

    @Test func `each rule matches its wrong example, and its advice violates no rule`() throws {
        for rule in try Fixture.catalog.get().claims {
            let wrong = try Fixture.findings([rule.wrong]).filter { [.violated, .suspected].contains($0.status) }
            #expect(wrong.contains { $0.id == rule.id }, "\(rule.id): \(rule.wrong)")
            for line in [rule.right, rule.say] {
                let right = try Fixture.findings([line]).filter { $0.status == .violated && $0.severity != .info }
                let claims = right.of("forbidden_word") + right.of("product_claim")
                #expect(claims.isEmpty, "\(rule.id): \(line) \(claims)")
            }
        }
    }

    @Test func `the rulebook's hash is the hash of its content`() throws {
        let book = try Rulebook(directory: Fixture.directory)
        #expect(book.hash.count == 64)
        #expect(try Rulebook(directory: Fixture.directory) == book)
        #expect(Rulebook(files: book.files).hash == book.hash)
        var files = book.files
        files["markets.yaml"]? += "\n"
        #expect(Rulebook(files: files).hash != book.hash)
    }

    struct Flaw: Sendable, CustomTestStringConvertible {
        let file: String
        let of: String
        let to: String
        let field: String
        var testDescription: String { "\(file) \(field)" }
    }

    @Test(arguments: [
        Flaw(
            file: "products.yaml", of: "severity: major", to: "severity: grave",
            field: "products[0].falseClaims[0].severity"),
        Flaw(
            file: "products.yaml", of: "nature: definition", to: "nature: rumour", field: "products[0].facts[0].nature"),
        Flaw(file: "products.yaml", of: "id: neo\n", to: "id: glo_hyper\n", field: "products[1].id"),
        Flaw(file: "sales-steps.yaml", of: "  - id: needs", to: "  - id: greeting", field: "steps[1].id"),
        Flaw(
            file: "forbidden-words.yaml", of: "    severity: blocker", to: "    severity: grave",
            field: "entries[0].severity"),
        Flaw(file: "forbidden-words.yaml", of: "about: health", to: "about: wealth", field: "entries[0].about"),
        Flaw(file: "forbidden-words.yaml", of: "id: harmless", to: "id: harmful", field: "claims.harmless"),
        Flaw(file: "manipulation.yaml", of: "  - \"<|\"\n", to: "  - \"\"\n", field: "markers[0]"),
        Flaw(file: "markets.yaml", of: "legalAge: 20", to: "legalAge: 16", field: "markets[3].legalAge"),
        Flaw(file: "markets.yaml", of: "Europe/Prague", to: "Europe/Atlantis", field: "markets[1].timeZone"),
        Flaw(file: "markets.yaml", of: "stricter: []", to: "stricter: [nothing]", field: "markets[0].stricter"),
        Flaw(file: "markets.yaml", of: "id: EU", to: "id: XX", field: "markets"),
        Flaw(file: "vr-objects.yaml", of: "[HANDOVER,", to: "[HANDOVER, PICKUP,", field: "harmless"),
        Flaw(file: "phantoms.yaml", of: "  - you\n", to: "  - \"y*u\"\n", field: "phantoms[0]"),
        Flaw(file: "languages/en.yaml", of: "\"hello\"", to: "\"... hello\"", field: "cues.greeting[0]"),
        Flaw(file: "languages/en.yaml", of: "\"hello\"", to: "\"{hello}\"", field: "cues.greeting[0]"),
        Flaw(file: "languages/en.yaml", of: "\"hello\"", to: "\"hello|hello\"", field: "cues.greeting[0]"),
        Flaw(file: "languages/en.yaml", of: "\"hello\", \"hi\"", to: "\"hi\", \"hi\"", field: "cues.greeting[1]"),
        Flaw(file: "languages/en.yaml", of: "said: You said «%».", to: "said: You said it.", field: "words.said"),
    ]) func `an invalid value is refused with the file and the field`(_ flaw: Flaw) throws {
        var files = try Rulebook(directory: Fixture.directory).files
        var text = try #require(files[flaw.file])
        text.replaceSubrange(try #require(text.range(of: flaw.of)), with: flaw.to)
        files[flaw.file] = text
        let error = #expect(throws: ContentError.self) { try ComplianceCatalog(Rulebook(files: files)) }
        #expect(error?.field == flaw.field)
        #expect(error?.file == (flaw.field.hasPrefix("claims.") ? "languages/cs.yaml" : flaw.file))
        #expect(error?.description.contains("\n") == false)
    }

    @Test func `a missing file is named`() {
        let error = #expect(throws: ContentError.self) { try ComplianceCatalog(directory: "/nonexistent") }
        #expect(error?.description == "products.yaml: cannot be read in /nonexistent")
    }

    @Test func `a rulebook without a language is refused`() throws {
        let files = try Rulebook(directory: Fixture.directory).files.filter { !$0.key.hasPrefix("languages/") }
        let error = #expect(throws: ContentError.self) { try ComplianceCatalog(Rulebook(files: files)) }
        #expect(error?.file == "languages")
    }
}
