/// An error as OpenAI formats it, in `error` events and in HTTP bodies.
struct APIError: Error, Hashable, Sendable {
    var type = "invalid_request_error"
    var code: String
    var message: String
    var param: String?

    static func unknownParameter(_ path: String) -> APIError {
        APIError(code: "unknown_parameter", message: "Unknown parameter: '\(path)'.", param: path)
    }

    static func missing(_ path: String) -> APIError {
        APIError(code: "missing_required_parameter", message: "Missing required parameter: '\(path)'.", param: path)
    }

    static func invalidType(_ path: String, expected: String, got: String) -> APIError {
        APIError(
            code: "invalid_type", message: "Invalid type for '\(path)': expected \(expected), but got \(got) instead.",
            param: path)
    }

    static func invalidValue(_ path: String, _ value: String, supported: [String]) -> APIError {
        APIError(
            code: "invalid_value",
            message:
                "Invalid value: '\(value)'. Supported values are: \(supported.map { "'\($0)'" }.joined(separator: ", ")).",
            param: path)
    }

    func json(eventID: String?) -> WireJSON {
        [
            "type": .string(type), "code": .string(code), "message": .string(message),
            "param": param.map { .string($0) } ?? nil, "event_id": eventID.map { .string($0) } ?? nil,
        ]
    }

    /// The body of an HTTP error.
    var body: WireJSON {
        [
            "error": [
                "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? nil,
                "code": .string(code),
            ]
        ]
    }
}
