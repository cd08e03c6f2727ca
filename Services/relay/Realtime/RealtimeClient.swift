import Conversation
import Foundation
import NIOCore
import WebSocket

/// Opens connections to the Realtime API.
struct RealtimeClient: Sendable {
    struct Configuration: Sendable {
        /// `ws://` or `wss://`, with the model in its query.
        var url: String
        var key: String
        var model: String
        var dialect: RealtimeDialect
    }

    let configuration: Configuration
    private let client: WebSocketClient

    init(_ configuration: Configuration, client: WebSocketClient) {
        self.configuration = configuration
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
        let headers =
            [
                ("Authorization", "Bearer \(configuration.key)"), ("OpenAI-Safety-Identifier", safetyIdentifier),
            ] + configuration.dialect.headers
        _ = try await client.connect(
            WebSocketClient.Request(url: configuration.url, headers: headers, timeout: .seconds(10)), on: loop,
            makeHandler: makeHandler)
    }

    /// The URL to connect to: `REALTIME_URL`, or the base with the scheme of a WebSocket and `/realtime` appended. A
    /// query is kept, and the model added to it unless it names one.
    static func endpoint(base: URL, realtime: URL?, model: String) -> String? {
        guard var parts = URLComponents(url: realtime ?? base, resolvingAgainstBaseURL: false) else { return nil }
        if realtime == nil {
            parts.scheme = parts.scheme == "http" ? "ws" : "wss"
            let path = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
            parts.path = path + "/realtime"
        }
        var query = parts.queryItems ?? []
        if !query.contains(where: { $0.name == "model" }) { query.append(URLQueryItem(name: "model", value: model)) }
        parts.queryItems = query
        return parts.string
    }

    /// What a failed attempt to connect means.
    static func failure(of error: any Error) -> RealtimeFailure {
        switch error as? WebSocketClient.Failure {
        case .refused(let status, let body): RealtimeFailure(refusedWith: status, body: body)
        case .badURL: .fatal(code: "upstream_url")
        case .badHandshake, .timeout, .closed, nil: .reconnect
        }
    }
}
