import Domain

/// `forbidden-words.yaml`: what a trainee must not claim. The phrases for it are in the language files.
struct ForbiddenWordsFile: ContentFile {
    static let name = "forbidden-words.yaml"

    let entries: [EntryPart]

    func rules() throws -> [ClaimRule] {
        try Self.unique(entries, "entries", id: \.id).map { index, entry in
            try entry.rule(.forbiddenWord, in: Self.self, "entries[\(index)]")
        }
    }
}

/// One entry of a file of rules.
struct EntryPart: Decodable {
    let id: String
    let severity: String
    let meaning: String
    let wrong: String
    let right: String
    let say: String
    let heard: String?
    let about: String?
    let evenAsked: Bool?
    let covers: [String]?
    let kin: [String]?

    func rule(
        _ rule: Finding.Rule, in file: any ContentFile.Type, _ field: String, otherwise: ClaimRule.Subject = .anything
    ) throws -> ClaimRule {
        let subject: ClaimRule.Subject
        switch about {
        case nil: subject = otherwise
        case "health": subject = .health
        case "offer": subject = .offer
        case "quitting": subject = .quitting
        case let other?: throw file.refuse("\(field).about", "is unknown: \(other)")
        }
        return ClaimRule(
            rule: rule, id: id, severity: try file.severity(severity, "\(field).severity"),
            meaning: try file.sentence(meaning, "\(field).meaning"), wrong: try file.sentence(wrong, "\(field).wrong"),
            right: try file.sentence(right, "\(field).right"), say: try file.sentence(say, "\(field).say"),
            heard: try heard.map { try file.sentence($0, "\(field).heard") },
            subject: subject, isEvenAsked: evenAsked ?? false, covers: Set(covers ?? []),
            kin: Set(kin ?? []))
    }
}

extension ContentFile {
    static func severity(_ name: String, _ field: String) throws -> Finding.Severity {
        guard let severity = Finding.Severity(rawValue: name) else { throw refuse(field, "is unknown: \(name)") }
        return severity
    }

    static func sentence(_ text: String, _ field: String) throws -> String {
        guard text.contains(where: \.isLetter) else { throw refuse(field, "is empty") }
        return text
    }
}
