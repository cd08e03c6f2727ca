import Compliance
import Domain
import Foundation
import Testing

struct ComplianceCatalogTests {
    @Test func `the real files load`() throws {
        let catalog = try Fixture.catalog.get()
        #expect(catalog.languages == ["cs", "el", "en"])
        #expect(
            catalog.salesSteps.map(\.id) == [
                "greeting", "needs", "age_check", "presentation", "product_accuracy", "compliance", "objections",
                "close",
            ])
        #expect(catalog.products.map(\.id).contains("veo"))
        #expect(catalog.productKnowledge.contains("neo sticks contain tobacco"))
    }

    @Test func `what is said of the products would pass its own rules`() throws {
        for product in try Fixture.catalog.get().products {
            for fact in product.facts {
                let findings = try Fixture.findings(fact.text)
                #expect(!findings.contains { $0.rule == "product_claim" }, "\(fact.text) \(findings)")
                #expect(!findings.contains { $0.severity == .blocker }, "\(fact.text) \(findings)")
            }
        }
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
        Flaw(file: "products.yaml", of: "  objects: [", to: "  things: [", field: "handover.objects"),
        Flaw(file: "sales-steps.yaml", of: "  - id: needs", to: "  - id: greeting", field: "steps[1].id"),
        Flaw(file: "sales-steps.yaml", of: "  cs:\n", to: "  sk:\n", field: "cues.cs"),
        Flaw(file: "sales-steps.yaml", of: "\"hello\"", to: "\"... hello\"", field: "cues.en.greeting[0]"),
        Flaw(file: "forbidden-words.yaml", of: "  en:\n", to: "  xx:\n", field: "cues.xx"),
        Flaw(
            file: "forbidden-words.yaml", of: "\"harmless\"", to: "\"harm*less\"",
            field: "languages.en.words[1].patterns[0]"),
        Flaw(
            file: "forbidden-words.yaml", of: "        say: Say that it is not risk-free.\n", to: "",
            field: "languages.en.words[1].say"),
        Flaw(file: "injection-patterns.yaml", of: "  - \"<|\"\n", to: "  - \"\"\n", field: "markers[0]"),
    ]) func `a flaw is refused by the name of file and field`(_ flaw: Flaw) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "catalog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ComplianceCatalog.fileNames {
            var text = try String(contentsOfFile: "\(Fixture.directory)/\(name)", encoding: .utf8)
            if name == flaw.file { text.replaceSubrange(try #require(text.range(of: flaw.of)), with: flaw.to) }
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        let error = #expect(throws: ContentError.self) { try ComplianceCatalog(directory: folder.path) }
        #expect(error?.field == flaw.field)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func `a missing file is named`() {
        let error = #expect(throws: ContentError.self) { try ComplianceCatalog(directory: "/nonexistent") }
        #expect(error?.description == "products.yaml: cannot be read in /nonexistent")
    }
}
