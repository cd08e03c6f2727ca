public import Domain
import Foundation
import Yams

/// Turns a client's event into what the customer sees: one sentence of the content, never the client's own text.
public struct SceneTable: Sendable {
    private struct Line {
        /// Nil for all objects that have a text.
        var objects: Set<String>?
        var isSilent: Bool
        var says: ScenesFile.Texts
    }

    private static let fallback = "en"
    /// Bytes. A file with a sentence for every interaction has a tenth of them.
    private static let largest = 256 << 10

    private let handover: Handover
    private let product: ScenesFile.Texts
    /// Ids of objects by their plain names.
    private let ids: [String: String]
    private let names: [String: ScenesFile.Texts]
    /// By the plain name of the action, in the order of the file.
    private let lines: [String: [Line]]
    private let events: [EventType: ScenesFile.Texts]

    /// - Parameter handover: knows the names of objects.
    /// - Returns: nil if the folder has no such file: then no event reaches the customer.
    /// - Throws: `ContentError` for the first field that cannot be used.
    public init?(directory: String, handover: Handover) throws {
        let path = URL(filePath: directory).appending(path: ScenesFile.name)
        guard FileManager.default.fileExists(atPath: path.path) else { return nil }
        guard let data = try? Data(contentsOf: path), data.count <= Self.largest,
            let yaml = String(data: data, encoding: .utf8)
        else { throw ScenesFile.refuse("", "cannot be read, is too large, or no UTF-8") }
        try self.init(yaml: yaml, handover: handover)
    }

    init(yaml: String, handover: Handover) throws {
        let file: ScenesFile
        do { file = try YAMLDecoder().decode(ScenesFile.self, from: yaml) } catch {
            throw ContentError(file: ScenesFile.name, decoding: error)
        }
        try file.check(knownTo: handover)
        self.handover = handover
        product = file.product
        var ids: [String: String] = [:]
        var names: [String: ScenesFile.Texts] = [:]
        for object in file.objects {
            for name in object.names { ids[Handover.plain(name)] = object.id }
            names[object.id] = object.says
        }
        self.ids = ids
        self.names = names
        var lines: [String: [Line]] = [:]
        for interaction in file.interactions {
            let line = Line(
                objects: interaction.objects.map { Set($0) }, isSilent: interaction.silent == true,
                says: interaction.says)
            for action in interaction.actions { lines[Handover.plain(action), default: []].append(line) }
        }
        self.lines = lines
        events = Dictionary(
            uniqueKeysWithValues: file.events.map { (EventType(rawValue: $0.key), $0.value) })
    }

    /// Nil for an event that tells the customer nothing.
    ///
    /// - Parameters:
    ///   - language: ISO 639-1 code of the customer's language.
    ///   - more: names of objects that are products, in addition to those of the content file.
    public func sight(of event: SessionEvent, language: String, more: [String] = []) -> SceneSight? {
        if let texts = events[event.type] { return Self.text(texts, language).map { SceneSight($0) } }
        guard event.type == .vrInteraction, let object = event.data["interactedObject"]?.string,
            let action = event.data["action"]?.string
        else { return nil }
        let plain = Handover.names(object)
        guard let candidates = Handover.plainAction(action).flatMap({ lines[$0] }) else { return nil }
        let id = plain.lazy.compactMap { ids[$0] }.first
        let name = id.map { names[$0] } ?? (handover.isProduct(plain, more: more) ? product : nil)
        guard id != nil || name != nil else { return nil }
        let line = candidates.first { line in
            line.objects.map { objects in id.map { objects.contains($0) } ?? false } ?? (name != nil)
        }
        guard let line else { return nil }
        // One language for the sentence and what it names.
        let code = line.says[language] != nil && (name ?? line.says)[language] != nil ? language : Self.fallback
        guard let sentence = Self.text(line.says, code) else { return nil }
        let thing = name.flatMap { Self.text($0, code) } ?? ""
        return SceneSight(ScenesFile.filled(sentence, thing), isSilent: line.isSilent)
    }

    private static func text(_ texts: ScenesFile.Texts, _ language: String) -> String? {
        texts[language] ?? texts[fallback]
    }
}
