import Compliance
import Domain

/// The status of each sales step: the model's view, as far as stored utterances and events confirm it.
struct SalesStepCheck: Sendable {
    let evaluation: Evaluation

    /// - Returns: one result for each step, in the order of the funnel.
    func results(
        from proposed: [String: EvaluationAnswer.Step]
    ) -> (results: [SalesStepResult], droppedEvidence: Bool) {
        var dropped = false
        let results = evaluation.steps.map { last in
            let (result, wasDropped) = proposed[last.id].map { self.result(last: last, $0) } ?? (last, false)
            dropped = dropped || wasDropped
            return last.id == AgeCheckStep.id ? counted(result) : result
        }
        return (results, dropped)
    }

    private func result(last: SalesStepResult, _ step: EvaluationAnswer.Step) -> (SalesStepResult, dropped: Bool) {
        let evidence = evidence(of: step)
        let isCited = step.quote?.isEmpty == false || step.utteranceId?.isEmpty == false
        let dropped = isCited && evidence == nil
        switch SalesStepResult.Status(rawValue: step.status) {
        case .done, .partial:
            guard let evidence, let status = SalesStepResult.Status(rawValue: step.status) else {
                return (last, dropped)
            }
            // A step that is done does not become partial later.
            guard last.status != .done || status == .done else { return (last, dropped) }
            return (SalesStepResult(id: last.id, status: status, evidence: [evidence]), dropped)
        case .missed:
            return (SalesStepResult(id: last.id, status: .missed, evidence: evidence.map { [$0] } ?? []), dropped)
        case .open, nil: return (last, dropped)
        }
    }

    /// Only the trainee's own words are evidence of what the trainee did.
    private func evidence(of step: EvaluationAnswer.Step) -> Evidence? {
        Quotation.checked(
            Evidence(utteranceId: step.utteranceId, text: step.quote),
            against: evaluation.transcript.filter { $0.speaker == .trainee })
    }

    /// Without an entered date of birth the age is not verified: asking for it completes only half of the step.
    private func counted(_ result: SalesStepResult) -> SalesStepResult {
        if let counted = AgeCheckStep.counted(evaluation.findings) { return counted }
        guard result.status == .done else { return result }
        return SalesStepResult(id: result.id, status: .partial, evidence: result.evidence)
    }
}
