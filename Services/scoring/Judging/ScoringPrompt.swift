import Compliance
import Domain
import Foundation
import Prompts

/// The scoring instructions, and the session as data. Raise `Scorer.promptVersion` with every change
/// here or in `ScoringInstructions`.
struct ScoringPrompt: Sendable {
    let salesSteps: [SalesStep]
    /// What is true of the products, one fact a line.
    let productKnowledge: String
    let markets: [Market]

    init(catalog: ComplianceCatalog) {
        self.init(
            salesSteps: catalog.salesSteps, productKnowledge: catalog.productKnowledge, markets: catalog.markets)
    }

    init(salesSteps: [SalesStep], productKnowledge: String, markets: [Market]) {
        self.salesSteps = salesSteps
        self.productKnowledge = productKnowledge
        self.markets = markets
    }

    func instructions(for record: SessionRecord) -> String {
        ScoringInstructions(salesSteps: salesSteps, productKnowledge: productKnowledge, markets: markets).text(
            for: record.persona, in: record.scenario, by: record.rules ?? RuleSettings())
    }

    func input(for record: SessionRecord, findings: [Finding], facts: TalkFacts) throws -> String {
        try input(for: record, Self.conversation(of: record, findings: findings), facts: facts)
    }

    /// What the model is shown of the conversation.
    static func conversation(of record: SessionRecord, findings: [Finding]) -> ConversationData {
        ConversationData(
            transcript: record.transcript, events: record.events, findings: findings, budget: .judgement)
    }

    func input(for record: SessionRecord, _ conversation: ConversationData, facts: TalkFacts) throws -> String {
        let input = Input(
            transcript: conversation.transcript, events: conversation.events, findings: conversation.findings,
            omitted: conversation.omitted,
            attitudeCurve: record.attitudeCurve.suffix(500).map { .init(time: $0.time, value: $0.value) },
            counted: facts, durationSeconds: (record.durationMs ?? 0) / 1_000)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(input), as: UTF8.self)
    }

    private struct Input: Encodable {
        struct Point: Encodable {
            var time: Double
            var value: Int
        }
        var transcript: [ConversationData.Line]
        var events: [ConversationData.Event]
        var findings: [ConversationData.RuleFinding]
        var omitted: ConversationData.Omitted?
        var attitudeCurve: [Point]
        var counted: TalkFacts
        var durationSeconds: Int
    }
}
