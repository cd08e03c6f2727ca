import Domain
import Foundation
public import HTTPClient
public import Logging

extension LanguageModel {
    /// A model behind OpenAI's API, or behind a compatible server.
    ///
    /// - Parameters:
    ///   - client: whose rules say whether a proxy is used and whom we trust.
    ///   - logger: told what a server refuses and what we do without from then on.
    ///   - sleep: waits between attempts; tests can replace it.
    ///   - onAnswer: called for every answer, with the name of the model that was asked. For the metrics.
    ///   - onFailure: called for every failed attempt, also if a later one succeeds. For the metrics.
    public static func openAI(
        _ configuration: OpenAIConfiguration, client: HTTPClient = .shared, logger: Logger? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        onAnswer: @escaping @Sendable (String, ModelAnswer) -> Void = { _, _ in },
        onFailure: @escaping @Sendable (OpenAIError) -> Void = { _ in }
    ) -> LanguageModel {
        let api = ChatAPI(
            configuration: configuration, client: client, logger: logger, sleep: sleep, onAnswer: onAnswer,
            onFailure: onFailure, habits: ModelHabits())
        return LanguageModel(name: configuration.model, reasoningEffort: configuration.reasoningEffort) {
            try await api.answer($0)
        }
    }
}

private struct ChatAPI: Sendable {
    /// In bytes. Answers are a few kilobytes; a body that exceeds this limit is not read to its end.
    private static let bodyLimit = 1 << 20
    /// For a model that thinks before it answers.
    private static let moreTokens = 4
    private static let neverAnswers =
        "the model used up all its tokens before the answer; a lower reasoning effort leaves some"

    let configuration: OpenAIConfiguration
    let client: HTTPClient
    let logger: Logger?
    let sleep: @Sendable (Duration) async throws -> Void
    let onAnswer: @Sendable (String, ModelAnswer) -> Void
    let onFailure: @Sendable (OpenAIError) -> Void
    let habits: ModelHabits

    private struct Failure: Error {
        var error: OpenAIError
        /// Whether and when to try again, given how many attempts failed before.
        var wait: @Sendable (_ failures: Int) -> Duration?
    }

    func answer(_ question: ModelQuestion) async throws -> ModelAnswer {
        let deadline = ContinuousClock.now + question.totalLimit
        var failures = 0
        while true {
            do throws(Failure) {
                let answer = try await attempt(question, limit: min(question.attemptLimit, deadline - .now))
                onAnswer(model(for: question), answer)
                return answer
            } catch {
                try Task.checkCancellation()
                onFailure(error.error)
                guard failures < question.retries, let wait = error.wait(failures), .now + wait < deadline else {
                    throw error.error
                }
                failures += 1
                try await sleep(wait)
            }
        }
    }

    private func model(for question: ModelQuestion) -> String { question.judge?.model ?? configuration.model }

    private func attempt(_ question: ModelQuestion, limit: Duration) async throws(Failure) -> ModelAnswer {
        let end = ContinuousClock.now + limit
        let hadMoreTokens = habits[model(for: question)].needsMoreTokens
        let response = try await sendConceding(question, until: end)
        do throws(Failure) {
            return try answer(in: response)
        } catch {
            guard error.error.code == .answerCut, ChatCompletion.endedBeforeItsAnswer(response) else { throw error }
            guard !hadMoreTokens else {
                let final = OpenAIError(.answerCut, Self.neverAnswers, requestId: error.error.requestId)
                throw Failure(error: final) { _ in nil }
            }
            raiseLimit(for: question, error.error)
        }
        return try answer(in: try await sendConceding(question, until: end))
    }

    private func answer(in response: HTTPResponse) throws(Failure) -> ModelAnswer {
        var response = response
        if response.status == 200, let status = APIBody.hiddenStatus(in: response.body) { response.status = status }
        guard response.status == 200 else {
            let code = APIBody.errorCode(in: response.body)
            throw Failure(error: APIBody.error(of: response, key: configuration.key.text)) { [response] failures in
                RetryRule.wait(
                    status: response.status, errorCode: code, header: { response[$0] }, failures: failures,
                    jitter: .random(in: 0...1), now: Date())
            }
        }
        do throws(OpenAIError) {
            return try ChatCompletion.answer(in: response)
        } catch {
            // The question itself may have to change, which the caller decides.
            throw Failure(error: error) { _ in nil }
        }
    }

