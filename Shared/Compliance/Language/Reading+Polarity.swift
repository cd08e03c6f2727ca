/// Whether words are denied in their context.
enum Polarity: Sendable {
    case affirmed
    case denied
    /// Denied, and the denial denied: «not without risk».
    case deniedTwice

    fileprivate init(denials: Int) {
        self = denials == 0 ? .affirmed : denials == 1 ? .denied : .deniedTwice
    }
}

extension Reading {
    /// Maximum distance, in words, between a privative and what it denies: «without any added nicotine».
    private static var privativeReach: Int { 4 }

    /// Whether the words are denied within their own clause.
    ///
    /// - Parameters:
    ///   - fromWithin: whether a denial among the words themselves, after the first of them, counts. For words that are
    ///     a claim only when they are denied: «neo has no tobacco».
    ///   - pattern: the pattern that found the words. A denial that it only skips denies them: «hören (nicht) mit dem
    ///     Rauchen auf».
    func polarity(
        of place: ClosedRange<Int>, fromWithin: Bool = false, pattern: PhrasePattern? = nil
    ) -> Polarity {
        let clause = clauses[clause(of: place.upperBound)]
        let within =
            fromWithin ? grammar.privatives.matches(in: self, within: place.lowerBound..<place.upperBound).first : nil
        let privative = within ?? privative(of: place, in: clause)
        // Where several negations count as one, words that contain a denial are not denied by the others: «nikdy nikomu
        // neuškodilo».
        func isPassedOver(_ negator: ClosedRange<Int>) -> Bool {
            guard let pattern, negator.lowerBound > place.lowerBound, negator.upperBound < place.upperBound else {
                return false
            }
            return !negator.contains { pattern.names(word($0)) }
        }
        let deniesItself =
            !fromWithin && grammar.negationMayFollow
            && clause.negators.contains { $0.joins(place) && !isPassedOver($0) }
        let isDenied =
            !deniesItself
            && clause.negators.contains { negator in
                if let privative, privative.joins(negator) { return false }
                guard negator.joins(place) else { return reaches(negator, place, in: clause) }
                return fromWithin ? negator.lowerBound > place.lowerBound : isPassedOver(negator)
            }
        return Polarity(denials: (privative == nil ? 0 : 1) + (isDenied ? 1 : 0))
    }

    private func privative(of place: ClosedRange<Int>, in clause: Clause) -> ClosedRange<Int>? {
        let behind = place.upperBound + 1
        if behind < count, run(behind) == run(place.upperBound),
            let ending = grammar.privativeEndings.match(in: self, at: behind)
        {
            return ending
        }
        var index = place.lowerBound - 1
        while index >= clause.words.lowerBound, place.lowerBound - index <= Self.privativeReach {
            if let match = grammar.privatives.match(in: self, at: index), !match.contains(place.lowerBound) {
                return match
            }
            // «without smoke it is tobacco»: a verb between them ends its reach.
            if grammar.verbs.match(in: self, at: index) != nil { return nil }
            index -= 1
        }
        return nil
    }

    private func reaches(_ negator: ClosedRange<Int>, _ place: ClosedRange<Int>, in clause: Clause) -> Bool {
        guard clause.words.contains(negator.lowerBound) else { return false }
        if negator.upperBound < place.lowerBound { return true }
        if grammar.negationMayFollow { return true }
        // «Healthy it is not»: the words before the verb are denied with it.
        return clause.verb.map {
            place.upperBound < $0 || negator.joins($0...$0) && place.upperBound < negator.lowerBound
        } ?? true
    }
}
