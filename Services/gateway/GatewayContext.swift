import Hummingbird
import Logging
import NIOCore

/// What belongs to one HTTP request beside the request itself.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// From `X-Request-Id`, or made here; in every answer and every log line.
    var requestId = ""
    /// Who asks; nil without a valid credential.
    var principal: Principal?
    /// Address of the peer, without its port; "unknown" where there is no socket.
    let peer: String
    /// Address that the request came in on.
    let localAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
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
