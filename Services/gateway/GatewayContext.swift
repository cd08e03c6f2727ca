import Hummingbird
import Logging
import NIOCore

/// The state of one HTTP request, apart from the request itself.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// From `X-Request-Id`, otherwise generated; part of the response and of every log line of the request.
    var requestId = ""
    /// The authenticated caller; nil without a valid credential.
    var principal: Principal?
    /// Set by `ArrivalMiddleware`.
    var arrival: Arrival
    /// IP address of the other end of the connection, without the port; nil if the channel has none.
    let peer: String?
    /// The connection.
    let channel: any Channel
    /// Local address on which the request arrived.
    let localAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        peer = source.channel.remoteAddress?.ipAddress
        arrival = Arrival(client: "unknown", authority: nil, isSecure: false)
        localAddress = source.channel.localAddress
    }

    /// The caller.
    ///
    /// - Throws: 401 without one.
    func caller() throws(Problem) -> Principal {
        guard let principal else { throw .unauthorized }
        return principal
    }
}
