import Foundation
import HTTPTypes
import Hummingbird

/// Why a request is not done, as the client sees it: RFC 9457, with a stable `code`.
///
/// `detail` is for the developer of a client; it never holds anything of our insides.
struct Problem: Error, Equatable {
    /// One thing that is wrong with a body, by JSON pointer (RFC 6901).
    struct Fault: Encodable, Hashable {
        var pointer: String
        var detail: String
    }

    var status: HTTPResponse.Status
    var code: String
    var detail: String
    var errors: [Fault] = []
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ code: String, _ detail: String, errors: [Fault] = [], headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// - Parameter retryAfter: whole seconds, at least 1.
    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, retryAfter: Int) {
        self.init(status, code, detail, headers: [.retryAfter: String(max(1, retryAfter))])
    }

    private struct Document: Encodable {
        var type: String
        var title: String
        var status: Int
        var code: String
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
        return (try? JSON.encode(document)) ?? ByteBuffer(string: #"{"type":"about:blank"}"#)
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
        .unauthorized, "unauthorized", "An API key is needed, as Authorization: Bearer or X-API-Key.",
        headers: [.wwwAuthenticate: #"Bearer realm="bat-vr-trainer""#])

    /// Also for what exists but is not this caller's to see, so that nobody can find out by asking.
    static let sessionNotFound = Problem(.notFound, "session_not_found", "There is no such session.")

    static let storageUnavailable = Problem(
        .serviceUnavailable, "storage_unavailable", "The database cannot be reached at the moment.", retryAfter: 5)

    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        invalid([Fault(pointer: pointer, detail: detail)])
    }

    static func invalid(_ faults: [Fault]) -> Problem {
        Problem(
            .unprocessableContent, "invalid_request", "The body is JSON, but not what this endpoint takes.",
            errors: faults)
    }
}
