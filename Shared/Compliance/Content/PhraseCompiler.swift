import Domain

/// Compiles the phrases of a content file. Errors name the file and the field.
struct PhraseCompiler: Sendable {
    let file: String
    let spelling: Spelling
    /// Whether every alternative is tried on a sentence that contains it: half of the time that compiling takes.
    let checksAlternatives: Bool
    private(set) var classes: [String: PhrasePattern.Node] = [:]

    init(file: String, spelling: Spelling, checksAlternatives: Bool) {
        self.file = file
        self.spelling = spelling
        self.checksAlternatives = checksAlternatives
    }

    func refuse(_ field: String, _ reason: String) -> ContentError {
        ContentError(file: file, field: field, reason: reason)
    }

    func phrases(_ sources: [String]?, _ field: String) throws -> Grammar.Phrases {
        Grammar.Phrases(patterns: try patterns(sources, field))
    }

    private func patterns(_ sources: [String]?, _ field: String) throws -> [PhrasePattern] {
        var seen: Set<String> = []
        return try (sources ?? []).enumerated().map { index, source in
            guard seen.insert(source).inserted else { throw refuse("\(field)[\(index)]", "appears twice: \(source)") }
            let pattern: PhrasePattern
            do throws(PhrasePattern.Flaw) {
                pattern = try PhrasePattern(source, classes: classes, spelling: spelling)
            } catch {
                throw refuse("\(field)[\(index)]", error.reason)
            }
            if checksAlternatives { try check(pattern, "\(field)[\(index)]") }
            return pattern
        }
    }

    /// Every alternative must be found in a sentence that contains it; otherwise it would never match anything.
    private func check(_ pattern: PhrasePattern, _ field: String) throws {
        for example in pattern.examples {
            let words = SpokenWords(example, spelling: spelling)
            guard pattern.match(in: words, at: 0) != nil else {
                throw refuse(field, "has an alternative that can never match, «\(example)»: \(pattern.source)")
            }
        }
    }

    mutating func define(_ name: String, _ sources: [String], _ field: String) throws {
        guard !sources.isEmpty else { throw refuse(field, "is empty") }
        guard classes[name] == nil else { throw refuse(field, "defines a class twice: \(name)") }
        classes[name] = PhrasePattern.Node(anyOf: try patterns(sources, field).map(\.root))
    }
}
