public import Domain
import Foundation
import Yams

/// The personas of a folder: every YAML file whose top level has a `rubric`. Trainers edit them without a build, so an
/// invalid file is refused when the process starts, naming the file and the field.
public struct PersonaCatalog: Sendable {
    /// In the order of their ids.
    public let personas: [Persona]

    /// - Throws: `ContentError` for the first file that lacks something, or contradicts itself or another file.
    public init(directory: String) throws {
        var found: [(file: String, persona: Persona)] = []
        for file in try Self.files(in: directory) {
            guard let persona = try Self.persona(file, in: directory) else { continue }
            try PersonaCheck(file: file, persona: persona).run()
            if let twin = found.first(where: { $0.persona.id == persona.id }) {
                throw ContentError(file: file, field: "id", reason: "is taken by \(twin.file): \(persona.id)")
            }
            for (index, scenario) in persona.scenarios.enumerated() {
                let twin = found.first { $0.persona.scenarios.contains { $0.id == scenario.id } }
                if let twin {
                    throw ContentError(
                        file: file, field: "scenarios[\(index)].id", reason: "is taken by \(twin.file): \(scenario.id)")
                }
            }
            found.append((file, persona))
        }
        guard !found.isEmpty else { throw ContentError(file: directory, field: "", reason: "holds no persona") }
        personas = found.map(\.persona).sorted { $0.id < $1.id }
    }

    private static func files(in directory: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw ContentError(file: directory, field: "", reason: "cannot be read")
        }
        return names.filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasPrefix(".") }.sorted()
    }

    /// Nil for a file that is not a persona.
    private static func persona(_ file: String, in directory: String) throws -> Persona? {
        guard let data = try? Data(contentsOf: URL(filePath: directory).appending(path: file)) else {
            throw ContentError(file: file, field: "", reason: "cannot be read in \(directory)")
        }
        do {
            guard try Yams.compose(yaml: String(decoding: data, as: UTF8.self))?.mapping?["rubric"] != nil else {
                return nil
            }
            return try YAMLDecoder().decode(Persona.self, from: data)
        } catch {
            throw ContentError(file: file, decoding: error)
        }
    }
}
