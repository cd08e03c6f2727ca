public import Foundation

/// A complete HTTP request: method, address, headers, body, and the limits for the time and size of the response.
public struct HTTPRequest: Sendable {
    public var method: String
    /// Absolute, `http` or `https`. With `unixSocket` the host is only used for the `Host` header.
    public var url: String
    public var headers: [String: String]
    public var body: Data
    /// From the call to the last byte of the response, including the wait for a free connection.
    public var timeout: Duration
    public var connectTimeout: Duration
    /// Maximum size of the response's body in bytes; a larger one is an error.
    public var bodyLimit: Int
    /// Maximum number of redirects to follow. 0 by default: a response must not decide where our headers go.
    public var redirects: Int
    /// Connects to this socket instead of to the URL's host.
    public var unixSocket: String?

    public init(
        _ method: String = "GET", _ url: String, headers: [String: String] = [:], body: Data = Data(),
        timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(5), bodyLimit: Int = 8 << 20,
        redirects: Int = 0, unixSocket: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.bodyLimit = bodyLimit
        self.redirects = redirects
        self.unixSocket = unixSocket
    }
}

extension HTTPRequest {
    /// Refuses values that could change other parts of the request.
    func check() throws(HTTPClientError) {
        guard !method.isEmpty, method.utf8.allSatisfy(\.isTokenCharacter) else {
            throw HTTPClientError(.invalidRequest, "the method is not an HTTP token")
        }
        // libcurl takes C strings: a NUL would silently cut the address.
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https", parts.host?.isEmpty == false
        else { throw HTTPClientError(.invalidRequest, "the address is not an absolute http or https URL") }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenCharacter) else {
                throw HTTPClientError(.invalidRequest, "a header's name is not an HTTP token")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw HTTPClientError(.invalidRequest, "the header \(name) holds a control character")
            }
        }
    }

    /// Where the request goes; nil for a socket on this machine.
    var destination: (host: String, port: Int, isSecure: Bool)? {
        guard unixSocket == nil, let parts = URLComponents(string: url), let host = parts.host else { return nil }
        let isSecure = parts.scheme?.lowercased() == "https"
        return (host, parts.port ?? (isSecure ? 443 : 80), isSecure)
    }

    /// Idempotent by RFC 9110 section 9.2.2, limited to the methods that we repeat: sending it twice changes nothing.
    var mayBeRepeated: Bool { method == "GET" || method == "HEAD" }
}

extension UInt8 {
    /// RFC 9110 section 5.6.2.
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
