import Foundation
import HTTPClient
import Secrets

/// Sends records to the BatMan API: one signed `POST` each; redirects are not followed.
struct BatManClient: Sendable {
    struct Settings: Sendable {
        /// `https`, or `http` to this machine.
        var url: String
        /// The `Authorization` header, verbatim; nil sends none.
        var authorization: String?
        /// The key of `X-Bat-Signature`; nil sends none.
        var signingSecret: String?
    }

    /// The result of one attempt. A reason is a stable code and a sentence, and never contains text from BatMan.
    enum Delivery: Equatable, Sendable {
        case delivered
        /// BatMan will never accept it like this: it must not be retried automatically.
        case refused(String)
        /// It may succeed later; `retryAfter` is what BatMan asked for, in seconds.
        case failed(String, retryAfter: TimeInterval?, mayRetryAtOnce: Bool)
    }

    /// Limit of one request.
    private static let timeout = Duration.seconds(10)

    private let settings: Settings
    private let http: HTTPClient
    private let now: @Sendable () -> Date

    init(_ settings: Settings, http: HTTPClient = .shared, now: @escaping @Sendable () -> Date = { Date() }) {
        self.settings = settings
        self.http = http
        self.now = now
    }

    /// - Throws: `CancellationError`.
    func send(_ record: BatManRecord) async throws -> Delivery {
        var headers = ["Content-Type": "application/json", "Idempotency-Key": record.exportId]
        headers["Authorization"] = settings.authorization
        if let secret = settings.signingSecret {
            headers["X-Bat-Signature"] = Self.signature(of: record.body, secret: secret, at: now())
        }
        // We do not use the body of the answer; a longer one is not read, and the attempt counts as failed.
        let request = HTTPRequest(
            "POST", settings.url, headers: headers, body: Data(record.body), timeout: Self.timeout, bodyLimit: 64 << 10)
        do {
            return Self.judge(try await http.send(request))
        } catch let error as HTTPClientError {
            return Self.judge(error)
        }
    }

    /// Asks BatMan to delete an export: `DELETE <BATMAN_API_URL>/<exportId>`. One that BatMan does not have is deleted.
    ///
    /// - Throws: `CancellationError`.
    func withdraw(_ exportId: String) async throws -> Delivery {
        var headers: [String: String] = [:]
        headers["Authorization"] = settings.authorization
        if let secret = settings.signingSecret {
            headers["X-Bat-Signature"] = Self.signature(of: Array(exportId.utf8), secret: secret, at: now())
        }
        let request = HTTPRequest(
            "DELETE", Self.address(of: exportId, at: settings.url), headers: headers, timeout: Self.timeout,
            bodyLimit: 64 << 10)
        do {
            let response = try await http.send(request)
            return [404, 410].contains(response.status) ? .delivered : Self.judge(response)
        } catch let error as HTTPClientError {
            return Self.judge(error)
        }
    }

    /// The id goes behind the path, before a query.
    static func address(of exportId: String, at url: String) -> String {
        let path = url.prefix { $0 != "?" }
        return "\(path.hasSuffix("/") ? path.dropLast() : path)/\(exportId)\(url.dropFirst(path.count))"
    }

    /// `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`: the time is signed too, so that an old request cannot
    /// be replayed later.
    static func signature(of body: [UInt8], secret: String, at now: Date) -> String {
        let time = String(Int64(now.timeIntervalSince1970))
        return "t=\(time),v1=" + HMACSHA256.hex(of: Array("\(time).".utf8) + body, key: secret.utf8)
    }

    static func judge(_ response: HTTPResponse) -> Delivery {
        let status = response.status
        switch status {
        case 200..<300: return .delivered
        case 408, 425, 429, 500...:
            let wish = response["Retry-After"].flatMap { TimeInterval($0) }.map { min(max($0, 0), 3600) }
            return .failed(
                "http_\(status): BatMan answered with status \(status)", retryAfter: wish, mayRetryAtOnce: wish == nil)
        case 300..<400:
            return .refused("http_\(status): BatMan sent a redirect, which is not followed; check BATMAN_API_URL")
        case 401, 403: return .refused("http_\(status): BatMan refused our credential; check BATMAN_API_AUTH")
        default: return .refused("http_\(status): BatMan refused the record with status \(status)")
        }
    }

    static func judge(_ error: HTTPClientError) -> Delivery {
        switch error.code {
        // We cannot know whether BatMan accepted it: the idempotency key makes a retry safe.
        case .bodyTooLarge:
            .failed("\(error.code.rawValue): BatMan's answer was too long", retryAfter: nil, mayRetryAtOnce: false)
        case .invalidRequest: .refused("\(error.code.rawValue): BATMAN_API_URL or BATMAN_API_AUTH is malformed")
        case .timeout: .failed("timeout: no answer from BatMan within 10 s", retryAfter: nil, mayRetryAtOnce: false)
        case .tls:
            .failed(
                "tls: BatMan's certificate is not accepted, or the TLS handshake failed; CA_FILE adds an authority",
                retryAfter: nil, mayRetryAtOnce: false)
        case .proxy:
            .failed(
                "proxy_refused: the proxy in HTTPS_PROXY does not allow the connection to BatMan", retryAfter: nil,
                mayRetryAtOnce: false)
        case .hostNotFound, .connectionFailed, .connectionLost, .headersTooLarge, .tooManyRedirects, .invalidAnswer,
            .tooManyRequests, .stopped, .other:
            .failed("\(error.code.rawValue): BatMan could not be reached", retryAfter: nil, mayRetryAtOnce: true)
        }
    }
}
