import NIOCore
import NIOHTTP1

/// Refuses heads that RFC 9112 forbids and that the codec behind this handler no longer shows as they came: it keeps
/// one of several `Host` fields and drops the version.
///
/// The rest of the connection is discarded after such a head, and `Fault` goes through the pipeline.
final class RequestHeadCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    enum Fault: Error {
        case noHost, manyHosts, malformedHost
        /// WebSocket needs HTTP/1.1.
        case upgradeInOldVersion
    }

    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        if case .head(let head) = unwrapInboundIn(data), let fault = Self.fault(in: head) {
            isRefused = true
            return context.fireErrorCaught(fault)
        }
        context.fireChannelRead(data)
    }

    private static func fault(in head: HTTPRequestHead) -> Fault? {
        let hosts = head.headers["host"]
        guard hosts.count <= 1 else { return .manyHosts }
        let isOld = head.version.major < 1 || (head.version.major == 1 && head.version.minor == 0)
        if let host = hosts.first {
            guard host.utf8.allSatisfy(isOfAuthority), !host.isEmpty || isOld else { return .malformedHost }
        } else if !isOld {
            return .noHost
        }
        // Health checks of old load balancers speak HTTP/1.0.
        return isOld && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            ? .upgradeInOldVersion : nil
    }

    /// RFC 3986 section 3.2.2, with the port.
    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:[]%".utf8.contains(byte)
        }
    }
}
