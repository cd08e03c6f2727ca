/// Claims that the trainee makes by agreeing with the customer: «So it's basically healthy?» – «Yes, exactly.»
extension ClaimFinder {
    /// An answer with more words than this is more than plain agreement.
    private static var mostWordsOfPlainAgreement: Int { 5 }
    /// In an answer with more words than this, only explicit agreement counts.
    private static var mostWordsOfAnswer: Int { 14 }

    func agreements(in reading: Reading, with before: Reading?) -> [Place] {
        guard let before, reading.count > 0, let answer = Answer(reading) else { return [] }
        let mentions = products.mentions(in: before)
        let end = reading.count - 1
        return entries.compactMap { entry in
            let claims = candidates(of: entry, in: before).filter { candidate in
                isAbout(entry.rule.subject, candidate.words, before, mentions, nil)
                    && claimed(candidate, in: before, by: answer)
            }
            guard let claim = claims.first(where: \.isCertain) ?? claims.first else { return nil }
            return Place(
                rule: entry.rule, words: 0...end,
                isCertain: answer.isPlain && claim.isCertain && entry.rule.isCertainByAgreement
                    && isCustomersOwn(claim, in: before))
        }
    }

    /// Whether the customer himself says or asks it, rather than reporting what someone thinks, wants or doubts.
    private func isCustomersOwn(_ claim: Candidate, in before: Reading) -> Bool {
        let clause = before.clauses[before.clause(of: claim.words.upperBound)]
        // «I want something completely safe» claims nothing.
        let ahead = clause.words.lowerBound..<max(clause.words.lowerBound, claim.words.lowerBound)
        let isSaid =
            before.isMarkedQuestion(clause.sentence)
            || clause.verb.map { claim.words.contains($0) } ?? false
                && !before.grammar.talkers.occur(in: before, within: ahead)
        return isSaid && ![.complement, .indirectQuestion, .condition, .relative].contains(clause.opener)
            && before.governors(of: before.clause(of: claim.words.upperBound)).allSatisfy {
                before.clauses[$0].verb == nil && before.clauses[$0].negators.isEmpty
            } && !before.isDoubtful(claim.words, isDenial: claim.isDenial)
            && before.stance(of: claim.words, isDenial: claim.isDenial) != .reported
    }

    private struct Answer {
        enum Kind { case yes, no, contrary, unclear }

        let kind: Kind
        /// The answer says only that.
        let isPlain: Bool

        /// «Yes, exactly.», but not «Okay, let's see.» and not «Yes?».
        private static func isPlainYes(_ reading: Reading) -> Bool {
            guard reading.count <= mostWordsOfPlainAgreement, !reading.isMarkedQuestion(0) else { return false }
            let plain = reading.grammar.plainAssents.matches(in: reading)
            return !plain.isEmpty
                && (0..<reading.count).allSatisfy { word in
                    plain.contains { $0.contains(word) } || reading.grammar.fillers.match(in: reading, at: word) != nil
                }
        }

        /// Nil where the speaker declines, corrects, or speaks of something else.
        init?(_ reading: Reading) {
            let grammar = reading.grammar
            let isShort = reading.count <= mostWordsOfPlainAgreement && !reading.isMarkedQuestion(0)
            let declines = [grammar.denialsAhead, grammar.evasions, grammar.doubts].contains { $0.occur(in: reading) }
            if reading.opens(0, with: grammar.assents) {
                // «Yes, but I can't say that» agrees with nothing.
                guard !declines, !grammar.denialsBehind.occur(in: reading) else { return nil }
                (kind, isPlain) = (.yes, Self.isPlainYes(reading))
            } else if reading.opens(0, with: grammar.dissents) {
                guard !declines else { return nil }
                (kind, isPlain) = (.no, isShort && reading.clauses.allSatisfy { $0.verb == nil })
            } else if reading.opens(0, with: grammar.contradictions) {
                (kind, isPlain) = (.contrary, false)
            } else if !declines, !grammar.denialsBehind.occur(in: reading), reading.count <= mostWordsOfAnswer,
                !reading.isMarkedQuestion(0)
            {
                (kind, isPlain) = (.unclear, false)
            } else {
                return nil
            }
        }
    }

    /// Whether the answer makes the customer's words the trainee's claim.
    private func claimed(_ candidate: Candidate, in before: Reading, by answer: Answer) -> Bool {
        let isQuestion: Bool
        switch before.stance(of: candidate.words, isDenial: candidate.isDenial) {
        case .denied: return false
        case .asked, .insinuated, .offered: isQuestion = true
        case .asserted, .reported, .conditional: isQuestion = false
        }
        switch (polarity(of: candidate, in: before), candidate.isDenial, answer.kind) {
        // «It's healthy?» – «Yes.» «No risk?» – «Exactly.»
        case (.affirmed, false, .yes), (.denied, true, .yes): return true
        // «Is it addictive?» – «No.» «So there's no risk?» – «None.»
        case (.affirmed, true, .no), (.denied, true, .no): return true
        // «It's healthy?» – «It is.»
        case (.affirmed, false, .contrary): return true
        // «And you'd say it's safe?» – «As houses.» «He's worried it'll hurt me.» – «He needn't.»
        case (.affirmed, false, .unclear), (.denied, true, .unclear): return isQuestion || candidate.isCertain
        default: return false
        }
    }
}
