import Compliance
import Domain

/// Turns the model's proposal into a valid verdict: bounds the attitude, checks the evidence, and keeps quotes of the
/// trainee out of the guidance.
struct VerdictCheck: Sendable {
    static let guidanceLimit = 300
    /// From this number of points above the attitude on, the customer has given in.
    static let pointsOfGivingIn = 2

    let evaluation: Evaluation
    let catalog: ComplianceCatalog
    /// The model did not see everything.
    var isInputCut = false

    func verdict(from answer: EvaluationAnswer, model: String, latency: Duration) -> Verdict {
        var flags: [String] = []
        let steps = SalesStepCheck(evaluation: evaluation).results(from: answer.salesSteps)
        if steps.droppedEvidence { flags.append("evidence_dropped") }

        let bounded = Attitude.bounded(answer.attitude, after: evaluation.attitude)
        if bounded != answer.attitude { flags.append("attitude_clamped") }
        let attitude = min(bounded, evaluation.persona.ceiling(after: steps.results) ?? bounded)
        if attitude != bounded { flags.append("attitude_capped") }

        let guidance = guidance(answer.guidance)
        if guidance == nil { flags.append("guidance_dropped") }

        // An end without a known outcome is ignored, and so is a sale to a customer who is not convinced.
        let outcome = answer.outcome.flatMap { Outcome(rawValue: $0) }
        let isEarly = outcome == .converted && attitude < evaluation.persona.leastAttitudeToConvert
        if answer.shouldEnd, isEarly { flags.append("sale_early") }
        let shouldEnd = answer.shouldEnd && outcome != nil && !isEarly

        if isInputCut { flags.append("input_cut") }
        let new = Set(evaluation.newUtterances)
        let hint = hint(answer.hint, new: new)
        if evaluation.hints, hint == nil, answer.hint?.isEmpty == false { flags.append("hint_dropped") }
        if evaluation.findings.contains(where: { finding in
            finding.rule == .injectionSuspected && finding.status == .violated
                && finding.evidence.utteranceId.map { new.contains($0) } != false
        }) {
            flags.append("injection_suspected")
        }
        return Verdict(
            evalSeq: evaluation.evalSeq, attitude: attitude,
            direction: Attitude.Direction(from: evaluation.attitude, to: attitude), guidance: guidance ?? "",
            salesSteps: steps.results, shouldEnd: shouldEnd, outcome: shouldEnd ? outcome : nil, model: model,
            latencyMs: Int(latency.components.seconds) * 1_000
                + Int(latency.components.attoseconds / 1_000_000_000_000_000), flags: flags,
            judged: evaluation.newUtterances, hint: hint, ledger: ledger(answer.ledger),
            lapse: lapse(answer, attitude: attitude)
        ).bounded
    }

    /// The ledger goes back to the model, so an entry that looks like an instruction is left out.
    private func ledger(_ proposed: TalkLedger) -> TalkLedger {
        func safe(_ entries: [String]) -> [String] { entries.filter { !catalog.suspectsInjection(in: $0) } }
        let ledger = proposed.bounded
        return TalkLedger(
            claims: safe(ledger.claims), questions: safe(ledger.questions), objections: safe(ledger.objections))
    }

    /// How the customer's latest words do not fit: as the model says, or since they show much more than he feels.
    private func lapse(_ answer: EvaluationAnswer, attitude: Int) -> RoleLapse? {
        let new = Set(evaluation.newUtterances)
        guard let last = evaluation.transcript.last(where: { $0.speaker == .avatar && new.contains($0.utteranceId) })
        else { return nil }
        if let kind = answer.outOfRole.flatMap(RoleLapse.Kind.init(rawValue:)), kind.isGrave {
            return RoleLapse(kind: kind, utteranceId: last.utteranceId)
        }
        let felt = max(attitude, evaluation.attitude)
        guard let shown = answer.shownAttitude, shown - felt >= Self.pointsOfGivingIn else { return nil }
        return RoleLapse(kind: .gaveIn, utteranceId: last.utteranceId)
    }

    /// One line of at most `guidanceLimit` characters, or nil when it quotes the trainee or looks like a prompt
    /// injection: the guidance becomes part of the customer's prompt.
    private func guidance(_ proposed: String) -> String? {
        // Nothing beyond this could be used, and a hostile answer must not cost time.
        let text = SpokenText.cleaned(proposed.beginning(bytes: 4 * Self.guidanceLimit))
        guard !quotesTrainee(text), !catalog.suspectsInjection(in: text) else { return nil }
        guard text.count > Self.guidanceLimit else { return text }
        let cut = text.prefix(Self.guidanceLimit)
        return String(cut[..<(cut.lastIndex(of: " ") ?? cut.endIndex)])
    }

    /// One line, or nil if the session has no hints, the trainee has said nothing new, or a rule speaks against it.
    private func hint(_ proposed: String?, new: Set<String>) -> String? {
        guard evaluation.hints, let text = Hint.text(proposed),
            evaluation.transcript.contains(where: { $0.speaker == .trainee && new.contains($0.utteranceId) }),
            catalog.maySay(text, language: evaluation.persona.language)
        else { return nil }
        return text
    }

    /// Five consecutive words that the trainee said are no coincidence.
    private func quotesTrainee(_ text: String) -> Bool {
        let words = Self.words(in: text)
        guard words.count >= 5 else { return false }
        let said = evaluation.transcript.filter { $0.speaker == .trainee }.map {
            " " + Self.words(in: $0.text).joined(separator: " ") + " "
        }
        return (0...(words.count - 5)).contains { start in
            let run = " " + words[start..<(start + 5)].joined(separator: " ") + " "
            return said.contains { $0.contains(run) }
        }
    }

    private static func words(in text: String) -> [String] {
        SpokenText.cleaned(text).lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
