import Compliance
import Domain
import Foundation
import OpenAI
import Secrets
import Storage

/// The result of scoring a session.
struct Judgement: Sendable {
    var score: Scorecard
    var outcome: Outcome
}

/// Has a model judge a finished session `samples` times, and builds one checked scorecard from the answers.
///
/// Each sample consists of two concurrent requests: one for the score, one for the meaning of the places that the rules
/// found. The final score depends on both.
struct Scorer: Sendable {
    /// Must go up with every change of `ScoringInstructions`, `ScoringPrompt`, `ReviewPrompt` or an answer's schema;
    /// stored with every score.
    static let promptVersion = 6
    /// Of the prompts and schemas that `PromptVersionTests` builds; changes together with the version.
    static let promptHash = "958720ac32f5a6f1"

    let model: LanguageModel
    let rulebooks: Rulebooks
    /// For sessions that have no rules of their own.
    let rules: RuleSettings
    /// Judgements per session.
    let samples: Int
    /// From which the next practice is chosen.
    var personas: @Sendable () async throws -> [Persona] = { [] }

    /// - Throws: `OpenAIError` when no judgement succeeded; `StorageError` when the rulebook cannot be read.
    func judgement(of record: SessionRecord) async throws -> Judgement {
        let book = try await rulebooks.catalog(record.rules?.rulebook)
        let session = JudgedSession(record, catalog: book.catalog, rules: record.rules ?? rules)
        var card =
            session.turns == 0
            ? EmptySession.scorecard(
                of: record, steps: book.catalog.salesSteps, findings: session.findings, model: model.name)
            : try await scorecard(of: session)
        if !book.isAskedFor { card.flags.append("rulebook_missing") }
        card.coaching = card.coaching.map { coaching in
            var coaching = coaching
            coaching.workOn = BlockersFirst.workOn(coaching.workOn, findings: card.findings, in: record)
            return coaching
        }
        if let weakest = card.coaching?.weakest { card.coaching?.next = await practice(of: weakest, after: record) }
        return session.concluded(card)
    }

    /// A proposal is not worth a failed judgement: without the personas there is none.
    private func practice(of category: String, after record: SessionRecord) async -> Coaching.Practice? {
        guard let personas = try? await personas() else { return nil }
        return NextPractice.practice(of: category, after: record, personas: personas)
    }

    private var own: Scorecard.Judge {
        Scorecard.Judge(model: model.name, reasoningEffort: model.reasoningEffort, samples: samples)
    }

    /// A later revision is judged by the same model, with the same settings, as the first one, unless that model is
    /// gone.
    private func scorecard(of session: JudgedSession) async throws -> Scorecard {
        guard let first = session.record.score?.judge, first != own else {
            return try await scorecard(of: session, own)
        }
        do {
            return try await scorecard(of: session, first)
        } catch let error as OpenAIError where error.code == .modelNotFound || error.code == .invalidRequest {
            var card = try await scorecard(of: session, own)
            card.flags.append("judge_changed")
            return card
        }
    }

    private func scorecard(of session: JudgedSession, _ judge: Scorecard.Judge) async throws -> Scorecard {
        let samples = min(max(judge.samples, 1), 9)
        let conversation = ScoringPrompt.conversation(of: session.record, findings: session.findings)
        let question = try question(about: session, conversation, judge)
        let places = ReviewPlace.places(of: session.findings, in: session.record.transcript)
        let reviewQuestion = try reviewQuestion(about: session, places, judge)
        let check = session.check(findings: session.findings)
        var answers: [(ScoringAnswer, String)] = []
        var reviews: [ReviewAnswer] = []
        var failure: (any Error)?
        await withTaskGroup(of: Sample.self) { group in
            for _ in 0..<samples {
                group.addTask { await scoreSample(question, check) }
                group.addTask { await reviewSample(reviewQuestion) }
            }
            for await sample in group {
                switch sample {
                case .score(let answer, let model): answers.append((answer, model))
                case .review(let answer): reviews.append(answer)
                case .noScore(let error): failure = error
                case .noReview: break
                }
            }
        }
        guard let version = answers.first?.1 else {
            throw failure ?? OpenAIError(.invalidAnswer, "no judgement was made")
        }
        let reviewed = FindingReview(
            findings: session.findings, places: places, transcript: session.record.transcript,
            rules: session.catalog.claims, stricter: session.stricter, asked: samples,
            message: session.message
        ).result(of: reviews)
        let final = session.check(findings: reviewed.findings)
        let judgements = answers.compactMap { try? final.checked($0.0) }
        let assembly = ScorecardAssembly(
            record: session.record, findings: reviewed.findings, model: version,
            missingSamples: samples - judgements.count)
        guard var card = assembly.scorecard(of: judgements) else {
            throw OpenAIError(.invalidAnswer, "no judgement was made")
        }
        card.judge = judge
        card.reviewed = !reviews.isEmpty
        if places.count == ReviewPlace.most { card.flags.append("review_cut") }
        // The reviewers are given no more of the transcript than this.
        if conversation.omitted != nil { card.flags.append("input_cut") }
        card.flags += reviewed.flags
        if reviews.count < samples, !reviews.isEmpty { card.flags.append("samples_missing") }
        return card
    }

