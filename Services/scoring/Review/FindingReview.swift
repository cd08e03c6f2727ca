import Compliance
import Domain
import Foundation

/// Decides about the rules' findings after readers have judged the places by meaning. A reader is one answer of the
/// model. Readers propose, code decides.
///
/// | found by | readers | becomes |
/// |---|---|---|
/// | words, suspected | most: asserted | `violated` |
/// | words, suspected | most: anything else | `dismissed` |
/// | words, certain | most: asserted | stays `violated` |
/// | words, certain | most: anything else | `disputed`; stays `violated` where the trainee tried to manipulate |
/// | words | no majority, or no answer of a reader | stays |
/// | readers only | all, at overlapping words | `violated` |
/// | readers only | most | `suspected` |
struct FindingReview: Sendable {
    struct Result: Sendable, Equatable {
        var findings: [Finding]
        /// `review_missing`, `finding_disputed`, `blocker_by_review`, …: why a person should look.
        var flags: Set<String>
    }

    let findings: [Finding]
    let places: [ReviewPlace]
    let transcript: [Utterance]
    /// Rules about claims that must not be made.
    let rules: [ClaimRule]
    /// Ids of the rules whose violation is a blocker in this market.
    let stricter: Set<String>
    /// Number of readers that were asked.
    let asked: Int
    /// The message to the trainee about words that break a rule.
    let message: @Sendable (_ rule: String, _ quote: String) -> String?

    func result(of answers: [ReviewAnswer]) -> Result {
        guard !answers.isEmpty else { return Result(findings: findings, flags: ["review_missing"]) }
        var result = Result(findings: findings, flags: [])
        let decided = Dictionary(
            places.map { ($0.finding.findingId, vote(on: $0, answers)) }, uniquingKeysWith: { first, _ in first })
        let isManipulated = findings.contains { finding in
            guard finding.rule == .injectionSuspected else { return false }
            if finding.status == .violated { return true }
            guard case .decided(let meaning)? = decided[finding.findingId] else { return true }
            return meaning == .asserted
        }
        for index in result.findings.indices {
            guard let vote = decided[result.findings[index].findingId] else { continue }
            decide(&result.findings[index], vote, isManipulated: isManipulated, &result.flags)
        }
        addFurther(answers, &result)
        return result
    }

    // MARK: Places that the rules found

    private enum Vote {
        case decided(Meaning)
        case undecided
    }

    private func vote(on place: ReviewPlace, _ answers: [ReviewAnswer]) -> Vote {
        let meanings = answers.compactMap { answer -> Meaning? in
            guard let reading = answer.places[place.name], isSaid(reading.quote, in: place.utterance, fewestWords: 1)
            else {
                return nil
            }
            return Meaning(rawValue: reading.meaning)
        }
        let asserted = meanings.count { $0 == .asserted }
        // A majority of all readers asked, not of those that answered: one of three decides nothing.
        if 2 * asserted > asked { return .decided(.asserted) }
        guard 2 * (meanings.count - asserted) > asked else { return .undecided }
        let others = meanings.filter { $0 != .asserted }
        let most = Meaning.allCases.max { one, other in
            others.count { $0 == one } < others.count { $0 == other }
        }
        return .decided(most ?? .other)
    }

    private func isSaid(_ quote: String, in utterance: Utterance, fewestWords: Int = 2) -> Bool {
        quote.utf8.count <= 4_000 && Quotation.verbatim(quote, in: utterance.text, fewestWords: fewestWords) != nil
    }

