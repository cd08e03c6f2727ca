public import Domain
import Foundation
import Yams

/// The personas of a folder and of the folders in it: every YAML file whose top level has a `rubric`, or that is
/// `basedOn` one of them. Trainers edit them without a build, so an invalid file is refused when the process starts,
/// naming the file and the field.
public struct PersonaCatalog: Sendable {
    /// In the order of their ids.
    public let personas: [Persona]

    /// - Throws: `ContentError` for the first file that lacks something, or contradicts itself or another file.
    public init(directory: String) throws {
        var found: [(file: String, persona: Persona)] = []
        let sources = try Self.sources(in: directory)
        for source in sources {
            let file = source.file
            let persona = try Self.persona(source, among: sources)
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

    /// A file as read, before anything is filled in from another.
    private struct Source {
        /// Its path below the directory.
        let file: String
        let content: Node.Mapping

        func text(_ key: String) -> String? { content[key]?.string }
    }

    /// The files that are personas, in the order of their paths.
    private static func sources(in directory: String) throws -> [Source] {
        var sources: [Source] = []
        for file in try files(in: directory) {
            guard let data = try? Data(contentsOf: URL(filePath: directory).appending(path: file)) else {
                throw ContentError(file: file, field: "", reason: "cannot be read in \(directory)")
            }
            // Reading the rules of the languages as YAML would take a gateway longer than the rest of its start.
            guard ["rubric", "basedOn"].contains(where: { data.range(of: Data($0.utf8)) != nil }) else { continue }
            do {
                let content = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))?.mapping
                guard let content, content["rubric"] != nil || content["basedOn"] != nil else { continue }
                sources.append(Source(file: file, content: content))
            } catch {
                throw ContentError(file: file, decoding: error)
            }
        }
        return sources
    }

    private static func files(in directory: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw ContentError(file: directory, field: "", reason: "cannot be read")
        }
        let inFolders = names.filter { !$0.hasPrefix(".") }.flatMap { folder in
            let inside = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")) ?? []
            return inside.filter { !$0.hasPrefix(".") }.map { "\(folder)/\($0)" }
        }
        return (names + inFolders).filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasPrefix(".") }
            .sorted()
    }

    private static func persona(_ source: Source, among sources: [Source]) throws -> Persona {
        var content = source.content
        if let base = source.text("basedOn") {
            guard let original = sources.first(where: { $0.text("id") == base }), original.text("basedOn") == nil else {
                throw ContentError(
                    file: source.file, field: "basedOn", reason: "is no persona with a rubric of its own: \(base)")
            }
            content = try PersonaVariant(file: source.file, base: original.content, own: content).merged()
        }
        do {
            return try YAMLDecoder().decode(Persona.self, from: .mapping(content))
        } catch {
            throw ContentError(file: source.file, decoding: error)
        }
    }
}
