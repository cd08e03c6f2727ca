import Domain
import HTTPTypes

/// Maps the HTTP parser's errors to problems. They are recognized by name, because this module does not depend on the
/// parser.
enum HTTPFault {
    static func problem(for error: any Error) -> Problem {
        "\(error)".lowercased().contains("overflow")
            ? Problem(.requestHeaderFieldsTooLarge, .headersTooLarge, "The request line and fields are too large.")
            : Problem(.badRequest, .malformedRequest, "This is not a well-formed HTTP/1.1 request.")
    }
}
