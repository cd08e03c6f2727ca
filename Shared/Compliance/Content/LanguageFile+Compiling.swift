import Domain

extension LanguageFile {
    /// - Parameters:
    ///   - file: its path, for error messages.
    ///   - claims: the forbidden claims.
    ///   - manipulation: attempts to trick the exercise instead of winning the customer.
    ///   - checksAlternatives: whether to refuse phrases with an alternative that can never match.
    /// - Throws: `ContentError` for the first entry that cannot be used.
    func compiled(
        file: String, claims rules: [ClaimRule], manipulation tricks: [ClaimRule], products: [Product],
        checksAlternatives: Bool
    ) throws -> LanguageRules {
        var compiler = PhraseCompiler(
            file: file, spelling: try spelling(file), checksAlternatives: checksAlternatives)
        let sold = products.filter { $0.id != "any" }
        for product in products {
            try compiler.define(product.id, product.names, "classes.\(product.id)")
        }
        // Products that are sold under a name, so not «nicotine products»; `heard` adds what speech recognition writes
        // instead.
        try compiler.define("any_product", sold.flatMap(\.names), "classes.any_product")
        try compiler.define("heard", sold.flatMap { $0.names + ($0.heardAs ?? []) }, "classes.heard")
        for (index, part) in classes.enumerated() {
            try compiler.define(part.name, part.phrases, "classes[\(index)]")
        }
        for (field, text) in [("words.said", words.said), ("words.agreed", words.agreed)] where !text.contains("%") {
            throw compiler.refuse(field, "has no % for the quote")
        }
        let grammar = try grammar.compiled(compiler)
        let names = try products.map { product in
            (
                product.id,
                try compiler.phrases(product.names + (product.heardAs ?? []), "classes.\(product.id)")
            )
        }
        let products = ProductNames(names: names)
        return LanguageRules(
            grammar: grammar,
            claims: ClaimFinder(entries: try entries(of: rules, claims, "claims", compiler), products: products),
            manipulation: ClaimFinder(
                entries: try entries(of: tricks, manipulation, "manipulation", compiler), products: products),
            cues: try cues.compiled(compiler), words: words, heard: try heard?.checked(compiler, rules: rules),
            role: try role.map { try RolePhrases($0, compiler) })
    }

    private func spelling(_ file: String) throws -> Spelling {
        func words(_ text: String) -> [String] { text.split(separator: " ").map { SpokenWords.folded(String($0)) } }
        return Spelling(
            noise: Set(grammar.noise.map(SpokenWords.folded)),
            contractions: Dictionary(
                (grammar.contractions ?? [:]).map { (SpokenWords.folded($0), words($1)) },
                uniquingKeysWith: { first, _ in first }),
            endings: (grammar.endings ?? [:]).map { (SpokenWords.folded($0), words($1)) }
                .sorted { ($0.0.count, $0.0) > ($1.0.count, $1.0) },
            semicolonAsks: grammar.semicolonAsks ?? false)
    }

    private func entries(
        of rules: [ClaimRule], _ parts: [String: ClaimPart], _ list: String, _ compiler: PhraseCompiler
    ) throws -> [ClaimFinder.Entry] {
        let known = Set(rules.map(\.id))
        if let stranger = parts.keys.sorted().first(where: { !known.contains($0) }) {
            throw compiler.refuse("\(list).\(stranger)", "is about a rule that is not there")
        }
        return try rules.map { rule in
            let field = "\(list).\(rule.id)"
            guard let part = parts[rule.id] else { throw compiler.refuse(field, "is missing") }
            let phrases = ClaimPhrases(
                certain: try part.certain.wording(compiler, "\(field).certain"),
                suspected: try part.suspected.wording(compiler, "\(field).suspected"),
                unless: try compiler.phrases(part.unless, "\(field).unless"), say: part.say)
            try check(phrases, compiler, field)
            return ClaimFinder.Entry(rule: rule, phrases: phrases)
        }
    }

    /// Refuses a phrase that is always excused by `unless`: it would never be found.
    private func check(_ phrases: ClaimPhrases, _ compiler: PhraseCompiler, _ field: String) throws {
        let wordings = [phrases.certain, phrases.suspected].flatMap { $0.said.patterns + $0.denied.patterns }
        guard !wordings.isEmpty else { throw compiler.refuse(field, "has no phrase") }
        for pattern in wordings {
            for examples in pattern.examplesByAlternative
            where examples.allSatisfy({ isExcused($0, pattern, phrases.unless, compiler.spelling) }) {
                throw compiler.refuse(
                    field, "is always excused by unless, «\(examples.first ?? "")»: \(pattern.source)")
            }
        }
    }

