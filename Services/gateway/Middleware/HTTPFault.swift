import HTTPTypes

/// Bytes that are no HTTP request, as a problem. The parser's errors are told apart by their names, because this module
/// knows no parser.
enum HTTPFault {
    static func problem(for error: any Error) -> Problem {
        "\(error)".lowercased().contains("overflow")
            ? Problem(.requestHeaderFieldsTooLarge, "headers_too_large", "The request line and fields are too large.")
            : Problem(.badRequest, "malformed_request", "This is not a well-formed HTTP/1.1 request.")
    }
}
