/// How the speaker means something: as a claim, or otherwise.
enum Stance: Sendable {
    case asserted
    /// Claimed indirectly, such as by a loaded question.
    case insinuated
    /// Offered in a question: «Would you like a free one?»
    case offered
    /// Attributed to another person.
    case reported
    case conditional
    /// A real question, direct or indirect.
    case asked
    /// Declined, or taken back.
    case denied
}

extension Reading {
    /// The word that makes a sentence a question must be among this number of first words: «and so, what is …».
    private static var wordsBeforeQuestion: Int { 3 }
    /// Maximum number of words between a verb of saying and what is said: «I can not tell you honestly it is …».
    private static var wordsAfterDenial: Int { 3 }

    /// - Parameter isDenial: whether the words are a claim when they are denied; the denial is then part of the claim.
    func stance(of place: ClosedRange<Int>, isDenial: Bool = false) -> Stance {
        let own = clauses[clause(of: place.upperBound)]
        // «I'm not supposed to say it's harmless, but between us …»
        let isWinkedAt = [own.sentence, own.sentence + 1].contains {
            grammar.winks.occur(in: self, within: sentence($0))
        }
        if isDeniedAhead(place) { return isWinkedAt ? .insinuated : .denied }
        let basic = basicStance(of: place, own)
        switch takenBack(place, own, isDenial: isDenial) {
        case .certainly: return isWinkedAt ? .insinuated : .denied
        // «Healthy? That is a question for your pharmacist.»
        case .perhaps: return basic == .asserted ? .insinuated : .denied
        case .no: break
        }
        if basic == .asked, opens(own.sentence + 1, with: grammar.assents) { return .insinuated }
        return basic
    }

    private func basicStance(of place: ClosedRange<Int>, _ own: Clause) -> Stance {
        let number = clause(of: place.upperBound)
        let chain = governors(of: number)
        if own.opener == .indirectQuestion || chain.contains(where: { clauses[$0].opener == .indirectQuestion })
            || chain.contains(where: { grammar.asking.occur(in: self, within: clauses[$0].words) })
            || grammar.asking.occur(in: self, within: before(place, in: own))
        {
            return .asked
        }
        if let question = question(place, own) { return question }
        if own.opener == .condition, grammar.unreal.occur(in: self, within: own.words) { return .denied }
        if own.opener == .condition || chain.contains(where: { clauses[$0].opener == .condition }) {
            return .conditional
        }
        let isReported =
            chain.contains(where: { grammar.reports.occur(in: self, within: clauses[$0].words) })
            || grammar.reports.occur(in: self, within: before(place, in: own))
        return isReported ? .reported : .asserted
    }

    /// The words of the clause before the place.
    private func before(_ place: ClosedRange<Int>, in clause: Clause) -> Range<Int> {
        min(clause.words.lowerBound, place.lowerBound)..<place.lowerBound
    }

    // MARK: Clauses that depend on others

    /// The clauses that this one depends on, from the nearest outwards: «I asked | whether people say | that it is …».
    func governors(of clause: Int) -> [Int] {
        var chain: [Int] = []
        var number = clause
        while number > 0, hangs(number) {
            number -= 1
            chain.append(number)
        }
        return chain
    }

    /// Whether a clause depends on the one before.
    private func hangs(_ number: Int) -> Bool {
        let (own, before) = (clauses[number], clauses[number - 1])
        guard own.sentence == before.sentence else { return false }
        switch own.opener {
        case .complement, .indirectQuestion, .relative: return true
        case .condition: return grammar.asking.occur(in: self, within: before.words)
        case .turn: return false
        // «safe or harmless», but not «and it is harmless».
        case .addition: return !own.hasOnset
        case .none:
            let isAfterMark = run(own.words.lowerBound) != run(before.words.upperBound - 1)
            return isAfterMark ? !own.hasOnset && own.verb == nil && own.negators.isEmpty : true
        }
    }

    // MARK: Denial