    /// Whether the phrase is excused in its example, also with other words around it.
    private func isExcused(
        _ example: String, _ pattern: PhrasePattern, _ unless: Grammar.Phrases, _ spelling: Spelling
    ) -> Bool {
        [example, "x \(example)", "\(example) x", "x \(example) x"].allSatisfy { sentence in
            let words = SpokenWords(sentence, spelling: spelling)
            let excuses = unless.matches(in: words)
            return pattern.matches(in: words).allSatisfy { match in excuses.contains { $0.joins(match) } }
        }
    }
}

extension LanguageFile.WordingPart? {
    fileprivate func wording(_ compiler: PhraseCompiler, _ field: String) throws -> ClaimPhrases.Wording {
        guard let self else { return .none }
        return ClaimPhrases.Wording(
            said: try compiler.phrases(self.said, "\(field).said"),
            denied: try compiler.phrases(self.denied, "\(field).denied"))
    }
}

extension LanguageFile.GrammarPart {
    fileprivate func compiled(_ compiler: PhraseCompiler) throws -> Grammar {
        func phrases(_ sources: [String]?, _ field: String) throws -> Grammar.Phrases {
            try compiler.phrases(sources, "grammar.\(field)")
        }
        guard let fillers = compiler.classes["filler"] else { throw compiler.refuse("classes", "lacks filler") }
        return Grammar(
            spelling: compiler.spelling,
            additions: try phrases(additions, "additions"), turns: try phrases(turns, "turns"),
            complements: try phrases(complements, "complements"),
            indirectQuestions: try phrases(indirectQuestions, "indirectQuestions"),
            conditions: try phrases(conditions, "conditions"), relatives: try phrases(relatives, "relatives"),
            onsets: try phrases(onsets, "onsets"), prepositions: try phrases(prepositions, "prepositions"),
            verbs: try phrases(verbs, "verbs"),
            negators: try phrases(negators, "negators"),
            mistakenNegators: try phrases(mistakenNegators, "mistakenNegators"),
            privatives: try phrases(privatives, "privatives"),
            privativeEndings: try phrases(privativeEndings, "privativeEndings"),
            negationMayFollow: negationMayFollow,
            denialsAhead: try phrases(denialsAhead, "denialsAhead"),
            mistakenDenials: try phrases(mistakenDenials, "mistakenDenials"),
            denialsBehind: try phrases(denialsBehind, "denialsBehind"), unreal: try phrases(unreal, "unreal"),
            contradictions: try phrases(contradictions, "contradictions"),
            winks: try phrases(winks, "winks"), doubts: try phrases(doubts, "doubts"),
            evasions: try phrases(evasions, "evasions"),
            questions: try phrases(questions, "questions"), questionsHaveTheirOwnOrder: questionsHaveTheirOwnOrder,
            tellingQuestions: try phrases(tellingQuestions, "tellingQuestions"),
            loadedQuestions: try phrases(loadedQuestions, "loadedQuestions"), offers: try phrases(offers, "offers"),
            asking: try phrases(asking, "asking"), reports: try phrases(reports, "reports"),
            assents: try phrases(assents, "assents"), plainAssents: try phrases(plainAssents, "plainAssents"),
            dissents: try phrases(dissents, "dissents"),
            wares: try phrases(wares, "wares"),
            fillers: Grammar.Phrases(patterns: [PhrasePattern(source: "{filler}", root: fillers)]),
            things: try phrases(things, "things"), elsewhere: try phrases(elsewhere, "elsewhere"),
            talkers: try phrases(talkers, "talkers"),
            persons: try phrases(persons, "persons"),
            helpers: try phrases(helpers, "helpers"))
    }
}

extension LanguageFile.CuePart {
    fileprivate func compiled(_ compiler: PhraseCompiler) throws -> Cues {
        Cues(
            greeting: try compiler.phrases(greeting, "cues.greeting"),
            ageQuestion: try compiler.phrases(ageQuestion, "cues.ageQuestion"),
            notAgeQuestion: try compiler.phrases(notAgeQuestion, "cues.notAgeQuestion"),
            needsQuestion: try compiler.phrases(needsQuestion, "cues.needsQuestion"),
            openQuestion: try compiler.phrases(openQuestion, "cues.openQuestion"),
            pitch: try compiler.phrases(pitch, "cues.pitch"),
            offerInHand: try compiler.phrases(offerInHand, "cues.offerInHand"),
            nameTag: try compiler.phrases(nameTag, "cues.nameTag"))
    }
}
