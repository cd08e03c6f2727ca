import Foundation
public import HTTPClient
import Synchronization

/// The address of the model API, the model, and how it is asked.
public struct OpenAIConfiguration: Sendable {
    /// Up to and including the version: `https://api.openai.com/v1`.
    public var baseURL: String
    public var key: String
    public var model: String
    /// `none`, `low`, … for models that reason; nil sends nothing.
    public var reasoningEffort: String?

    public init(
        baseURL: String = "https://api.openai.com/v1", key: String, model: String, reasoningEffort: String? = nil
    ) {
        self.baseURL = baseURL
        self.key = key
        self.model = model
        self.reasoningEffort = reasoningEffort
    }
}

extension LanguageModel {
    /// A model behind OpenAI's API, or behind a compatible server.
    ///
    /// - Parameters:
    ///   - sleep: waits between attempts; tests can replace it.
    ///   - onFailure: called for every failed attempt, also if a later one succeeds. For the metrics.
    public static func openAI(
        _ configuration: OpenAIConfiguration, client: HTTPClient = .shared,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        onFailure: @escaping @Sendable (OpenAIError) -> Void = { _ in }
    ) -> LanguageModel {
        let api = ChatAPI(
            configuration: configuration, client: client, sleep: sleep, onFailure: onFailure, refused: RefusedKeys())
        return LanguageModel(name: configuration.model, reasoningEffort: configuration.reasoningEffort) {
            try await api.answer($0)
        }
    }
}

/// The keys that the server has refused, remembered as long as the model exists.
private final class RefusedKeys: Sendable {
    private let keys = Mutex<Set<ChatCompletion.OptionalKey>>([])

    var all: Set<ChatCompletion.OptionalKey> { keys.withLock { $0 } }

    /// False if it was already known.
    func add(_ key: ChatCompletion.OptionalKey) -> Bool { keys.withLock { $0.insert(key).inserted } }
}

private struct ChatAPI: Sendable {
    /// In bytes. Answers are a few kilobytes; a body that exceeds this limit is not read to its end.
    private static let bodyLimit = 1 << 20

    let configuration: OpenAIConfiguration
    let client: HTTPClient
    let sleep: @Sendable (Duration) async throws -> Void
    let onFailure: @Sendable (OpenAIError) -> Void
    let refused: RefusedKeys

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
                return try await attempt(question, limit: min(question.attemptLimit, deadline - .now))
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

    private func attempt(_ question: ModelQuestion, limit: Duration) async throws(Failure) -> ModelAnswer {
        let response = try await sendWithoutRefusedKeys(question, limit: limit)
        guard response.status == 200 else {
            let code = APIBody.errorCode(in: response.body)
            throw Failure(error: APIBody.error(of: response, key: configuration.key)) { failures in
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

    /// Repeats the request without the key that the server refuses; once per key, because the server may refuse all of
    /// them, one after the other.
    private func sendWithoutRefusedKeys(
        _ question: ModelQuestion, limit: Duration
    ) async throws(Failure) -> HTTPResponse {
        for _ in ChatCompletion.OptionalKey.allCases {
            let response = try await send(question, limit: limit)
            guard let key = APIBody.refusedKey(in: response), refused.add(key) else { return response }
        }
        return try await send(question, limit: limit)
    }

    private func send(_ question: ModelQuestion, limit: Duration) async throws(Failure) -> HTTPResponse {
        let body = ChatCompletion.body(
            of: question, model: question.judge?.model ?? configuration.model,
            reasoningEffort: question.judge.map(\.reasoningEffort) ?? configuration.reasoningEffort,
            without: refused.all)
        var headers = ["Content-Type": "application/json", "Accept": "application/json"]
        if !configuration.key.isEmpty { headers["Authorization"] = "Bearer \(configuration.key)" }
        let base =
            configuration.baseURL.hasSuffix("/") ? String(configuration.baseURL.dropLast()) : configuration.baseURL
        do {
            return try await client.send(
                HTTPRequest(
                    "POST", base + "/chat/completions", headers: headers, body: Data(body.utf8), timeout: limit,
                    bodyLimit: Self.bodyLimit))
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
        case .timeout: return Failure(error: OpenAIError(.timeout, "no answer in time"), wait: again)
        case .bodyTooLarge, .headersTooLarge, .invalidAnswer, .tooManyRedirects:
            return Failure(error: OpenAIError(.invalidAnswer, error.message), wait: never)
        case .invalidRequest: return Failure(error: OpenAIError(.invalidRequest, error.message), wait: never)
        case .tls, .proxy, .stopped: return Failure(error: OpenAIError(.unreachable, error.message), wait: never)
        case .hostNotFound, .connectionFailed, .connectionLost, .tooManyRequests, .other:
            return Failure(error: OpenAIError(.unreachable, error.message), wait: again)
        }
    }
}
