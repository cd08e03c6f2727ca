import Domain

/// `forbidden-words.yaml`: one list per language.
struct ForbiddenWordsFile: ContentFile {
    static let name = "forbidden-words.yaml"

    let languages: [String: List]

    struct List: Decodable {
        let negators: [String]
        let mistakenNegations: [String]
        let continuations: [String]
        let conjunctions: [String]
        let words: [Word]

        func compiled(language: String) throws -> ForbiddenWords {
            let field = "languages.\(language)"
            let entries = try ForbiddenWordsFile.unique(words, "\(field).words", id: \.id).map { index, word in
                try word.compiled("\(field).words[\(index)]")
            }
            return ForbiddenWords(
                entries: entries,
                negation: Negation(
                    negators: try ForbiddenWordsFile.patterns(negators, "\(field).negators"),
                    mistaken: try ForbiddenWordsFile.patterns(mistakenNegations, "\(field).mistakenNegations"),
                    continuations: Set(continuations.map { SpokenWords.folded($0) }),
                    conjunctions: Set(conjunctions.map { SpokenWords.folded($0) })))
        }
    }

    struct Word: Decodable {
        let id: String
        let severity: String
        let patterns: [String]
        let exceptions: [String]?
        let negatable: Bool?
        let say: String

        func compiled(_ field: String) throws -> ForbiddenWords.Entry {
            guard let severity = Finding.Severity(rawValue: severity) else {
                throw refuse("\(field).severity", "is unknown: \(severity)")
            }
            guard !patterns.isEmpty else { throw refuse("\(field).patterns", "is empty") }
            guard !say.isEmpty else { throw refuse("\(field).say", "is empty") }
            return ForbiddenWords.Entry(
                id: id, severity: severity,
                patterns: try ForbiddenWordsFile.patterns(patterns, "\(field).patterns"),
                exceptions: try ForbiddenWordsFile.patterns(exceptions, "\(field).exceptions"),
                negatable: negatable ?? true, say: say)
        }

        private func refuse(_ field: String, _ reason: String) -> ContentError {
            ForbiddenWordsFile.refuse(field, reason)
        }
    }
}
