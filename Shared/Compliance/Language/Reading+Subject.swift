extension Reading {
    /// Whether the clause is about a thing that does not affect health, and about no person: «it will not harm your
    /// jacket».
    func isAboutThing(_ place: ClosedRange<Int>) -> Bool {
        let words = clauses[clause(of: place.upperBound)].words
        return [grammar.things, grammar.elsewhere].contains { $0.occur(in: self, within: words) }
            && !grammar.persons.occur(in: self, within: words)
    }

    /// Whether the clause is about something that is not sold here, and about nothing that is: «I quit my job at the
    /// bakery».
    func isElsewhere(_ place: ClosedRange<Int>) -> Bool {
        let words = clauses[clause(of: place.upperBound)].words
        let behind = words.clamped(to: place.lowerBound..<words.upperBound)
        return grammar.elsewhere.occur(in: self, within: words) && !grammar.wares.occur(in: self, within: behind)
    }

    /// Whether the subject is something other than the product: «your phone is (safe)». False if no subject is named.
    func hasOtherSubject(_ place: ClosedRange<Int>) -> Bool {
        let clause = clauses[clause(of: place.upperBound)]
        guard grammar.questionsHaveTheirOwnOrder, let verb = clause.verb, verb < place.lowerBound else { return false }
        let subject = clause.words.lowerBound..<verb
        let named = subject.filter { index in
            ![
                grammar.fillers, grammar.talkers, grammar.additions, grammar.turns, grammar.complements,
                grammar.relatives,
            ].contains {
                $0.match(in: self, at: index) != nil
            }
        }
        return !named.isEmpty && !grammar.wares.occur(in: self, within: subject)
            && !grammar.persons.occur(in: self, within: subject)
    }

    /// Whether the sentence refers the customer to a person who helps with it: «a pharmacist can (help you quit)».
    func refersToHelper(_ place: ClosedRange<Int>) -> Bool {
        let clause = clauses[clause(of: place.upperBound)]
        guard grammar.helpers.occur(in: self, within: sentence(clause.sentence)) else { return false }
        // «glo helps more than any doctor» refers to nobody.
        let subject = clause.words.lowerBound..<min(clause.verb ?? place.lowerBound, place.lowerBound + 1)
        return !grammar.wares.occur(in: self, within: subject)
    }
}
