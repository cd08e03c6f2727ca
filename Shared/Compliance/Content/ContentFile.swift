import Domain
import Yams

/// A YAML file of the rulebook and the checks that its contents must pass.
protocol ContentFile: Decodable {
    static var name: String { get }
}

extension ContentFile {
    /// - Parameter file: its path in the rulebook.
    static func load(from rulebook: Rulebook, file: String = name) throws -> Self {
        guard let text = rulebook.files[file] else { throw ContentError(file: file, field: "", reason: "is missing") }
        do {
            return try YAMLDecoder().decode(Self.self, from: text)
        } catch {
            throw ContentError(file: file, decoding: error)
        }
    }

    static func refuse(_ field: String, _ reason: String) -> ContentError {
        ContentError(file: name, field: field, reason: reason)
    }

    /// The items with their indices. Refuses an empty list and an id that is empty or not unique.
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
