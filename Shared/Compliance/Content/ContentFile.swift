import Domain
import Foundation
import Yams

/// A YAML file of the catalogue and the checks that its contents must pass.
protocol ContentFile: Decodable {
    static var name: String { get }
}

extension ContentFile {
    /// More than any content file needs.
    private static var largestFile: Int { 1 << 20 }

    static func load(from directory: String) throws -> Self {
        let url = URL(filePath: directory).appending(path: name)
        guard let data = try? Data(contentsOf: url) else {
            throw ContentError(file: name, field: "", reason: "cannot be read in \(directory)")
        }
        guard data.count <= largestFile else {
            throw ContentError(file: name, field: "", reason: "is larger than \(largestFile) bytes")
        }
        do {
            return try YAMLDecoder().decode(Self.self, from: data)
        } catch {
            throw ContentError(file: name, decoding: error)
        }
    }

    static func refuse(_ field: String, _ reason: String) -> ContentError {
        ContentError(file: name, field: field, reason: reason)
    }

    static func patterns(_ sources: [String]?, _ field: String) throws -> [PhrasePattern] {
        try (sources ?? []).enumerated().map { index, source in
            guard let pattern = PhrasePattern(source) else {
                throw refuse("\(field)[\(index)]", "is not a phrase pattern: \(source)")
            }
            return pattern
        }
    }

    /// A list that must not be empty, of unique ids, each with its index.
    static func unique<Item>(_ items: [Item], _ field: String, id: (Item) -> String) throws -> [(Int, Item)] {
        guard !items.isEmpty else { throw refuse(field, "is empty") }
        var seen: Set<String> = []
        for (index, item) in items.enumerated() {
            guard !id(item).isEmpty else { throw refuse("\(field)[\(index)].id", "is empty") }
            guard seen.insert(id(item)).inserted else {
                throw refuse("\(field)[\(index)].id", "appears twice: \(id(item))")
            }
        }
        return items.enumerated().map { ($0, $1) }
    }
}
