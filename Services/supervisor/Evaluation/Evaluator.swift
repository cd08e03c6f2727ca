import Compliance
import Domain
import OpenAI

/// Asks the model for a verdict on the current state of the conversation, and passes on only what `VerdictCheck`
/// accepts.
struct Evaluator: Sendable {
    /// A late verdict is useless: the conversation has moved on, and the next evaluation is due soon.
    static let limit = Duration.seconds(10)

    let model: LanguageModel
    let catalog: ComplianceCatalog

    /// - Throws: `OpenAIError`, and `CancellationError` when the session was closed meanwhile.
    func verdict(for evaluation: Evaluation) async throws -> Verdict {
        let begin = ContinuousClock.now
        let prompt = EvaluationPrompt(catalog: catalog)
        let conversation = EvaluationPrompt.conversation(of: evaluation)
        let (answer, source) = try await model.answer(
            ModelQuestion(
                instructions: prompt.instructions(for: evaluation),
                input: try prompt.input(for: evaluation, conversation),
                answerName: "verdict",
                schema: EvaluationAnswer.schema(
                    steps: catalog.salesSteps.map(\.id), hints: evaluation.hints),
                maxTokens: 1_200, safetyIdentifier: evaluation.safetyIdentifier, attemptLimit: Self.limit,
                totalLimit: Self.limit),
            as: EvaluationAnswer.self)
        let check = VerdictCheck(
            evaluation: evaluation, catalog: catalog, isInputCut: conversation.omitted != nil)
        return check.verdict(
            from: answer, model: source.model ?? model.name, latency: ContinuousClock.now - begin)
    }
}
