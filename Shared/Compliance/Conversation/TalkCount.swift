public import Domain

extension ComplianceCatalog {
    /// What can be counted in a conversation.
    ///
    /// - Parameter ageCheckedAt: seconds until a date of birth verified the customer's age.
    public func facts(of transcript: [Utterance], language: String, ageCheckedAt: Double?) -> TalkFacts {
        let lines = transcript.filter { isTurn($0.text) }.sorted { $0.startTime < $1.startTime }
        let turns = lines.filter { $0.speaker == .trainee }
        func words(_ line: Utterance) -> Int { line.text.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.count }
        let all = lines.reduce(0) { $0 + words($1) }
        let own = turns.reduce(0) { $0 + words($1) }
        let questions = turns.map { self.questions(in: $0.text, language: language) }
        return TalkFacts(
            talkShare: all == 0 ? 0 : (Double(own) / Double(all) * 1_000).rounded() / 1_000, turns: turns.count,
            longestTurnWords: turns.map(words).max() ?? 0,
            longestTurnSeconds: turns.map { max(0, $0.endTime - $0.startTime) }.filter(\.isFinite).max() ?? 0,
            openQuestions: questions.reduce(0) { $0 + $1.open },
            closedQuestions: questions.reduce(0) { $0 + $1.closed }, secondsToAgeCheck: ageCheckedAt,
            traineeInterruptions: lines.count { $0.speaker == .avatar && $0.interrupted == true },
            customerInterruptions: zip(lines, lines.dropFirst()).count { line, next in
                line.speaker == .trainee && next.speaker == .avatar && next.startTime < line.endTime
            })
    }

    /// The number of open questions and of questions that yes or no answers. In a language without rules all count as
    /// closed.
    func questions(in text: String, language: String) -> (open: Int, closed: Int) {
        guard let rules = rules(for: language) else {
            return (0, text.count { "?;".contains($0) && ($0 == "?" || language == "el") })
        }
        let reading = Reading(text, grammar: rules.grammar)
        return Set(reading.clauses.map(\.sentence)).reduce(into: (open: 0, closed: 0)) { sum, sentence in
            if rules.cues.openQuestion.occur(in: reading, within: reading.sentence(sentence)) {
                sum.open += 1
            } else if reading.isMarkedQuestion(sentence) || reading.opens(sentence, with: rules.grammar.questions) {
                sum.closed += 1
            }
        }
    }

    /// Whether the words can prove more than politeness: at least four, and not only a greeting.
    public func isMoreThanGreeting(_ quote: String, language: String) -> Bool {
        let spelling = rules(for: language)?.grammar.spelling ?? .plain
        let words = SpokenWords(quote, spelling: spelling)
        guard words.count >= Self.leastWordsOfEvidence else { return false }
        let greeted = (rules(for: language)?.cues.greeting.matches(in: words) ?? []).reduce(into: Set<Int>()) {
            $0.formUnion($1)
        }
        return words.count - greeted.count >= Self.leastWordsOfEvidence - 1
    }

    private static var leastWordsOfEvidence: Int { 4 }

    /// VR interactions whose object or action the content file does not list, each pair once.
    public func unknownInteractions(in events: [SessionEvent], settings: RuleSettings) -> [Interaction] {
        var seen: Set<Interaction> = []
        let unknown = events.filter { handover.meaning(of: $0, more: settings.handoverObjects) == .unknown }
        return unknown.compactMap { event in
            let interaction = Interaction(
                object: Self.name(event.data["interactedObject"]), action: Self.name(event.data["action"]))
            return seen.count < Self.mostUnknown && seen.insert(interaction).inserted ? interaction : nil
        }
    }

    private static var mostUnknown: Int { 50 }

    private static func name(_ value: JSONValue?) -> String {
        String(SpokenText.cleaned(value?.string ?? "").prefix(64))
    }
}
