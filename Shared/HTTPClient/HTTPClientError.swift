import CCurl

/// Why there was no response: a code for the machine, a sentence for a person. Neither contains headers, body or query.
public struct HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case hostNotFound = "host_not_found"
        /// No server listens at the address, or the network cannot reach it.
        case connectionFailed = "connection_failed"
        /// The connection broke before the response was complete.
        case connectionLost = "connection_lost"
        case timeout
        /// The server's certificate is not accepted, or the TLS handshake failed.
        case tls
        /// The proxy refuses the connection, and will until its or our configuration changes.
        case proxy = "proxy_refused"
        case bodyTooLarge = "body_too_large"
        case headersTooLarge = "headers_too_large"
        case tooManyRedirects = "too_many_redirects"
        /// The response was not HTTP.
        case invalidAnswer = "invalid_answer"
        /// The client has reached its `requestLimit`.
        case tooManyRequests = "too_many_requests"
        /// The client was shut down.
        case stopped
        case other
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

extension HTTPClientError {
    init(_ result: CURLcode, detail: String) {
        let code: Code =
            switch result {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .hostNotFound
            case CURLE_COULDNT_CONNECT: .connectionFailed
            case CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
                CURLE_PARTIAL_FILE:
                .connectionLost
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                .tls
            case CURLE_FILESIZE_EXCEEDED: .bodyTooLarge
            case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects
            case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .invalidAnswer
            default: .other
            }
        self.init(code, detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail)
    }
}
