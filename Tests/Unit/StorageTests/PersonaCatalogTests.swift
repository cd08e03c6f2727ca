import Domain
import Foundation
import Storage
import Testing

struct PersonaCatalogTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Shared/Personas").path

    static let personas = (try? PersonaCatalog(directory: directory).personas) ?? []

    @Test func `the real folder holds the personas of the specification`() throws {
        let personas = try PersonaCatalog(directory: Self.directory).personas
        let ofSpec: Set = ["curious_newcomer", "fmc_smoker", "glo_lapsed", "hostile_no_time", "velo_user"]
        #expect(Set(personas.map(\.id)).isSuperset(of: ofSpec))
        let voices = personas.filter { ofSpec.contains($0.id) }.map(\.voice)
        #expect(Set(voices).count == voices.count, "each should be told from the others by its voice")
        let karel = try #require(personas.first { $0.id == "fmc_smoker" })
        #expect(karel.name == "Karel")
        #expect(karel.type == "FMC Smoker")
        #expect(karel.birthDate == "1981-05-12")
        let day = try #require(CalendarDay("2026-11-22"))
        #expect(karel.on(day).age == 45)
        #expect(karel.on(day).realtimePrompt.contains("Karel, 45, born on 12 May 1981"))
        #expect(!karel.on(day).realtimePrompt.contains("{"))
        let birthday = try #require(CalendarDay("2027-05-12"))
        #expect(karel.on(birthday).realtimePrompt.contains("Karel, 46, born on 12 May 1981"))
        #expect(karel.voice == "verse")
        #expect(karel.initialAttitude == 2)
        #expect(karel.scenarios.contains { $0.id == "fmc_resistant" })
    }

    @Test(arguments: personas.map(\.id)) func `every persona is complete`(_ id: String) throws {
        let persona = try #require(Self.personas.first { $0.id == id })
        let categories = Set(persona.rubric.categories.map(\.id))
        #expect(categories.isSuperset(of: ["empathy", "argumentQuality", "persistence", "adaptability"]))
        #expect(persona.rubric.categories.reduce(0) { $0 + $1.weight } == 100)
        #expect(persona.scenarios.count >= 2)
        #expect(persona.objections.count >= 3)
        #expect(persona.realtimePrompt.contains("{name}, {age}"))
        #expect(persona.mood(at: persona.initialAttitude) != nil)
        #expect(persona.silence != nil)
        let languages = ["en": "", "cs": "_cs", "de": "_de", "el": "_el"]
        let suffix = try #require(languages[persona.language])
        #expect(persona.id.hasSuffix(suffix) && persona.scenarios.allSatisfy { $0.id.hasSuffix(suffix) })
    }

    @Test(arguments: ["cs", "de", "el"]) func `every customer of the specification speaks the language`(_ code: String)
        throws
    {
        let ofSpec = ["curious_newcomer", "fmc_smoker", "glo_lapsed", "hostile_no_time", "velo_user"]
        for id in ofSpec {
            let original = try #require(Self.personas.first { $0.id == id })
            let variant = try #require(Self.personas.first { $0.id == "\(id)_\(code)" })
            #expect(variant.language == code && variant.type == original.type && variant.voice == original.voice)
            #expect(variant.birthDate == original.birthDate && variant.ceilings == original.ceilings)
            #expect(variant.initialAttitude == original.initialAttitude && variant.silence == original.silence)
            #expect(variant.moods?.map(\.upTo) == original.moods?.map(\.upTo))
            #expect(variant.rubric.categories.map(\.weight) == original.rubric.categories.map(\.weight))
            #expect(variant.scenarios.count == original.scenarios.count)
            for (one, other) in zip(variant.scenarios, original.scenarios) {
                #expect(one.id == "\(other.id)_\(code)")
                #expect(one.opening?.speaker == other.opening?.speaker)
                #expect(one.clocks?.map(\.atSeconds) == other.clocks?.map(\.atSeconds))
                #expect(one.briefing?.count == other.briefing?.count)
            }
            // What the trainee reads or the customer says is not left in English.
            for (own, english) in [
                (variant.realtimePrompt, original.realtimePrompt),
                (variant.productKnowledge, original.productKnowledge),
                (variant.description, original.description), (variant.traits.joined(), original.traits.joined()),
                (variant.objections.map(\.says).joined(), original.objections.map(\.says).joined()),
            ] {
                #expect(own != english)
            }
            let titles = zip(variant.rubric.categories, original.rubric.categories)
            #expect(titles.allSatisfy { $0.title != $1.title })
        }
    }

    @Test func `a customer who must not be served is a minor on every day`() throws {
        let filip = try #require(Self.personas.first { $0.mustNotBeServed == true })
        #expect(filip.birthDate == nil && filip.ageInYears == 17)
        for text in ["2026-11-30", "2027-02-28", "2028-02-29", "2031-07-01"] {
            let day = try #require(CalendarDay(text))
            let today = filip.on(day)
            #expect(today.age == 17)
            let birthDay = try #require(today.birthDay)
            #expect(birthDay.age(on: day) == 17)
            #expect(today.realtimePrompt.contains("Filip, 17, born on ") && !today.realtimePrompt.contains("{"))
            // A later look at a session that has begun does not move the date.
            let later = try #require(CalendarDay("2035-01-01"))
            #expect(today.on(later).birthDate == today.birthDate)
        }
    }

    @Test func `the guide for authors lists every voice`() throws {
        let guide = try String(contentsOfFile: "\(Self.directory)/README.md", encoding: .utf8)
        #expect(guide.contains("(\(Voice.allCases.map(\.rawValue).joined(separator: ", ")))"))
    }

    @Test func `files without a rubric are no personas`() throws {
        let folder = try Folder(adding: ["notes.yaml": "title: nothing\n", "list.yaml": "- 1\n"])
        #expect(try PersonaCatalog(directory: folder.path).personas.map(\.id) == ["fmc_smoker"])
    }

    struct Flaw: Sendable, CustomTestStringConvertible {
        let of: String
        let to: String
        let field: String
        var testDescription: String { field }
    }

    @Test(arguments: [
        Flaw(of: "name: Karel", to: "nom: Karel", field: "name"),
        Flaw(of: "voice: verse", to: "voice: cello", field: "voice"),
        Flaw(of: "initialAttitude: 2", to: "initialAttitude: 11", field: "initialAttitude"),
        Flaw(of: "initialAttitude: 2", to: "initialAttitude: low", field: "initialAttitude"),
        Flaw(of: "id: fmc_smoker", to: "id: ../fmc", field: "id"),
        Flaw(of: "language: en", to: "language: english", field: "language"),
        Flaw(of: "birthDate: 1981-05-12", to: "birthDate: 2015-05-12", field: "age"),
        Flaw(of: "birthDate: 1981-05-12", to: "ageInYears: 17", field: "ageInYears"),
        Flaw(of: "birthDate: 1981-05-12", to: "ageInYears: 13\nmustNotBeServed: true", field: "ageInYears"),
        Flaw(of: "birthDate: 1981-05-12", to: "ageInYears: 30\nmustNotBeServed: true", field: "ageInYears"),
        Flaw(of: "birthDate: 1981-05-12", to: "birthDate: 1981-05-12\nmustNotBeServed: true", field: "ageInYears"),
        Flaw(of: "birthDate: 1981-05-12", to: "birthDate: 1981-05-12\nageInYears: 45", field: "ageInYears"),
        Flaw(of: "keywords: [Marlboro", to: "keywords: ['', Marlboro", field: "keywords[0]"),
        Flaw(of: "birthDate: 1981-05-12\n", to: "age: 45\n", field: "birthDate"),
        Flaw(of: "birthDate: 1981-05-12", to: "age: 45\nbirthDate: 12.5.1981", field: "birthDate"),
        Flaw(of: "{birthDate}", to: "{birthday}", field: "realtimePrompt"),
        Flaw(of: "language: en", to: "convertsAt: 11\nlanguage: en", field: "convertsAt"),
        Flaw(of: "silence: {first: 8", to: "silence: {first: 3", field: "silence.first"),
        Flaw(of: "silence: {first: 8", to: "silence: {first: soon", field: "silence.first"),
        Flaw(of: "again: 15, leave: 30", to: "again: 15, leave: 500", field: "silence.leave"),
        Flaw(of: "opening: {speaker: trainee}", to: "opening: {speaker: customer}", field: "scenarios[0].opening.says"),
        Flaw(of: "opening: {speaker: trainee}", to: "opening: {speaker: clerk}", field: "scenarios[0].opening.speaker"),
        Flaw(of: "afterMs: 1500", to: "afterMs: 60000", field: "scenarios[1].opening.afterMs"),
        Flaw(of: "atSeconds: 600", to: "atSeconds: 400", field: "scenarios[1].clocks[1].atSeconds"),
        Flaw(of: "{until: needs, at: 4}", to: "{until: needs, at: 11}", field: "ceilings[0].at"),
        Flaw(of: "{until: needs, at: 4}", to: "{until: needs, at: 1}", field: "ceilings[0].at"),
        Flaw(of: "{upTo: 1,", to: "{upTo: 3,", field: "moods[1].upTo"),
        Flaw(of: "{upTo: 10,", to: "{upTo: 9,", field: "moods"),
        Flaw(of: "weight: 20", to: "weight: 21", field: "rubric.categories"),
        Flaw(of: "id: argumentQuality", to: "id: argument_quality", field: "rubric.categories[1].id"),
        Flaw(of: "id: argumentQuality", to: "id: empathy", field: "rubric.categories[1].id"),
        Flaw(of: "from: 21, to: 40", to: "from: 20, to: 40", field: "rubric.categories[0].levels[1].from"),
        Flaw(of: "from: 81, to: 100", to: "from: 81, to: 99", field: "rubric.categories[0].levels"),
        Flaw(
            of: "from: 81, to: 100", to: "from: 81, to: 9223372036854775807", field: "rubric.categories[0].levels[4].to"
        ),
        Flaw(of: "id: fmc_balcony", to: "id: fmc_resistant", field: "scenarios[1].id"),
        Flaw(of: "    title: Karel and the balcony in winter\n", to: "", field: "scenarios[1].title"),
        Flaw(of: "traits:\n", to: "traits: []\nother:\n", field: "traits"),
    ]) func `an invalid value is refused with the file and the field`(_ flaw: Flaw) throws {
        let karel = try String(contentsOfFile: "\(Self.directory)/fmc_smoker.yaml", encoding: .utf8)
        let position = try #require(karel.range(of: flaw.of))
        let folder = try Folder(adding: ["fmc_smoker.yaml": karel.replacingCharacters(in: position, with: flaw.to)])
        let error = #expect(throws: ContentError.self) { try PersonaCatalog(directory: folder.path) }
        #expect(error?.file == "fmc_smoker.yaml")
        #expect(error?.field == flaw.field)
    }

    @Test func `an empty and an overlong prompt are refused`() throws {
        let karel = try String(contentsOfFile: "\(Self.directory)/fmc_smoker.yaml", encoding: .utf8)
        for filler in ["", String(repeating: "word ", count: 3_300)] {
            let start = try #require(karel.range(of: "realtimePrompt: |\n"))
            let end = try #require(karel.range(of: "supervisorPrompt: |\n"))
            var broken = karel
            broken.replaceSubrange(start.lowerBound..<end.lowerBound, with: "realtimePrompt: \"\(filler)\"\n")
            let folder = try Folder(adding: ["fmc_smoker.yaml": broken])
            let error = #expect(throws: ContentError.self) { try PersonaCatalog(directory: folder.path) }
            #expect(error?.field == "realtimePrompt")
        }
    }

    @Test func `two files with the same id are refused`() throws {
        let karel = try String(contentsOfFile: "\(Self.directory)/fmc_smoker.yaml", encoding: .utf8)
        let folder = try Folder(adding: ["twin.yaml": karel])
        let error = #expect(throws: ContentError.self) { try PersonaCatalog(directory: folder.path) }
        #expect(error?.description == "twin.yaml: id is taken by fmc_smoker.yaml: fmc_smoker")
    }

    @Test func `invalid YAML is an error of one line with the name of the file`() throws {
        let folder = try Folder(adding: ["broken.yaml": "rubric: [\nid: x"])
        let error = #expect(throws: ContentError.self) { try PersonaCatalog(directory: folder.path) }
        #expect(error?.file == "broken.yaml")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func `a missing folder, or one without personas, is refused`() throws {
        #expect(throws: ContentError.self) { try PersonaCatalog(directory: "/nonexistent/personas") }
        let folder = try Folder(adding: ["fmc_smoker.yaml": "title: no persona\n"])
        #expect(throws: ContentError.self) { try PersonaCatalog(directory: folder.path) }
    }

    /// A temporary folder with Karel and the files that a test adds or replaces; removed with the object.
    final class Folder {
        let path: String

        init(adding files: [String: String]) throws {
            let url = FileManager.default.temporaryDirectory.appending(path: "personas-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            path = url.path
            try FileManager.default.copyItem(
                atPath: "\(PersonaCatalogTests.directory)/fmc_smoker.yaml", toPath: "\(path)/fmc_smoker.yaml")
            for (name, text) in files { try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }
}
