public import Domain

/// How an utterance of the customer does not fit the role, as far as words tell it. What only meaning tells is left to
/// the supervisor's model.
extension ComplianceCatalog {
    /// Sentences of an answer, counted from this number of words on, that are no longer an answer.
    private static let mostSentences = 4
    private static let wordsOfASentence = 3
    /// From this number of words on the language of an utterance can be told.
    private static let wordsOfALanguage = 6
    private static let commonWordsOfALanguage = 3

    /// The gravest kind that the text shows; nil if it fits.
    public func roleLapse(in text: String, language: String) -> RoleLapse.Kind? {
        let text = SpokenText.cleaned(text)
        if text.contains(/\[(?:state|scene|opening|heard|role|silence|time)\]/.ignoresCase()) { return .notes }
        let rules = rules(for: language)
        let reading = rules.map { Reading(text, grammar: $0.grammar) }
        func says(_ phrases: Grammar.Phrases?) -> Bool {
            guard let phrases, let reading else { return false }
            return self.says(phrases, in: reading)
        }
        if says(rules?.role?.notes) { return .notes }
        if says(rules?.role?.assistant) { return .assistant }
        if isOtherLanguage(text, than: language) { return .language }
        if describesActions(text) { return .directions }
        if says(rules?.role?.selling) { return .selling }
        let sentences = text.split { ".!?…;;".contains($0) }.count { sentence in
            sentence.split(whereSeparator: \.isWhitespace).count >= Self.wordsOfASentence
        }
        return sentences > Self.mostSentences ? .length : nil
    }

    /// What is denied or told of others fits a customer: «I'm no assistant.» A question does not: «How can I help you?»
    private func says(_ phrases: Grammar.Phrases, in reading: Reading) -> Bool {
        phrases.matches(in: reading).contains { place in
            // What is denied after the words is something else: «As an AI I can't say.», «Als KI kann ich nichts sagen.»
            let negators = reading.clauses[reading.clause(of: place.lowerBound)].negators
            guard !negators.contains(where: { $0.lowerBound < place.lowerBound }) else { return false }
            return switch reading.stance(of: place) {
            case .asserted, .insinuated, .offered, .asked: true
            case .denied: negators.contains { $0.lowerBound > place.upperBound }
            case .reported, .conditional: false
            }
        }
    }

    /// Whether the words are those of another language that has rules, and none of them is of this one.
    private func isOtherLanguage(_ text: String, than language: String) -> Bool {
        guard let own = rules(for: language)?.role?.commonWords else { return false }
        let words = SpokenWords.folded(text).split { !$0.isLetter }.map(String.init)
        guard words.count >= Self.wordsOfALanguage, !words.contains(where: own.contains) else { return false }
        return languages.contains { other in
            guard other != language, let common = rules(for: other)?.role?.commonWords else { return false }
            return words.count { common.contains($0) } >= Self.commonWordsOfALanguage
        }
    }

    /// «*sighs*», «(laughs)», «[pause]»: a few words in small letters between marks.
    private func describesActions(_ text: String) -> Bool {
        text.contains(/\*\p{Ll}[\p{L} ,']{1,40}\*/) || text.contains(/[\(\[]\p{Ll}[\p{L} ,']{1,40}[\)\]]/)
    }
}
