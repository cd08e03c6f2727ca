import CCurl
import Foundation
import Outgoing

/// One request on its curl handle, and the part of the response received so far.
final class Transfer {
    /// In bytes. libcurl 7.88 limits a single header line, but not their sum.
    private static let headerLimit = 256 << 10

    let id: UInt64
    let continuation: TransferLoop.Continuation
    private let easy: UnsafeMutableRawPointer
    private let request: HTTPRequest
    /// Nil for a direct connection.
    private let proxy: Proxy?
    private let authorities: Authorities?
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headers: [HTTPResponse.Header] = []
    private var headerBytes = 0
    private var body = Data()
    /// Why a callback stopped the transfer.
    private var refusal: HTTPClientError?

    init(
        id: UInt64, easy: UnsafeMutableRawPointer, request: HTTPRequest, rules: OutgoingRules,
        continuation: TransferLoop.Continuation
    ) {
        self.id = id
        self.easy = easy
        self.request = request
        proxy = request.destination.flatMap { rules.proxy(for: $0.host, port: $0.port, isSecure: $0.isSecure) }
        authorities = rules.authorities
        self.continuation = continuation
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorBuffer.deallocate()
    }

    /// curl's own error message, with host and port.
    var errorDetail: String { String(cString: errorBuffer) }

    func configure() -> CURLcode {
        // The table retains the transfer as long as the handle is in use, so the handle need not retain it.
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        var steps = [
            ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer),
            ccurl_set_string(easy, CURLOPT_URL, request.url),
            ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https"),
            ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, request.redirects > 0 ? 1 : 0),
            ccurl_set_long(easy, CURLOPT_MAXREDIRS, request.redirects),
            ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds),
            ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds),
            ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            ccurl_set_long(easy, CURLOPT_PIPEWAIT, 1),
            ccurl_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.bodyLimit)),
            ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context),
            ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context),
            ccurl_set_receive(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                Transfer.at(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            },
            ccurl_set_receive(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                Transfer.at(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            },
        ]
        steps += configureMethod() + configureHeaders() + configureProxy() + configureTLS()
        if let path = request.unixSocket { steps.append(ccurl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, path)) }
        return steps.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func configureMethod() -> [CURLcode] {
        var steps: [CURLcode] = []
        if request.method == "HEAD" {
            steps.append(ccurl_set_long(easy, CURLOPT_NOBODY, 1))
        } else if request.method == "POST" || !request.body.isEmpty {
            steps.append(ccurl_set_long(easy, CURLOPT_POST, 1))
            // The size first: without it curl would look for a NUL.
            steps.append(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            steps.append(
                request.body.isEmpty
                    ? ccurl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
                    : request.body.withUnsafeBytes { ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) })
        }
        if !["GET", "HEAD", "POST"].contains(request.method) || (request.method == "GET" && !request.body.isEmpty) {
            steps.append(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method))
        }
        return steps
    }

    private func configureHeaders() -> [CURLcode] {
        // `Expect: 100-continue` costs a second with servers that do not answer it.
        var lines = ["Expect:"]
        // curl leaves a header out when its value is empty, unless it ends in a semicolon.
        for (name, value) in request.headers { lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)") }
        if request.headers.keys.allSatisfy({ $0.lowercased() != "content-type" }) { lines.append("Content-Type:") }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else { return [CURLE_OUT_OF_MEMORY] }
            headerList = longer
        }
        return [ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)]
    }

    /// Without these options libcurl would read the environment, which decides differently from `OutgoingRules`.
    private func configureProxy() -> [CURLcode] {
        var steps = [
            ccurl_set_string(easy, CURLOPT_PROXY, proxy.map { "http://\($0.authority)" } ?? ""),
            ccurl_set_string(easy, CURLOPT_NOPROXY, ""),
        ]
        guard let proxy else { return steps }
        steps += [
            // The proxy gets none of the request's headers, and its own do not count as the server's.
            ccurl_set_long(easy, CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE)),
            ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
        ]
        if let user = proxy.user {
            steps.append(ccurl_set_string(easy, CURLOPT_PROXYUSERNAME, user))
            steps.append(ccurl_set_string(easy, CURLOPT_PROXYPASSWORD, proxy.password ?? ""))
        }
        return steps
    }

    private func configureTLS() -> [CURLcode] {
        let floor = ccurl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        guard let authorities else { return [floor] }
        var path: UnsafePointer<CChar>?
        ccurl_get_string(easy, CURLINFO_CAINFO, &path)
        let list = Self.trusted(systemFile: path.map { String(cString: $0) }, authorities)
        return [floor, list.withUnsafeBytes { ccurl_set_blob(easy, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count) }]
    }

    /// The list replaces libcurl's, so it begins with the system's authorities.
    ///
    /// - Parameter systemFile: the list that libcurl was built to use.
    static func trusted(systemFile: String?, _ authorities: Authorities) -> Data {
        var list = systemFile.flatMap { try? Data(contentsOf: URL(filePath: $0)) } ?? Data()
        list.append(UInt8(ascii: "\n"))
        list.append(contentsOf: authorities.pem)
        return list
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: the number of bytes accepted; fewer than given ends the transfer.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= request.bodyLimit else {
            refusal = HTTPClientError(.bodyTooLarge, "the answer's body is larger than \(request.bodyLimit) bytes")
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= Self.headerLimit else {
            refusal = HTTPClientError(
                .headersTooLarge, "the answer's headers are larger than \(Self.headerLimit) bytes")
            return 0
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A new response begins, after a redirect or a 1xx.
            headers = []
            body = Data()
        } else if let colon = line.firstIndex(of: ":") {
            headers.append(
                .init(
                    name: line[..<colon].lowercased(),
                    value: line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        return bytes.count
    }

    func outcome(_ result: CURLcode) -> Result<HTTPResponse, any Error> {
        if let refusal { return .failure(refusal) }
        guard result == CURLE_OK else { return .failure(failure(result)) }
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return .success(HTTPResponse(status: status, headers: headers, body: body))
    }
}

extension Transfer {
    private func failure(_ result: CURLcode) -> HTTPClientError {
        guard let proxy else { return HTTPClientError(result, detail: errorDetail) }
        var status = 0
        ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &status)
        if status != 0, !(200..<300).contains(status), let target = request.destination {
            return HTTPClientError(
                Proxy.isFinal(status) ? .proxy : .connectionFailed,
                proxy.refusal(status, of: "\(target.host):\(target.port)"))
        }
        var error = HTTPClientError(result, detail: errorDetail)
        error.message = "through the proxy \(proxy): \(error.message)"
        return error
    }
}

extension Duration {
    /// At least 1, because 0 means "no limit" to curl, and at most a day.
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 86_400 else { return 86_400_000 }
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
