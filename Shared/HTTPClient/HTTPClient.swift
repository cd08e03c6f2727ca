import Synchronization

/// HTTP by libcurl: HTTP/2 over TLS where the server has it, HTTP/1.1 elsewhere, connections kept and shared.
///
/// All transfers of a client run on one thread of its own, so that nothing here ever blocks the cooperative pool. The
/// thread ends when the client is released.
public final class HTTPClient: Sendable {
    /// For those who have no reason to hold connections apart from everybody else's.
    public static let shared = HTTPClient()

    private let loop: TransferLoop

    /// - Parameters:
    ///   - connectionsPerHost: how many are opened to one host; further requests wait, and their time runs.
    ///   - requestLimit: how many may be under way or waiting; one more fails with `too_many_requests`.
    ///   - certificateAuthorities: a PEM file that replaces the system's.
    public init(connectionsPerHost: Int = 64, requestLimit: Int = 1_024, certificateAuthorities: String? = nil) {
        loop = TransferLoop(
            connectionsPerHost: connectionsPerHost, requestLimit: requestLimit,
            certificateAuthorities: certificateAuthorities)
    }

    deinit { loop.stop() }

    /// Sends the request and takes the whole answer, whatever its status.
    ///
    /// A `GET` or `HEAD` whose connection broke is sent once more: servers close idle and old connections as they please.
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

    /// Ends every transfer with `stopped`. Later requests fail the same way.
    public func shutdown() { loop.stop() }
}