    private func decide(_ finding: inout Finding, _ vote: Vote, isManipulated: Bool, _ flags: inout Set<String>) {
        guard case .decided(let meaning) = vote else {
            flags.insert("review_undecided")
            return
        }
        switch (finding.status, meaning) {
        // Words alone do not show that a product changed hands.
        case (.suspected, .asserted) where finding.id == "age_check": break
        case (.suspected, .asserted):
            finding.status = .violated
            finding.decidedBy = .review
            finding.message = message(of: finding)
        case (.suspected, _):
            finding.status = .dismissed
            finding.decidedBy = .review
            finding.reason = "Read as \(meaning.name)."
        case (.violated, .asserted): break
        case (.violated, _):
            guard !isManipulated else {
                flags.insert("review_overruled")
                return
            }
            finding.status = .disputed
            finding.decidedBy = .review
            finding.reason = "The words break the rule; read by meaning it is \(meaning.name)."
            flags.insert("finding_disputed")
        case (.satisfied, _), (.dismissed, _), (.disputed, _): break
        }
    }

    /// The rule's message to the trainee, who sees the finding from now on.
    private func message(of finding: Finding) -> String {
        message(finding.id, finding.evidence.text ?? "") ?? finding.message
    }

    // MARK: Places that only the readers found

    private struct Further {
        let rule: ClaimRule
        let utterance: Utterance
        let quote: String
        let reader: Int
    }

    private func addFurther(_ answers: [ReviewAnswer], _ result: inout Result) {
        let named = answers.enumerated().flatMap { reader, answer in
            answer.further.prefix(ReviewPlace.most).compactMap { further($0, reader: reader) }
        }
        let before = result.findings.count
        for one in named {
            guard let id = freeId(for: one, in: result.findings) else { continue }
            let same = named.filter {
                $0.rule.id == one.rule.id && $0.utterance.utteranceId == one.utterance.utteranceId
                    && Self.overlap($0.quote, one.quote, in: one.utterance.text)
            }
            let readers = Set(same.map(\.reader)).count
            guard 2 * readers > answers.count else { continue }
            let isCertain = readers == answers.count && answers.count >= asked
            let severity = stricter.contains(one.rule.id) ? Finding.Severity.blocker : one.rule.severity
            if isCertain, severity == .blocker { result.flags.insert("blocker_by_review") }
            result.findings.append(
                Finding(
                    findingId: id, id: one.rule.id, rule: one.rule.rule, status: isCertain ? .violated : .suspected,
                    severity: severity, decidedBy: .review,
                    message: message(one.rule.id, one.quote) ?? one.rule.meaning,
                    evidence: Evidence(utteranceId: one.utterance.utteranceId, text: one.quote),
                    time: one.utterance.startTime))
        }
        if result.findings.count > before {
            result.findings.sort { ($0.time, $0.findingId) < ($1.time, $1.findingId) }
        }
    }

    /// Nil if the utterance already has a finding of this rule. If all such findings were dismissed and are about other
    /// words, this place is a finding of its own.
    private func freeId(for place: Further, in findings: [Finding]) -> String? {
        let known = findings.filter {
            $0.evidence.utteranceId == place.utterance.utteranceId && $0.id == place.rule.id
        }
        let isOther = known.allSatisfy { finding in
            finding.status == .dismissed
                && !Self.overlap(finding.evidence.text ?? "", place.quote, in: place.utterance.text)
        }
        guard isOther else { return nil }
        let id = "\(place.utterance.utteranceId).\(place.rule.id)"
        return known.isEmpty ? id : "\(id).\(known.count + 1)"
    }

    /// Nil unless the trainee really said it and the reader took it as asserted.
    private func further(_ proposed: ReviewAnswer.Further, reader: Int) -> Further? {
        guard proposed.meaning == Meaning.asserted.rawValue,
            let rule = rules.first(where: { $0.id == proposed.ruleId }),
            let utterance = transcript.first(where: {
                $0.utteranceId == proposed.utteranceId && $0.speaker == .trainee
            }), proposed.quote.utf8.count <= 4_000,
            let quote = Quotation.verbatim(proposed.quote, in: utterance.text)
        else { return nil }
        return Further(rule: rule, utterance: utterance, quote: quote, reader: reader)
    }

    private static func overlap(_ one: String, _ other: String, in text: String) -> Bool {
        guard let first = text.range(of: one), let second = text.range(of: other) else { return one == other }
        return first.overlaps(second)
    }
}
