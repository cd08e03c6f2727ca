/// Words in which a customer falls out of the role, in one language.
struct RolePart: Decodable, Sendable {
    /// Private notes read aloud.
    let notes: [String]
    /// An assistant or a coach speaks.
    let assistant: [String]
    /// The customer sells.
    let selling: [String]
    /// Frequent words that tell the language from others, in small letters.
    let commonWords: [String]
}

/// The same, ready to be looked for.
struct RolePhrases: Sendable {
    let notes: Grammar.Phrases
    let assistant: Grammar.Phrases
    let selling: Grammar.Phrases
    let commonWords: Set<String>

    init(_ part: RolePart, _ compiler: PhraseCompiler) throws {
        notes = try compiler.phrases(part.notes, "role.notes")
        assistant = try compiler.phrases(part.assistant, "role.assistant")
        selling = try compiler.phrases(part.selling, "role.selling")
        commonWords = Set(part.commonWords.map(SpokenWords.folded))
        guard !commonWords.isEmpty else { throw compiler.refuse("role.commonWords", "is empty") }
    }
}
