import Compliance
import Domain
import Foundation
import OpenAI
import Secrets

/// What a session comes to.
struct Judgement: Sendable {
    var score: Scorecard
    var outcome: Outcome
}

/// Has a model judge a finished session, as often as is wanted, and makes one scorecard of it that holds.
struct Scorer: Sendable {
    /// Goes up with every change of `ScoringPrompt` or of the answer's schema; stored with every score.
    static let promptVersion = 1

    let model: LanguageModel
    let catalog: ComplianceCatalog
    let legalAge: Int
    /// Judgements per session.
    let samples: Int

    /// - Throws: `OpenAIError` when no judgement came about.
    func judgement(of record: SessionRecord) async throws -> Judgement {
        let claims = OutcomeAdjudication.claims(of: record)
        let rules = ComplianceRules(
            catalog: catalog, language: record.persona.language, legalAge: legalAge,
            sessionDate: record.startedAt ?? record.createdAt)
        let isSold = claims.contains { $0.source != .client && $0.outcome == .converted }
        let findings = rules.review(
            transcript: record.transcript, events: record.events,
            outcome: isSold ? .converted : nil)
        let turns = record.transcript.filter {
            $0.speaker == .trainee && SpokenText.cleaned($0.text).contains(where: \.isLetter)
        }
        let card =
            turns.isEmpty
            ? EmptySession.scorecard(of: record, steps: catalog.salesSteps, findings: findings, model: model.name)
            : try await scorecard(of: record, findings: findings, turns: turns.count)
        return OutcomeAdjudication.judgement(card, of: record, claims: claims)
    }

    private func scorecard(of record: SessionRecord, findings: [Finding], turns: Int) async throws -> Scorecard {
        let question = try question(about: record, findings: findings)
        let check = JudgementCheck(
            rubric: record.persona.rubric, steps: catalog.salesSteps.map(\.id), transcript: record.transcript,
            findings: findings, turns: turns)
        let results = await withTaskGroup(of: Result<(CheckedJudgement, String), any Error>.self) { group in
            for _ in 0..<samples {
                group.addTask {
                    do { return .success(try await sample(question, check)) } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let made = results.compactMap { try? $0.get() }
        guard let version = made.first?.1 else {
            for case .failure(let error) in results { throw error }
            throw OpenAIError(.invalidAnswer, "no judgement was made")
        }
        return ScorecardAssembly(
            record: record, findings: findings, model: version, missingSamples: samples - made.count
        ).scorecard(of: made.map(\.0))
    }

    /// One judgement. An answer that cannot be used is asked for once more.
    private func sample(
        _ question: ModelQuestion, _ check: JudgementCheck
    ) async throws -> (judgement: CheckedJudgement, model: String) {
        var question = question
        do {
            return try await ask(question, check)
        } catch let error as OpenAIError where [.invalidAnswer, .answerCut, .refused].contains(error.code) {
            if error.code == .answerCut { question.maxTokens *= 2 }
            return try await ask(question, check)
        }
    }

    private func ask(
        _ question: ModelQuestion, _ check: JudgementCheck
    ) async throws -> (judgement: CheckedJudgement, model: String) {
        let (answer, source) = try await model.answer(question, as: ScoringAnswer.self)
        return (try check.checked(answer), source.model ?? model.name)
    }

    private func question(about record: SessionRecord, findings: [Finding]) throws -> ModelQuestion {
        let prompt = ScoringPrompt(catalog: catalog)
        return ModelQuestion(
            instructions: prompt.instructions(for: record), input: try prompt.input(for: record, findings: findings),
            answerName: "scorecard",
            schema: ScoringAnswer.schema(
                categories: record.persona.rubric.categories.map(\.id), steps: catalog.salesSteps.map(\.id)),
            maxTokens: 4_000,
            safetyIdentifier: String(SHA256.hex(of: "bat-vr-trainer/\(record.traineeId)").prefix(32)),
            attemptLimit: .seconds(60), totalLimit: .seconds(120))
    }
}
