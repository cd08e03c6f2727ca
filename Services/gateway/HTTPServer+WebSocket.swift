import NIOCore
import WebSocket

extension WebSocketUpgrade {
    /// The same upgrade, which also removes `ConnectionLimits`: a WebSocket may be silent for longer than HTTP.
    var leavingHTTPLimits: Self {
        var upgrade = self
        let makeHandler = makeHandler
        upgrade.makeHandler = { session, channel in
            let pipeline = channel.pipeline.syncOperations
            pipeline.removeHandler(context: try pipeline.context(handlerType: ConnectionLimits.self), promise: nil)
            return try makeHandler(session, channel)
        }
        return upgrade
    }
}
