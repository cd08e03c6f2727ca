/// Why a model gave no usable answer: a code for the machine, a sentence for a person. Never contains a key or the
/// question.
public struct OpenAIError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Codable, CaseIterable, Sendable {
        case timeout = "model_timeout"
        case refused = "model_refused"
        /// The token limit cut the answer off.
        case answerCut = "answer_cut"
        case contentFiltered = "content_filtered"
        /// The answer is not the requested JSON, is too large, or does not come from the API.
        case invalidAnswer = "invalid_answer"
        case rateLimited = "rate_limited"
        case quotaExhausted = "quota_exhausted"
        case unauthorized
        case modelNotFound = "model_not_found"
        /// The API refused the request itself.
        case invalidRequest = "invalid_request"
        /// The API failed on its side.
        case unavailable = "model_unavailable"
        /// No connection to the API.
        case unreachable = "model_unreachable"
    }

    public var code: Code
    public var message: String
    /// Of the HTTP response, if there was one.
    public var status: Int?
    public var requestId: String?

    public init(_ code: Code, _ message: String, status: Int? = nil, requestId: String? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.requestId = requestId
    }

    public var description: String {
        "\(code.rawValue): \(message)" + (status.map { " (HTTP \($0))" } ?? "") + (requestId.map { " [\($0)]" } ?? "")
    }

    /// Whether the same question may succeed later. If not, the configuration or the question has to change first.
    public var isWorthAnotherTry: Bool {
        switch code {
        case .timeout, .answerCut, .invalidAnswer, .rateLimited, .unavailable, .unreachable, .refused: true
        case .contentFiltered, .quotaExhausted, .unauthorized, .modelNotFound, .invalidRequest: false
        }
    }

    /// Label of the metric `bat_openai_errors_total`: the HTTP status, or the code where there was none.
    public var metricStatus: String { status.map(String.init) ?? code.rawValue }
}
