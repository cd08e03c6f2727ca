/// What the supervisor keeps in mind of a conversation from one evaluation to the next, since it may no longer be shown
/// all of it. A model writes the entries; only the supervisor's model reads them.
public struct TalkLedger: Codable, Hashable, Sendable {
    /// Maximum number of entries in each list. The latest are kept.
    public static let mostEntries = 8
    /// Maximum length of an entry, in characters.
    public static let longestEntry = 140

    /// What the trainee has claimed about the products.
    public var claims: [String]
    /// What the customer has asked and was not told.
    public var questions: [String]
    /// Objections that the trainee has answered.
    public var objections: [String]

    public init(claims: [String] = [], questions: [String] = [], objections: [String] = []) {
        self.claims = claims
        self.questions = questions
        self.objections = objections
    }

    public var isEmpty: Bool { claims.isEmpty && questions.isEmpty && objections.isEmpty }

    /// With lists and entries of bounded length, each entry once and on one line.
    public var bounded: TalkLedger {
        TalkLedger(
            claims: Self.bounded(claims), questions: Self.bounded(questions), objections: Self.bounded(objections))
    }

    private static func bounded(_ entries: [String]) -> [String] {
        var kept: [String] = []
        for entry in entries.suffix(4 * mostEntries) {
            let text = String(CleanText.cleaned(entry.beginning(bytes: 4 * longestEntry)).prefix(longestEntry))
            if !text.isEmpty, !kept.contains(text) { kept.append(text) }
        }
        return kept.suffix(mostEntries)
    }
}