    /// From now on the model gets more tokens. Once only: if that is not enough, the operator has to decide.
    private func raiseLimit(for question: ModelQuestion, _ error: OpenAIError) {
        onFailure(error)
        let isNew = habits.learn(model(for: question)) { habit in
            defer { habit.needsMoreTokens = true }
            return !habit.needsMoreTokens
        }
        // Several questions may have been under way.
        guard isNew else { return }
        logger?.warning(
            "the model used up all its tokens before the answer; it gets \(Self.moreTokens) times as many",
            metadata: ["model": "\(model(for: question))", "tokens": "\(question.maxTokens)"])
    }

    /// Repeats the request without what the server refuses; once for each thing, because the server may refuse all of
    /// them, one after the other. What helped is remembered.
    private func sendConceding(
        _ question: ModelQuestion, until end: ContinuousClock.Instant
    ) async throws(Failure) -> HTTPResponse {
        let model = model(for: question)
        let known = habits[model].conceded
        var conceded = known
        while true {
            let response = try await send(question, without: conceded, limit: end - .now)
            if let concession = Concession.wanted(by: response, beyond: conceded) {
                conceded.insert(concession)
                continue
            }
            if conceded != known, response.status != 400, response.status != 422 {
                habits.learn(model) { habit in
                    habit.conceded.formUnion(conceded)
                    return true
                }
                logger?.notice(
                    "the model API refuses an optional part of the request; further requests omit it",
                    metadata: [
                        "model": "\(model)",
                        "without": "\(conceded.subtracting(known).map(\.rawValue).sorted().joined(separator: ", "))",
                    ])
            }
            return response
        }
    }

    private func send(
        _ question: ModelQuestion, without conceded: Set<Concession>, limit: Duration
    ) async throws(Failure) -> HTTPResponse {
        let model = model(for: question)
        let body = ChatCompletion.body(
            of: question, model: model,
            reasoningEffort: question.judge.map(\.reasoningEffort) ?? configuration.reasoningEffort,
            tokens: question.maxTokens * (habits[model].needsMoreTokens ? Self.moreTokens : 1), without: conceded)
        do {
            return try await client.send(
                HTTPRequest(
                    "POST", configuration.address(of: "chat/completions"),
                    headers: configuration.headers.merging(["Content-Type": "application/json"]) { _, own in own },
                    body: Data(body.utf8), timeout: limit, bodyLimit: Self.bodyLimit))
        } catch {
            throw failure(of: error)
        }
    }

    private func failure(of error: any Error) -> Failure {
        let again: @Sendable (Int) -> Duration? = { failures in
            RetryRule.wait(
                status: nil, errorCode: nil, header: { _ in nil }, failures: failures, jitter: .random(in: 0...1),
                now: Date())
        }
        let never: @Sendable (Int) -> Duration? = { _ in nil }
        guard let error = error as? HTTPClientError else {
            return Failure(error: OpenAIError(.unreachable, "the call was given up"), wait: never)
        }
        switch error.code {
        case .timeout: return Failure(error: OpenAIError(.timeout, "no answer in time: \(error.message)"), wait: again)
        case .bodyTooLarge, .headersTooLarge, .invalidAnswer, .tooManyRedirects:
            return Failure(error: OpenAIError(.invalidAnswer, error.message), wait: never)
        case .invalidRequest: return Failure(error: OpenAIError(.invalidRequest, error.message), wait: never)
        case .tls, .proxy, .stopped: return Failure(error: OpenAIError(.unreachable, error.message), wait: never)
        case .hostNotFound, .connectionFailed, .connectionLost, .tooManyRequests, .other:
            return Failure(error: OpenAIError(.unreachable, error.message), wait: again)
        }
    }
}
