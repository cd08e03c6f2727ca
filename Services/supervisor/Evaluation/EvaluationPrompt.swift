import Compliance
import Domain
import Foundation
import Prompts

/// The model's instructions and its input. The instructions are ours and constant for a session, so that the API can
/// cache them; the input is data, and nothing that a speaker said appears outside it.
struct EvaluationPrompt: Sendable {
    let catalog: ComplianceCatalog

    func instructions(for evaluation: Evaluation) -> String {
        SupervisorInstructions(catalog: catalog).text(
            for: evaluation.persona, in: evaluation.scenario, hints: evaluation.hints)
    }

    /// What the model is shown of the conversation.
    static func conversation(of evaluation: Evaluation) -> ConversationData {
        var conversation = ConversationData(
            transcript: evaluation.transcript, events: evaluation.events, findings: evaluation.findings,
            budget: .evaluation)
        if evaluation.isShortened, conversation.omitted == nil { conversation.omitted = .before }
        return conversation
    }

    func input(for evaluation: Evaluation) throws -> String {
        try input(for: evaluation, Self.conversation(of: evaluation))
    }

    func input(for evaluation: Evaluation, _ conversation: ConversationData) throws -> String {
        let input = Input(
            transcript: conversation.transcript, events: conversation.events, findings: conversation.findings,
            omitted: conversation.omitted,
            newUtteranceIds: evaluation.newUtterances.suffix(conversation.transcript.count),
            lastAttitude: evaluation.attitude, ledger: evaluation.ledger.isEmpty ? nil : evaluation.ledger,
            salesStepsSoFar: evaluation.steps.map { Input.Step(id: $0.id, status: $0.status) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(input), as: UTF8.self)
    }

    private struct Input: Encodable {
        struct Step: Encodable {
            var id: String
            var status: SalesStepResult.Status
        }
        var transcript: [ConversationData.Line]
        var events: [ConversationData.Event]
        var findings: [ConversationData.RuleFinding]
        var omitted: ConversationData.Omitted?
        var newUtteranceIds: [String]
        var lastAttitude: Int
        var ledger: TalkLedger?
        var salesStepsSoFar: [Step]
    }
}