    private func isDeniedAhead(_ place: ClosedRange<Int>) -> Bool {
        let number = clause(of: place.upperBound)
        if clauses[number].opener == .complement, let governor = governors(of: number).first {
            // «Please do not take away from this that there is no risk.»
            let words = clauses[governor].words
            let mistaken = grammar.mistakenDenials.matches(in: self, within: words)
            if clauses[governor].negators.contains(where: { negator in !mistaken.contains { $0.joins(negator) } }) {
                return true
            }
        }
        for clause in [number] + governors(of: number) {
            let words = clauses[clause].words
            let mistaken = grammar.mistakenDenials.matches(in: self, within: words)
            for denial in grammar.denialsAhead.matches(in: self, within: words) {
                guard
                    denial.upperBound < place.lowerBound || denial.joins(place) && denial.lowerBound < place.lowerBound,
                    !mistaken.contains(where: { $0.joins(denial) })
                else { continue }
                if clause == number { return true }
                // Without «that», the denied verb is a verb of saying only if what is said follows it closely.
                let next = clauses[clause + 1]
                let isClose = words.upperBound - 1 - denial.upperBound <= Self.wordsAfterDenial
                switch next.opener {
                case .complement, .indirectQuestion, .condition, .relative: return true
                case .none, .addition, .turn: if isClose { return true }
                }
            }
        }
        return false
    }

    private enum TakenBack { case certainly, perhaps, no }

    /// Whether the rest of the sentence or the next sentence takes back what is said at the place.
    private func takenBack(_ place: ClosedRange<Int>, _ own: Clause, isDenial: Bool) -> TakenBack {
        let number = own.sentence
        let start = isDenial ? own.words.upperBound : place.upperBound + 1
        let rest = start..<max(start, sentence(number).upperBound)
        let denials = grammar.denialsBehind.matches(in: self, within: rest).filter { denial in
            // «…, and harmful it is not» is a statement of its own.
            let other = clauses[clause(of: denial.lowerBound)]
            return !isDenial || other.opener != .addition || other.verb == nil
        }
        if !denials.isEmpty { return .certainly }
        let next = sentence(number + 1)
        if grammar.denialsBehind.occur(in: self, within: next) || opens(number + 1, with: grammar.dissents) {
            let isOpen =
                isMarkedQuestion(number) || isFragment(number)
                || grammar.reports.occur(in: self, within: sentence(number))
            return isOpen ? .certainly : .perhaps
        }
        if grammar.evasions.occur(in: self, within: rest) || grammar.evasions.occur(in: self, within: next) {
            return .perhaps
        }
        return .no
    }

    /// «There is nothing in it | that hurts you», «nothing | you see here | hurts you»: the clause that this one
    /// depends on denies it.
    func hangsOnDenial(_ place: ClosedRange<Int>) -> Bool {
        let number = clause(of: place.upperBound)
        guard let governor = governors(of: number).first else { return false }
        switch clauses[number].opener {
        case .complement, .relative: return !clauses[governor].negators.isEmpty
        case .none: return isDeniedSubject(governor)
        case .indirectQuestion, .condition, .addition, .turn: return false
        }
    }

    /// «None of the things | you see here …»: a denied subject whose verb comes after a clause about it.
    private func isDeniedSubject(_ number: Int) -> Bool {
        let (own, next) = (clauses[number], number + 1)
        return own.verb == nil && !own.negators.isEmpty && clauses.indices.contains(next)
            && run(own.words.upperBound - 1) == run(clauses[next].words.lowerBound)
    }

    /// «Poisons? There are none in it.»: the next sentence denies what this one only names.
    func isAnsweredByDenial(_ place: ClosedRange<Int>) -> Bool {
        let number = clauses[clause(of: place.upperBound)].sentence
        guard isMarkedQuestion(number), isFragment(number) else { return false }
        let next = sentence(number + 1)
        return clauses.contains { clause in
            clause.words.lowerBound == next.lowerBound && !next.isEmpty && !clause.negators.isEmpty
        } && !grammar.denialsAhead.occur(in: self, within: next)
    }

    private func isFragment(_ number: Int) -> Bool {
        !clauses.contains { $0.sentence == number && $0.verb != nil }
    }

    /// Whether a sentence begins with one of the phrases, possibly after one or two fillers.
    func opens(_ number: Int, with phrases: Grammar.Phrases) -> Bool {
        let words = sentence(number)
        let first = words.prefix(Self.wordsBeforeQuestion)
        return first.contains { index in
            phrases.match(in: self, at: index) != nil
                && words.prefix(while: { $0 < index }).allSatisfy { isFiller($0) }
        }
    }