    private enum Sample: Sendable {
        case score(ScoringAnswer, model: String)
        case review(ReviewAnswer)
        case noScore(any Error)
        case noReview
    }

    private func scoreSample(_ question: ModelQuestion, _ check: JudgementCheck) async -> Sample {
        do {
            let (answer, model): (ScoringAnswer, String) = try await twice(question) { answer in
                try check.require(answer)
            }
            return .score(answer, model: model)
        } catch { return .noScore(error) }
    }

    private func reviewSample(_ question: ModelQuestion) async -> Sample {
        do {
            let (answer, _): (ReviewAnswer, String) = try await twice(question) { _ in }
            return .review(answer)
        } catch { return .noReview }
    }

    /// One answer. If it is unusable, the question is asked once more.
    private func twice<Answer: Decodable & Sendable>(
        _ question: ModelQuestion, check: (Answer) throws -> Void
    ) async throws -> (Answer, model: String) {
        var question = question
        do {
            return try await ask(question, check)
        } catch let error as OpenAIError where [.invalidAnswer, .answerCut, .refused].contains(error.code) {
            if error.code == .answerCut { question.maxTokens *= 2 }
            return try await ask(question, check)
        }
    }

    private func ask<Answer: Decodable & Sendable>(
        _ question: ModelQuestion, _ check: (Answer) throws -> Void
    ) async throws -> (Answer, model: String) {
        let (answer, source) = try await model.answer(question, as: Answer.self)
        try check(answer)
        return (
            answer, source.model.map { SpokenText.cleaned($0.beginning(bytes: Verdict.longestModelName)) } ?? model.name
        )
    }

    private func question(
        about session: JudgedSession, _ conversation: ConversationData, _ judge: Scorecard.Judge
    ) throws -> ModelQuestion {
        let prompt = ScoringPrompt(catalog: session.catalog)
        return ModelQuestion(
            instructions: prompt.instructions(for: session.record),
            input: try prompt.input(for: session.record, conversation, facts: session.facts),
            answerName: "scorecard",
            schema: ScoringAnswer.schema(
                categories: session.record.persona.rubric.categories.map(\.id),
                steps: session.catalog.salesSteps.map(\.id)),
            maxTokens: 4_000, judge: Self.asked(judge), safetyIdentifier: Self.pseudonym(of: session.record),
            attemptLimit: .seconds(60), totalLimit: .seconds(120))
    }

    private func reviewQuestion(
        about session: JudgedSession, _ places: [ReviewPlace], _ judge: Scorecard.Judge
    ) throws -> ModelQuestion {
        let prompt = ReviewPrompt(claims: session.catalog.claims, places: places)
        return ModelQuestion(
            instructions: prompt.instructions, input: try prompt.input(for: session.record.transcript),
            answerName: "review",
            schema: ReviewAnswer.schema(places: places.map(\.name), rules: session.catalog.claims.map(\.id)),
            maxTokens: 1_000 + 100 * places.count, judge: Self.asked(judge),
            safetyIdentifier: Self.pseudonym(of: session.record),
            attemptLimit: .seconds(60), totalLimit: .seconds(120))
    }

    private static func asked(_ judge: Scorecard.Judge) -> ModelQuestion.Judge {
        ModelQuestion.Judge(model: judge.model, reasoningEffort: judge.reasoningEffort)
    }

    private static func pseudonym(of record: SessionRecord) -> String {
        String(SHA256.hex(of: "bat-vr-trainer/\(record.traineeId)").prefix(32))
    }
}
