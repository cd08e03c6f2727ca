import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// Why a request failed, as the client sees it: an RFC 9457 problem document with a stable `code`.
///
/// `detail` is for the developer of a client and never reveals server internals.
struct Problem: Error, Equatable {
    /// One error in a body, located by a JSON pointer (RFC 6901).
    struct Fault: Encodable, Hashable {
        var pointer: String
        var detail: String
    }

    var status: HTTPResponse.Status
    var code: ErrorCode
    var detail: String
    var errors: [Fault] = []
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ code: ErrorCode, _ detail: String, errors: [Fault] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// - Parameter retryAfter: whole seconds, at least 1.
    init(_ status: HTTPResponse.Status, _ code: ErrorCode, _ detail: String, retryAfter: Int) {
        self.init(status, code, detail, headers: [.retryAfter: String(max(1, retryAfter))])
    }

    private struct Document: Encodable {
        var type: String
        var title: String
        var status: Int
        var code: ErrorCode
        var detail: String
        var instance: String?
        var requestId: String?
        var errors: [Fault]?
    }

    /// - Parameter path: of the request, without its query, which may hold a token.
    func json(path: String? = nil, requestId: String? = nil) -> ByteBuffer {
        let document = Document(
            type: "urn:bat-vr:problem:\(code)", title: status.reasonPhrase, status: status.code, code: code,
            detail: detail, instance: path, requestId: requestId, errors: errors.isEmpty ? nil : errors)
        return (try? APIJSON.encode(document)) ?? ByteBuffer(string: #"{"type":"about:blank"}"#)
    }

    func response(path: String? = nil, requestId: String? = nil) -> Response {
        var headers = headers
        headers[.contentType] = Self.mediaType
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: json(path: path, requestId: requestId)))
    }

    static let mediaType = "application/problem+json"
}

extension Problem {
    static let unauthorized = Problem(
        .unauthorized, .unauthorized, "An API key is required, as Authorization: Bearer or X-API-Key.",
        headers: [.wwwAuthenticate: #"Bearer realm="bat-vr-trainer""#])

    /// Also for sessions that exist but that the caller may not see, so that callers cannot probe for them.
    static let sessionNotFound = Problem(.notFound, .sessionNotFound, "There is no such session.")

    /// For callers who may know that there is such a session.
    static let sessionPrivate = Problem(
        .conflict, .sessionPrivate, "The session is a private practice. Its trainee has to submit it first.")

    static let blindSample = Problem(
        .conflict, .blindSample,
        "The session is in the blind sample. Score it first; then the machine's numbers are shown.")

    static let storageUnavailable = Problem(
        .serviceUnavailable, .storageUnavailable, "The database cannot be reached at the moment.", retryAfter: 5)

    /// No reports process is there, it does not answer in time, or it was lost before it did.
    static let reportsUnavailable = Problem(
        .serviceUnavailable, .reportsUnavailable, "The reports service cannot be reached at the moment.", retryAfter: 5)

    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        invalid([Fault(pointer: pointer, detail: detail)])
    }

    static func invalid(_ faults: [Fault]) -> Problem {
        Problem(
            .unprocessableContent, .invalidRequest, "The body is JSON, but not a valid request for this endpoint.",
            errors: faults)
    }
}
