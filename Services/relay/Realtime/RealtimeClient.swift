import Conversation
import Domain
import Foundation
import NIOCore
import WebSocket

/// Opens connections to the Realtime API.
struct RealtimeClient: Sendable {
    struct Configuration: Sendable {
        /// `ws://` or `wss://`, with the model in its query.
        var url: String
        /// Nil for a server that wants none.
        var key: Secret?
        var model: String
        var profile = ProviderProfile()
    }

    let configuration: Configuration
    let refused = RefusedSettings()
    /// For a server that takes or sends audio at another rate than the client.
    let filters: ServerRates.Filters?
    private let client: WebSocketClient

    init(_ configuration: Configuration, client: WebSocketClient) {
        self.configuration = configuration
        filters = ServerRates.Filters(configuration.profile)
        self.client = client
    }

    /// Connects on the given loop.
    ///
    /// - Parameters:
    ///   - safetyIdentifier: a stable pseudonym of the trainee.
    ///   - makeHandler: called on the loop once the handshake is done.
    /// - Throws: `WebSocketClient.Failure`, or the error of the socket or of TLS.
    func connect(
        safetyIdentifier: String, on loop: any EventLoop,
        makeHandler: @escaping @Sendable (any Channel) throws -> any ChannelHandler
    ) async throws {
        let headers = configuration.profile.headers(key: configuration.key?.text, safetyIdentifier: safetyIdentifier)
        _ = try await client.connect(
            WebSocketClient.Request(url: configuration.url, headers: headers, timeout: .seconds(10)), on: loop,
            makeHandler: makeHandler)
    }

    /// The URL to connect to: `REALTIME_URL`, or the base with the scheme of a WebSocket and `/realtime` appended. A
    /// query is kept; what the profile adds to it and the model stand behind, unless it names them.
    static func endpoint(base: URL, realtime: URL?, model: String, query added: [URLQueryItem] = []) -> String? {
        guard var parts = URLComponents(url: realtime ?? base, resolvingAgainstBaseURL: false) else { return nil }
        if realtime == nil {
            parts.scheme = parts.scheme == "http" ? "ws" : "wss"
            let path = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
            parts.path = path + "/realtime"
        }
        var query = parts.queryItems ?? []
        for item in added + [URLQueryItem(name: "model", value: model)]
        where !query.contains(where: { $0.name == item.name }) {
            query.append(item)
        }
        parts.queryItems = query
        // Foundation leaves a plus as it is, and servers read it as a blank.
        parts.percentEncodedQuery = parts.percentEncodedQuery?.replacingOccurrences(of: "+", with: "%2B")
        return parts.string
    }

    /// What a failed attempt to connect means.
    static func failure(of error: any Error) -> RealtimeFailure {
        switch error as? WebSocketClient.Failure {
        case .refused(let status, let body): RealtimeFailure(refusedWith: status, body: body)
        case .badURL: .fatal(code: "upstream_url")
        case .tls(_, isFinal: true): .fatal(code: "upstream_tls")
        case .proxy(_, isFinal: true): .fatal(code: "upstream_proxy")
        case .badHandshake, .timeout, .closed, .tls, .proxy, nil: .reconnect
        }
    }

    /// A failed attempt to connect in one sentence for the log, without the key and the values of extra headers,
    /// whatever the server quotes.
    func detail(of error: any Error) -> String {
        var error = error
        // Before the description cuts the text: half a key would not be found.
        if case .refused(let status, let body) = error as? WebSocketClient.Failure {
            error = WebSocketClient.Failure.refused(status: status, body: redacted(body))
        }
        return redacted("\(error)").beginning(bytes: 300)
    }

    private func redacted(_ text: String) -> String {
        let secrets = [configuration.key?.text ?? ""] + configuration.profile.extraHeaders.map(\.value)
        return secrets.filter { $0.utf8.count >= Self.shortestSecret }.reduce(text) {
            $0.replacingOccurrences(of: $1, with: "…")
        }
    }

    /// Shorter values are words such as `1`, which would be replaced everywhere. In bytes.
    private static let shortestSecret = 8
}
