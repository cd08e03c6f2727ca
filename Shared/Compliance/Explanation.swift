/// How the rules read a line, for the authors of the lists: its clauses, and every place with what was made of it.
public struct Explanation: Sendable {
    public let lines: [String]
}

extension ComplianceCatalog {
    /// Nil for a language without a list.
    public func explanation(of text: String, before: String? = nil, language: String) -> Explanation? {
        guard let rules = rules(for: language) else { return nil }
        let reading = Reading(text, grammar: rules.grammar)
        let earlier = before.map { Reading($0, grammar: rules.grammar) }
        let clauses = reading.clauses.map { clause in
            let verb = clause.verb.map { reading.word($0) } ?? "none"
            let negators = clause.negators.map { reading.spoken.quote($0) }
            let words = clause.words.map { reading.word($0) }.joined(separator: " ")
            return "sentence \(clause.sentence), opener \(clause.opener), verb \(verb), negators \(negators): \(words)"
        }
        let found =
            rules.claims.places(in: reading, after: earlier) + rules.claims.agreements(in: reading, with: earlier)
        let places = (rules.claims.entries + rules.manipulation.entries).flatMap { entry in
            rules.claims.candidates(of: entry, in: reading).map { candidate in
                "\(entry.rule.id), \(candidate.isCertain ? "certain" : "suspected")"
                    + "\(candidate.isDenial ? " where denied" : ""): «\(reading.spoken.quote(candidate.words))» is "
                    + "\(rules.claims.polarity(of: candidate, in: reading)), \(reading.stance(of: candidate.words, isDenial: candidate.isDenial))"
                    + (reading.isDoubtful(candidate.words, isDenial: candidate.isDenial) ? ", doubtful" : "")
            }
        }
        let verdicts = found.map { place in
            "=> \(place.rule.rule)/\(place.rule.id) \(place.isCertain ? "certain" : "suspected"): "
                + "«\(reading.spoken.quote(place.words))»"
        }
        return Explanation(lines: clauses + places + verdicts)
    }
}
