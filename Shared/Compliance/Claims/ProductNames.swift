/// Finds which product an utterance mentions, and where.
struct ProductNames: Sendable {
    struct Mention: Sendable {
        let product: String
        let words: ClosedRange<Int>
    }

    /// Product ids with the names of the product, including those that speech recognition writes instead.
    let names: [(product: String, phrases: Grammar.Phrases)]

    func mentions(in reading: some WordSequence) -> [Mention] {
        names.flatMap { name in
            name.phrases.matches(in: reading).map { Mention(product: name.product, words: $0) }
        }.sorted { $0.words.lowerBound < $1.words.lowerBound }
    }

    func onlyOne(in reading: some WordSequence) -> String? {
        let products = Set(mentions(in: reading).map(\.product))
        return products.count == 1 ? products.first : nil
    }

    /// The product that the words are about: the one named in them, else the last one before them in the clause, else
    /// the next one in the clause, else the last one before the clause, else `earlier`, which the customer named.
    func topic(of words: ClosedRange<Int>, in reading: Reading, _ mentions: [Mention], earlier: String?) -> String? {
        if let inside = mentions.first(where: { $0.words.joins(words) }) { return inside.product }
        let clause = reading.clause(of: words.upperBound)
        let behind = mentions.first {
            $0.words.lowerBound > words.upperBound && reading.clause(of: $0.words.lowerBound) == clause
        }
        let before = mentions.last { $0.words.upperBound < words.lowerBound }
        if let before, reading.clause(of: before.words.lowerBound) == clause { return before.product }
        return behind?.product ?? before?.product ?? earlier
    }
}
