import Domain
import Foundation
import Storage
import Testing

/// Files that state what differs from another persona.
@Suite struct PersonaVariantTests {
    private static let german = """
        id: fmc_smoker_xx
        basedOn: fmc_smoker
        version: 2
        name: Karl
        language: de
        description: Raucht.
        traits: [stur]
        says: [Eins?, Zwei., Drei., Vier., Fünf?]
        titles:
          {empathy: A, argumentQuality: B, persistence: C, adaptability: D, needsDiscovery: E, compliance: F}
        scenarios:
          - {id: resistant_xx, title: T, description: D, goal: G, situation: S}
        """

    private static func catalog(_ text: String, in folder: String = "xx") throws -> [Persona] {
        let directory = try PersonaCatalogTests.Folder(adding: [:])
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/\(folder)", withIntermediateDirectories: true)
        try text.write(toFile: "\(directory.path)/\(folder)/karl.yaml", atomically: true, encoding: .utf8)
        return try withExtendedLifetime(directory) { try PersonaCatalog(directory: directory.path).personas }
    }

    @Test func `a variant has its own words and the base's rules`() throws {
        let personas = try Self.catalog(Self.german)
        let base = try #require(personas.first { $0.id == "fmc_smoker" })
        let variant = try #require(personas.first { $0.id == "fmc_smoker_xx" })
        #expect(variant.name == "Karl" && variant.language == "de" && variant.traits == ["stur"])
        #expect(variant.version == base.version + 2)
        #expect(variant.objections.map(\.says) == ["Eins?", "Zwei.", "Drei.", "Vier.", "Fünf?"])
        #expect(variant.objections.map(\.softenedBy) == base.objections.map(\.softenedBy))
        #expect(variant.rubric.categories.map(\.title) == ["A", "B", "C", "D", "E", "F"])
        #expect(variant.rubric.categories.map(\.levels) == base.rubric.categories.map(\.levels))
        #expect(variant.attitudeRules == base.attitudeRules && variant.birthDate == base.birthDate)
        #expect(variant.scenarios.map(\.id) == ["resistant_xx"])
    }

    @Test(arguments: [
        ("basedOn: fmc_smoker", "basedOn: nobody", "basedOn"), ("version: 2", "version: 0", "version"),
        ("version: 2", "version: high", "version"), ("language: de\n", "", "language"),
        ("id: fmc_smoker_xx\n", "", "id"), ("Fünf?]", "Fünf?, Sechs.]", "says"),
        ("empathy: A", "charm: A", "titles.charm"),
        (", compliance: F", "", "titles.compliance"), ("says: [Eins?, Zwei., Drei., Vier., Fünf?]\n", "", "says"),
        ("id: fmc_smoker_xx", "id: fmc_smoker", "id"), ("id: resistant_xx", "id: fmc_resistant", "scenarios[0].id"),
    ])
    func `an incomplete variant is refused with the file and the field`(of: String, to: String, field: String) throws {
        let error = #expect(throws: ContentError.self) {
            try Self.catalog(Self.german.replacing(of, with: to))
        }
        #expect(error?.field == field)
        #expect(error?.file == "xx/karl.yaml")
    }

    @Test func `a variant of a variant is refused`() throws {
        let directory = try PersonaCatalogTests.Folder(adding: [
            "a.yaml": Self.german,
            "b.yaml": Self.german.replacing("fmc_smoker_xx", with: "other").replacing(
                "basedOn: fmc_smoker", with: "basedOn: fmc_smoker_xx"),
        ])
        let error = #expect(throws: ContentError.self) { try PersonaCatalog(directory: directory.path) }
        #expect(error?.field == "basedOn")
    }
}
