import Domain

/// `manipulation.yaml`: attempts to trick the exercise instead of winning the customer. The phrases for them are in the
/// language files, and those of all languages apply at once: an attempt need not be in the language of the session.
struct ManipulationFile: ContentFile {
    static let name = "manipulation.yaml"

    let entries: [EntryPart]
    /// Character sequences that no speech contains: fake turns, closing tags, a model's control tokens.
    let markers: [String]

    func rules() throws -> [ClaimRule] {
        try Self.unique(entries, "entries", id: \.id).map { index, entry in
            try entry.rule(.injectionSuspected, in: Self.self, "entries[\(index)]", otherwise: .program)
        }
    }

    func checkedMarkers() throws -> [String] {
        for (index, marker) in markers.enumerated() where marker.isEmpty {
            throw Self.refuse("markers[\(index)]", "is empty")
        }
        return markers.map { $0.lowercased() }
    }
}