    private func isFiller(_ index: Int) -> Bool {
        [grammar.fillers, grammar.additions, grammar.turns, grammar.assents].contains {
            $0.match(in: self, at: index) != nil
        }
    }

    // MARK: Doubt

    /// Whether the context of the place makes its words alone uncertain.
    func isDoubtful(_ place: ClosedRange<Int>, isDenial: Bool) -> Bool {
        let number = clause(of: place.upperBound)
        let own = clauses[number]
        func occurs(_ phrases: Grammar.Phrases, within words: Range<Int>) -> Bool {
            phrases.matches(in: self, within: words).contains { !$0.joins(place) }
        }
        // Talk about words and rules, or about something that is not sold here.
        if occurs(grammar.doubts, within: sentence(own.sentence))
            || occurs(grammar.elsewhere, within: sentence(own.sentence))
            || occurs(grammar.things, within: own.words)
        {
            return true
        }
        // «You go jogging? That is healthy.»
        if own.sentence > 0, grammar.elsewhere.occur(in: self, within: sentence(own.sentence - 1)) { return true }
        return hangsOnDoubt(number) || isFollowedByDoubt(number, place, isDenial: isDenial)
    }

    /// «That it is harmless, nobody says», «there is no product that has no risk», «not without risk and without harm».
    private func hangsOnDoubt(_ number: Int) -> Bool {
        let own = clauses[number]
        let chain = governors(of: number)
        switch own.opener {
        case .complement, .indirectQuestion:
            guard let governor = chain.first else { return true }
            return clauses[governor].verb == nil
        case .relative, .addition: return chain.contains { !clauses[$0].negators.isEmpty }
        case .none: return chain.first.map { isDeniedSubject($0) } ?? false
        case .turn, .condition: return false
        }
    }

    /// «Completely safe | is a phrase | you will never hear»; «Totally safe. That is what some website says.»
    private func isFollowedByDoubt(_ number: Int, _ place: ClosedRange<Int>, isDenial: Bool) -> Bool {
        let own = clauses[number]
        let isFragment = own.verb == nil
        let rest = clauses.indices.dropFirst(number + 1).prefix { clauses[$0].sentence == own.sentence }
        let isDenied = rest.contains { index in
            (isFragment || !isDenial && (hangs(index) || clauses[index].opener == .turn))
                && clauses[index].negators.contains { !$0.joins(place) }
        }
        if isDenied { return true }
        guard isFragment else { return false }
        let next = sentence(own.sentence + 1)
        return grammar.reports.occur(in: self, within: next) || grammar.doubts.occur(in: self, within: next)
    }

    // MARK: Questions

    /// Nil when the place is not in a question.
    private func question(_ place: ClosedRange<Int>, _ own: Clause) -> Stance? {
        let words = sentence(own.sentence)
        let isMarked = isMarkedQuestion(own.sentence)
        let begins = opens(own.sentence, with: grammar.questions) || opensClause(own, with: grammar.questions)
        let isUnmarked = spoken.marks.indices.contains(own.sentence) && spoken.marks[own.sentence] == .none
        guard isMarked || begins && isUnmarked else { return nil }
        if grammar.tellingQuestions.occur(in: self, within: words) { return .asserted }
        if grammar.loadedQuestions.occur(in: self, within: words) { return .insinuated }
        if grammar.offers.occur(in: self, within: words) { return .offered }
        guard isMarked else {
            // Without a question mark only an inverted clause is a question: «do you know it is …» claims.
            return opensClause(own, with: grammar.questions) ? .asked : nil
        }
        if grammar.questionsHaveTheirOwnOrder, !begins, own.verb != nil { return .insinuated }
        return .asked
    }

    private func opensClause(_ clause: Clause, with phrases: Grammar.Phrases) -> Bool {
        clause.words.prefix(Self.wordsBeforeQuestion).contains { index in
            phrases.match(in: self, at: index) != nil
                && clause.words.prefix(while: { $0 < index }).allSatisfy { isFiller($0) }
        }
    }
}
