public import Outgoing
import Synchronization

/// An HTTP client on libcurl: HTTP/2 over TLS if the server supports it, else HTTP/1.1. Connections are kept and
/// shared.
///
/// All transfers of a client run on its own thread, so that nothing here ever blocks the cooperative pool. The thread
/// ends when the client is released.
public final class HTTPClient: Sendable {
    /// Shared by callers that need no separate connections and no rules. All its connections are direct.
    public static let shared = HTTPClient()

    private let loop: TransferLoop

    /// - Parameters:
    ///   - connectionsPerHost: maximum number of connections to one host. Further requests wait, and the wait counts
    ///     towards their timeout.
    ///   - requestLimit: maximum number of requests in progress or waiting; one more fails with `too_many_requests`.
    ///   - rules: the proxy and the authorities of `https` connections. The environment has no influence.
    public init(
        connectionsPerHost: Int = 64, requestLimit: Int = 1_024, rules: OutgoingRules = OutgoingRules()
    ) {
        loop = TransferLoop(connectionsPerHost: connectionsPerHost, requestLimit: requestLimit, rules: rules)
    }

    deinit { loop.stop() }

    /// Sends the request and returns the complete response, whatever its status.
    ///
    /// A `GET` or `HEAD` whose connection broke is sent once more, because servers may close idle and old connections
    /// at any time.
    ///
    /// - Throws: `HTTPClientError`, and `CancellationError` when the calling task was cancelled.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.check()
        do {
            return try await loop.perform(request)
        } catch let error as HTTPClientError where error.code == .connectionLost && request.mayBeRepeated {
            return try await loop.perform(request)
        }
    }
}
