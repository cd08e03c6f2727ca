import Domain

/// `scenes.yaml`: what the customer is told of things that happen in VR.
struct ScenesFile: Decodable {
    static let name = "scenes.yaml"

    /// A text by ISO 639-1 code.
    typealias Texts = [String: String]

    struct Object: Decodable {
        let id: String
        let names: [String]
        /// The direct object of a sentence; nil for an object that only sentences of its own name.
        let says: Texts?
    }

    struct Interaction: Decodable {
        /// Ids; nil for all objects that have a text.
        let objects: [String]?
        let actions: [String]
        let silent: Bool?
        let says: Texts
    }

    let product: Texts
    let objects: [Object]
    let interactions: [Interaction]
    let events: [String: Texts]

    /// In characters, with the name of the object.
    private static let longest = 200
    private static let placeholder = "{object}"

    /// - Throws: `ContentError` for the first text or name that cannot be used.
    func check(knownTo handover: Handover) throws {
        try check(product, "product")
        var ids: Set<String> = []
        var names: Set<String> = []
        for (index, object) in objects.enumerated() {
            let field = "objects[\(index)]"
            guard !object.id.isEmpty, ids.insert(object.id).inserted else {
                throw Self.refuse("\(field).id", "is empty or appears twice: \(object.id)")
            }
            guard !object.names.isEmpty else { throw Self.refuse("\(field).names", "is empty") }
            for name in object.names {
                guard handover.knows(object: name) else {
                    throw Self.refuse("\(field).names", "has a name that vr-objects.yaml lacks: \(name)")
                }
                guard names.insert(Handover.plain(name)).inserted else {
                    throw Self.refuse("\(field).names", "has a name twice: \(name)")
                }
            }
            if let says = object.says { try check(says, "\(field).says") }
        }
        for (index, interaction) in interactions.enumerated() {
            try check(interaction, "interactions[\(index)]", ids: ids)
        }
        for (type, texts) in events { try check(texts, "events.\(type)") }
    }

    private func check(_ interaction: Interaction, _ field: String, ids: Set<String>) throws {
        guard !interaction.actions.isEmpty else { throw Self.refuse("\(field).actions", "is empty") }
        for id in interaction.objects ?? [] where !ids.contains(id) {
            throw Self.refuse("\(field).objects", "names an object that is not listed: \(id)")
        }
        let named = objects.filter { interaction.objects?.contains($0.id) == true }
        try check(
            interaction.says, "\(field).says",
            mayName: interaction.objects == nil || named.allSatisfy { $0.says != nil })
    }

    private func check(_ texts: Texts, _ field: String, mayName: Bool = false) throws {
        guard texts["en"] != nil else { throw Self.refuse("\(field).en", "is missing") }
        for (language, text) in texts {
            let isText = text.contains(where: \.isLetter) && !text.hasPrefix("[") && !text.contains(where: \.isNewline)
            guard isText, text.utf8.count <= 4 * Self.longest, text.count <= Self.longest else {
                throw Self.refuse("\(field).\(language)", "is not one line of 1 to \(Self.longest) characters")
            }
            let rest = mayName ? text.replacing(Self.placeholder, with: "") : text
            guard !rest.contains(where: { "{}".contains($0) }) else {
                throw Self.refuse("\(field).\(language)", "has a placeholder that nobody fills in")
            }
        }
    }

    static func refuse(_ field: String, _ reason: String) -> ContentError {
        ContentError(file: name, field: field, reason: reason)
    }

    static func filled(_ text: String, _ object: String) -> String { text.replacing(placeholder, with: object) }
}
